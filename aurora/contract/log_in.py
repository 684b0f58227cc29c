"""The way a service may be logged in to: proposals of `contract.auth`, from the document's security schemes and
operations.

For a child of `bounded`: document and tests come from a repository nobody trusts. Nothing is sent to anybody here."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from aurora.contract import log_in_code, log_in_django, made_values
from aurora.contract.operations import Operation, answers, asked, body, fields, followed, operations, schemes
from aurora.contract.yaml_text import parse
from aurora.domain.value import Value
from aurora.settings.contract import AuthSettings, Call

MOST = 5
DEFAULT_TOKEN = "/access_token"  # noqa: S105 - where it is mostly found
_TOKENS = (
    "access_token", "accesstoken", "token", "jwt", "access", "id_token", "idtoken", "auth_token", "authtoken", "key",
    "sessiontoken", "session_token", "bearer",
)  # fmt: skip
_LOGS_IN = re.compile(
    r"(^|[^a-z])(log-?_?in|sign-?_?in|authenticate|authentication|tokens?|sessions?|jwt|obtain|access-?_?token|auth)([^a-z]|$)"
)
_OTHERWISE = re.compile(
    r"regist|sign-?_?up|reset|forgot|recover|log-?_?out|sign-?_?out|refresh|verif|revoke|change|confirm|introspect|oauth2?/(google|github)"
    r"|magic|otp|2fa|mfa|social|callback|blacklist|resend|invite"
)
_REGISTERS = re.compile(
    r"regist|sign-?_?up|create_?-?(user|account)|(^|/)(users?|accounts?|members|customers)(/|$)|join"
)
_DEPTH = 4
_MOST_OBJECTS = 2_000


class Proposal(Value):
    auth: AuthSettings
    why: str
    """From what it was made."""
    check: str = ""
    """The point that nobody can settle from the files, so that a person has to look at it; empty: nothing."""


class LogIn(Value):
    guarded: tuple[str, ...] = ()
    """Operations that ask for a credential, sorted."""
    open: int = 0
    """Operations that ask for none."""
    proposals: tuple[Proposal, ...] = ()
    """The best first."""


class File(NamedTuple):
    path: str
    text: str


def of_text(
    text: str, path: str, framework: str, files: tuple[tuple[str, str], ...], folders: tuple[str, ...]
) -> LogIn:
    """The same as `read`, of a document's text. Raises `Refusal` for what is no YAML and no JSON."""
    document, _ = parse(text, path)
    return read(document, framework, files, folders) if isinstance(document, dict) else LogIn()


def read(
    document: Mapping[str, Any],
    framework: str = "",
    files: Sequence[tuple[str, str]] = (),
    folders: Sequence[str] = (),
) -> LogIn:
    """`framework`: of `ServeRecipe`; `files`: paths and texts of tests, and of what may make credentials; `folders`:
    from which modules are imported."""
    listed = list(operations(document))
    needs = {one.name: names for one in listed if (names := asked(document, one))}
    if not needs:
        return LogIn(open=len(listed))
    count: dict[str, int] = {}
    for names in needs.values():
        count |= {name: count.get(name, 0) + 1 for name in names}
    known = schemes(document)
    by_use = sorted((name for name in count if name in known), key=lambda name: -count[name])
    code = log_in_code.read(files, folders)
    found: list[Proposal] = []
    for name in by_use:
        title = name if count[name] == len(needs) else f"{name} ({count[name]} of {len(needs)} operations)"
        found += _of_scheme(document, title, known[name], listed, needs, framework, code)
    best = sorted(dict.fromkeys(map(_key, found)), key=lambda key: bool(key[2]))
    made = {_key(one): one for one in reversed(found)}
    return LogIn(
        guarded=tuple(sorted(needs)), open=len(listed) - len(needs), proposals=tuple(made[key] for key in best)[:MOST]
    )


def _key(one: Proposal) -> tuple[str, str, str]:
    return one.auth.model_dump_json(), one.why, one.check


def _of_scheme(
    document: Mapping[str, Any],
    name: str,
    scheme: Mapping[str, Any],
    listed: Sequence[Operation],
    needs: Mapping[str, tuple[str, ...]],
    framework: str,
    code: log_in_code.Code,
) -> Iterator[Proposal]:
    kind, place = str(scheme.get("type", "")).lower(), str(scheme.get("in", "header"))
    header = str(scheme.get("name") or "Authorization") if kind == "apikey" else "Authorization"
    if not re.fullmatch(r"[A-Za-z0-9_-]{1,60}", header) or place not in ("header", "query", "cookie"):
        return
    where = {
        "header": header,
        "place": place if kind == "apikey" else "header",
        "prefix": _prefix(kind, scheme, header),
    }
    basic = kind == "basic" or (kind == "http" and str(scheme.get("scheme", "")).lower() == "basic")
    if framework == log_in_django.FRAMEWORK:
        yield from _django(name, where, basic, code)
    if basic:
        if framework != log_in_django.FRAMEWORK:
            yield _basic(name, code)
        return
    logins = _logins(document, listed, needs, scheme, place)
    registering = _registers(document, listed, needs, logins[0]) if logins else None
    for operation in [one for one in logins if one != registering][:2]:
        yield from _by_operation(document, name, operation, where, listed, needs, code)
    if framework != log_in_django.FRAMEWORK:
        for helper in code.helpers[:2]:
            command = helper.command(str(where["prefix"]))
            auth = AuthSettings(command=command, header=header, place=where["place"], prefix="")
            yield Proposal(auth=auth, why=f"{name}: {helper.path} makes tokens by {helper.name}", check=helper.check)
    if kind == "apikey" and header in code.values:
        value, path = code.values[header]
        auth = AuthSettings(command=("printf", "%s", value), header=header, place=where["place"], prefix="")
        yield Proposal(
            auth=auth, why=f"{name}: {path} sends this value as {header}", check="is it accepted when served?"
        )


