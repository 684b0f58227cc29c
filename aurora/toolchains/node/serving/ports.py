"""The port on which a Node application listens: by a variable, by its command, or by a number in its code."""

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from aurora.toolchains.node import syntax
from aurora.toolchains.node.serving.sources import Source

MOST_NAMES = 4
_OTHERS = re.compile(
    r"(^|_)(DB|DATABASE|REDIS|PG|POSTGRES|MYSQL|MARIADB|MONGO|MONGODB|SMTP|MAIL|EMAIL|RABBITMQ?|KAFKA|ELASTIC\w*|DEBUG"
    r"|METRICS|CLIENT|FRONT|FRONTEND|PROXY|REMOTE|LDAP|MEMCACHED|GRPC|TCP|QUEUE|CACHE|TYPEORM|SQL|BROKER|NATS|TRANSPORT"
    r"|STATSD|MINIO|SOCKET|WS|FTP|SSH|INSPECT|UI|OTEL|EXPORTER|JAEGER|ZIPKIN|OPENSHIFT)_|^PGPORT$"
)
"""Others of names of variables: ports of others."""
_READ = re.compile(r"(?:process\.env|import\.meta\.env|\benv|ENV|\bconfig)(?:\.|\[['\"])([A-Z][A-Z0-9_]*)")
_SCHEMA = re.compile(r"(?m)['\"]?\b([A-Z0-9_]*PORT)\b['\"]?\s*[:!?]")
_GET = re.compile(r"\bget(?:OrThrow|Number|String)?(?:<\w+>)?\(\s*['\"]([A-Z][A-Z0-9_]*PORT|PORT)['\"]")
_TAKEN = re.compile(r"\{[^}]*\b(PORT|[A-Z_]+_PORT)\b[^}]*\}\s*=\s*process\.env")
_LITERAL = re.compile(
    r"(?i)\bport\w*['\"]?\s*(?::\s*number\s*)?[:=]\s*(?:[^,;\n]*?(?:\|\||\?\?|\(|,|:)\s*)?['\"]?(\d{4,5})\b"
)


class Port(NamedTuple):
    names: tuple[str, ...]
    """Variables that say it."""
    literal: int | None
    """In the code, where no variable does."""
    hosts: tuple[str, ...]
    """Variables that say the address."""


def find(sources: Sequence[Source]) -> Port:
    names: dict[str, None] = {}
    for source in sources:
        for pattern in (_READ, _SCHEMA, _GET, _TAKEN):
            for said in pattern.findall(source.text):
                if said.endswith("PORT") and not _OTHERS.search(said):
                    names[said] = None
    hosts = {n for s in sources for n in _READ.findall(s.text) if n in ("HOST", "HOSTNAME", "APP_HOST", "SERVER_HOST")}
    usual = sorted(names, key=lambda name: (name != "PORT", list(names).index(name)))
    return Port(tuple(usual[:MOST_NAMES]), _literal(sources), tuple(sorted(hosts)))


def listens(source: Source) -> bool:
    """Return whether a file makes anything listen: `app.listen(...)`, `serve({ fetch: app.fetch })`."""
    if not re.search(r"listen|serve\(|startStandaloneServer|startServer", source.text):
        return False
    for call in source.calls():
        name = syntax.dotted(call.child_by_field_name("function") or call.child_by_field_name("constructor"))
        last = syntax.last(name)
        if last in ("listen", "listenAsync") and (syntax.arguments(call) or "." in name):
            return True
        if name in ("serve", "startStandaloneServer", "Bun.serve", "Deno.serve"):
            return True
    return False


def _literal(sources: Iterable[Source]) -> int | None:
    for source in sources:
        for call in source.calls():
            if syntax.last(syntax.dotted(call.child_by_field_name("function"))) in (
                "listen",
                "serve",
                "startStandaloneServer",
            ):
                for argument in syntax.arguments(call):
                    if argument.type == "number" and syntax.text(argument).isdigit():
                        return int(syntax.text(argument))
                    if argument.type == "object" and (
                        found := re.search(r"\bport\s*:\s*(\d{4,5})", syntax.text(argument))
                    ):
                        return int(found[1])
    for source in sources:
        if re.search(r"listen|serve\(|Server\(|PORT", source.text) and (found := _LITERAL.search(source.text)):
            return int(found[1])
    return None