def _prefix(kind: str, scheme: Mapping[str, Any], header: str) -> str:
    """The text before the token: `Token ` where an API key in Authorization is described so."""
    if kind != "apikey":
        return "Bearer "
    if header.lower() != "authorization":
        return ""
    said = f"{scheme.get('description', '')} {scheme.get('x-prefix', '')}"
    found = re.search(
        r"(?m)[`'\"](Token|Bearer|JWT|Basic)\b|\b(?=(Token|Bearer|JWT)\s+[<{])|^\s*(?=(Token|Bearer|JWT)\s+\S+\s*$)",
        said,
    )
    return f"{next(filter(None, found.groups()))} " if found else "Bearer "


def _logins(
    document: Mapping[str, Any],
    listed: Sequence[Operation],
    needs: Mapping[str, tuple[str, ...]],
    scheme: Mapping[str, Any],
    place: str,
) -> list[Operation]:
    """Operations that may log in, the likeliest first."""
    stated_url = _token_url(scheme)
    scored: list[tuple[int, int, Operation]] = []
    for at, one in enumerate(listed):
        if one.method != "POST":
            continue
        # a document that asks for a credential everywhere asks for one here, too
        score = -2 if one.name in needs else 0
        if stated_url and (one.path == stated_url or stated_url.endswith(one.path) or one.path.endswith(stated_url)):
            score += 20
        words = _words(one)
        last = one.path.rstrip("/").rpartition("/")[2].lower()
        score += 5 if _LOGS_IN.search(last) else 3 if _LOGS_IN.search(words) else 0
        score -= 8 if _OTHERWISE.search(last) or _OTHERWISE.search(str(one.said.get("operationId", "")).lower()) else 0
        sent = body(document, one)
        score += 4 if sent is not None and _holds_password(document, sent.schema) else 0
        score += 4 if any(_token(document, schema) for schema in answers(document, one)) else 0
        score += 2 if place == "cookie" else 0
        if score >= 8:
            scored.append((-score, at, one))
    return [one for _, _, one in sorted(scored, key=lambda found: found[:2])]


def _words(operation: Operation) -> str:
    said = operation.said
    spelled = re.sub(r"([a-z])([A-Z])", r"\1_\2", f"{said.get('operationId', '')} {said.get('summary', '')}")
    return f"{operation.path} {spelled}".lower()


def _token_url(scheme: Mapping[str, Any]) -> str:
    flows = scheme.get("flows")
    flow = flows.get("password") if isinstance(flows, dict) else scheme if scheme.get("flow") == "password" else None
    said = str(flow.get("tokenUrl", "")) if isinstance(flow, dict) else ""
    path = urlsplit(said).path
    return f"/{path.lstrip('./')}" if path else ""


def _holds_password(document: Mapping[str, Any], schema: Any) -> bool:
    return any(made_values.is_password(name) for _, names in _levels(document, schema, depth=3) for name in names)


def _token(document: Mapping[str, Any], schema: Any) -> str:
    """JSON pointer of what looks like a token in a response, the least deep; empty where nothing does."""
    best = ""
    for pointer, names in _levels(document, schema, _DEPTH):
        known = {re.sub(r"[^a-z_]", "", name.lower()): name for name in names}
        found = next((known[name] for name in _TOKENS if name in known), None)
        if found is not None and (not best or pointer == best):
            best = f"{pointer}/{found}"  # `/token/access_token`: one in another is the one
    return best


def _levels(document: Mapping[str, Any], schema: Any, depth: int) -> Iterator[tuple[str, list[str]]]:
    """(JSON pointer, names of the fields there) of an object and the objects in it, each once, the outer ones first."""
    todo, seen = [("", schema, 0)], set[int]()
    while todo:
        pointer, one, level = todo.pop(0)
        said = followed(document, one)
        if not isinstance(said, dict) or id(said) in seen or len(seen) > _MOST_OBJECTS:
            continue
        seen.add(id(said))
        found = fields(document, said).properties
        yield pointer, list(found)
        if level < depth:
            todo += [(f"{pointer}/{name}", inner, level + 1) for name, inner in found.items()]


def _by_operation(
    document: Mapping[str, Any],
    name: str,
    operation: Operation,
    where: Mapping[str, Any],
    listed: Sequence[Operation],
    needs: Mapping[str, tuple[str, ...]],
    code: log_in_code.Code,
) -> Iterator[Proposal]:
    checks: list[str] = []
    token = next((found for schema in answers(document, operation) if (found := _token(document, schema))), "")
    if not token and where["place"] != "cookie":
        token = DEFAULT_TOKEN
        checks.append("the document does not say where the token is in the response")
    sent = body(document, operation)
    given = made_values.of_object(document, sent.schema) if sent is not None else {}
    registering = _registers(document, listed, needs, operation)
    before: tuple[Call, ...] = ()
    why = f"{name}: {operation.name} logs in"
    if registering is not None:
        first = body(document, registering)
        made = made_values.of_object(document, first.schema) if first is not None else {}
        before = (_call(registering, made, form=first is not None and first.form),)
        given = _agreed(given, made)
        why += f", after {registering.name} made the user"
    elif credentials := code.credentials_for(operation.path):
        given = _over(given, credentials.values)
        why += f", with what {credentials.path} sends"
        checks.append("this user must be in the empty data store: `contract.prepare` may make it")
    else:
        checks.append("no operation makes this user: put in one that `contract.prepare` or the service itself makes")
    if not given:
        checks.append("the document does not say what it takes")
    login = _call(operation, given, form=sent is not None and sent.form)
    auth = AuthSettings(before=before, login=login, token=token, **where)
    yield Proposal(auth=auth, why=why, check="; ".join(checks))


def _call(operation: Operation, given: Mapping[str, Any], *, form: bool) -> Call:
    if form:
        return Call(operation=operation.name, form={key: str(value) for key, value in given.items()})
    return Call(operation=operation.name, body=dict(given))


def _registers(
    document: Mapping[str, Any], listed: Sequence[Operation], needs: Mapping[str, tuple[str, ...]], login: Operation
) -> Operation | None:
    found: list[tuple[int, int, Operation]] = []
    for at, one in enumerate(listed):
        sent = body(document, one) if one.method == "POST" and one != login else None
        if sent is None or not _holds_password(document, sent.schema):
            continue
        words = _words(one)
        score = 4 if re.search(r"regist|sign-?_?up", words) else 2 if _REGISTERS.search(words) else 0
        score -= 4 if re.search(r"reset|forgot|log-?_?in|sign-?_?in|token|verif|recover|change", words) else 0
        score -= 1 if one.name in needs else 0
        if score > 0:
            found.append((-score, at, one))
    return min(found, key=lambda one: one[:2])[2] if found else None


def _agreed(given: dict[str, Any], made: Mapping[str, Any]) -> dict[str, Any]:
    """The log-in's fields with the values that the user was made with: by name, else the address as the name."""
    flat = dict(_flat(made))
    mail = next((flat[name] for name in flat if re.fullmatch(r"e-?mail(_?address)?", name, re.IGNORECASE)), None)
    named = any(re.fullmatch(r"user_?name|login|nick_?name", name, re.IGNORECASE) for name in flat)

    def agreed(name: str, value: Any) -> Any:
        if isinstance(value, dict):
            return {key: agreed(key, one) for key, one in value.items()}
        if name in flat:
            return flat[name]
        if made_values.is_password(name):
            return next((one for key, one in flat.items() if made_values.is_password(key)), value)
        return mail if mail is not None and not named and value == made_values.NAME else value

    return {key: agreed(key, one) for key, one in given.items()}


def _flat(value: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for key, one in value.items():
        if isinstance(one, dict):
            yield from _flat(one)
        else:
            yield key, one


def _over(given: dict[str, Any], values: Mapping[str, Any]) -> dict[str, Any]:
    """The same fields with the values that a test sends."""
    return {
        key: _over(one, values) if isinstance(one, dict) else values.get(key, one) for key, one in given.items()
    } or dict(values)


def _basic(name: str, code: log_in_code.Code) -> Proposal:
    user, password = code.basic or (made_values.NAME, made_values.PASSWORD)
    program = f"import base64; print('Basic ' + base64.b64encode(b'{user}:{password}').decode())"
    check = "this user must be in the empty data store: `contract.prepare` may make it"
    auth = AuthSettings(command=("python3", "-c", program), prefix="")
    return Proposal(auth=auth, why=f"{name}: the document asks for basic authentication", check=check)


def _django(name: str, where: Mapping[str, Any], basic: bool, code: log_in_code.Code) -> Iterator[Proposal]:
    made = log_in_django.command(code, basic=basic, cookie=where["place"] == "cookie", prefix=str(where["prefix"]))
    if made is not None:
        auth = AuthSettings(command=made.command, header=where["header"], place=where["place"], prefix="")
        yield Proposal(auth=auth, why=f"{name}: Django makes a superuser and {made.what}")
