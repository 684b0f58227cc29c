"""The signs of a log-in in a project's tests and modules: credentials that tests send, functions that make tokens."""

import ast
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

_HELPER = re.compile(
    r"(create|generate|make|encode|issue|sign|get|build)_?(access_?|jwt_?|auth_?|user_?)*token(_for_user)?|encode_jwt|create_jwt|sign_jwt"
)
_SUBJECT = re.compile(r"sub(ject)?|user_?id|id|user_?name|email|identity|uid")
_MAPPING = re.compile(r"data|payload|claims|body|content|to_encode")
_OBJECT = re.compile(
    r"\.post\(\s*[`'\"](?P<path>[^`'\"]*)[`'\"]\s*\)[\s\S]{0,200}?\.send\(\s*(?P<body>\{[^{}]{0,400}\})\s*\)"
    r"|(?:url|path)\s*:\s*['\"`](?P<url>[^'\"`]*)['\"`][\s\S]{0,120}?(?:payload|body|json)\s*:\s*(?P<payload>\{[^{}]{0,400}\})"
)
_PAIR = re.compile(r"['\"]?(\w+)['\"]?\s*:\s*['\"`]([^'\"`$]*)['\"`]")
_SIGN = re.compile(r"\bjwt\.sign\(\s*(\{[^{}]{0,200}\})\s*,\s*(process\.env\.(\w+)|['\"]([^'\"]+)['\"])")
_HEADER = re.compile(
    r"['\"](X-[\w-]+|[\w-]*api[-_]?key[\w-]*)['\"]\s*[:,]\s*['\"]([^'\"\s{}$]{3,200})['\"]", re.IGNORECASE
)
_AUTH = re.compile(
    r"auth\s*=\s*\(\s*['\"]([^'\"]+)['\"]\s*,\s*['\"]([^'\"]+)['\"]\s*\)|\.auth\(\s*['\"]([^'\"]+)['\"]\s*,\s*['\"]([^'\"]+)['\"]"
)
_TEST = re.compile(
    r"(^|/)(tests?|__tests__|spec|e2e)/|(^|/)(conftest|test_[^/]*|[^/]*_test|tests)\.py$|[._-](test|spec)\.[cm]?[jt]sx?$"
)


class Helper(NamedTuple):
    name: str
    path: str
    interpreter: tuple[str, ...]
    program: str
    """Prints the header's whole value; `{prefix}` stands for what comes before the token."""
    check: str

    def command(self, prefix: str) -> tuple[str, ...]:
        return (*self.interpreter, self.program.replace("{prefix}", prefix))


class Credentials(NamedTuple):
    path: str
    values: dict[str, Any]
    sent_to: str


class Code(NamedTuple):
    helpers: tuple[Helper, ...] = ()
    credentials: tuple[Credentials, ...] = ()
    values: Mapping[str, tuple[str, str]] = {}
    """Header -> (a value that tests send in it, the file)."""
    basic: tuple[str, str] | None = None
    simple_jwt: bool = False
    rest_tokens: bool = False

    def credentials_for(self, path: str) -> Credentials | None:
        """The values that a test sends to this path of the document."""
        tail = path.strip("/").rpartition("/")[2]
        return next((one for one in self.credentials if one.sent_to.strip("/").endswith(tail)), None)


def read(files: Sequence[tuple[str, str]], folders: Sequence[str] = ()) -> Code:
    """`folders`: from which Python's modules are imported; the repository's own is always one."""
    helpers: list[Helper] = []
    credentials: list[Credentials] = []
    values: dict[str, tuple[str, str]] = {}
    basic: tuple[str, str] | None = None
    simple_jwt = rest_tokens = False
    for path, text in files:
        test = _TEST.search(path) is not None
        simple_jwt |= "rest_framework_simplejwt" in text
        rest_tokens |= "rest_framework.authtoken" in text
        if path.endswith(".py"):
            tree = _tree(text)
            if tree is not None and not test:
                helpers += _helpers(path, tree, folders)
            elif tree is not None:
                credentials += _sent(path, tree)
        else:
            credentials += _sent_by_node(path, text) if test else ()
            helpers += _signed(path, text)
        if test:
            for header, value in _HEADER.findall(text):
                values.setdefault(header, (value, path))
            if basic is None and (found := _AUTH.search(text)):
                basic = (found[1] or found[3], found[2] or found[4])
    return Code(tuple(helpers), tuple(credentials), values, basic, simple_jwt, rest_tokens)


def _tree(text: str) -> ast.Module | None:
    try:
        return ast.parse(text.removeprefix("\ufeff"))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def _helpers(path: str, tree: ast.Module, folders: Sequence[str]) -> Iterator[Helper]:
    """Functions of a module that give back a token for one value, which is made up."""
    for node in tree.body:
        if not isinstance(node, ast.FunctionDef) or not _HELPER.fullmatch(node.name.lower()):
            continue
        given = [*node.args.posonlyargs, *node.args.args]
        needed = given[: len(given) - len(node.args.defaults)]
        needed += [
            one for one, default in zip(node.args.kwonlyargs, node.args.kw_defaults, strict=True) if default is None
        ]
        arguments = [f"{one.arg}={said}" for one in needed if (said := _argument(one))]
        if len(arguments) != len(needed):
            continue
        inside = path
        for folder in sorted(folders, key=len):
            inside = path.removeprefix(f"{folder}/") if folder else inside
        module = inside.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
        program = f"from {module} import {node.name} as f; print('{{prefix}}' + str(f({', '.join(arguments)})))"
        yield Helper(node.name, path, ("python", "-c"), program, "does it take these values, and does that user exist?")


def _argument(one: ast.arg) -> str:
    """A made-up value, as Python writes it; empty where none can be told."""
    kind = ast.unparse(one.annotation).lower() if one.annotation is not None else ""
    if kind.startswith(("timedelta", "datetime.timedelta")):
        return "__import__('datetime').timedelta(minutes=60)"
    if "dict" in kind or "mapping" in kind or (not kind and _MAPPING.fullmatch(one.arg)):
        return "{'sub': '1'}"
    if kind in ("int", "uuid", "uuid.uuid") or kind.startswith("int "):
        return "1" if kind.startswith("int") else "__import__('uuid').UUID(int=1)"
    if _SUBJECT.fullmatch(one.arg) and (not kind or "str" in kind or kind == "any"):
        return "'1'"
    return ""


def _sent(path: str, tree: ast.Module) -> Iterator[Credentials]:
    """`client.post("/login", json={"email": "a@b.c", "password": "x"})`."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute) or node.func.attr != "post":
            continue
        first = node.args[0] if node.args else None
        target = ast.unparse(first).strip("'\"") if first is not None else ""
        for one in (*(word.value for word in node.keywords if word.arg in ("json", "data")), *node.args[1:2]):
            values = _literals(one)
            if any("pass" in name.lower() for name in values):
                yield Credentials(path, values, re.sub(r"[^\w/.-]", "", target))


def _literals(node: ast.AST) -> dict[str, Any]:
    """Keys and values of a mapping that are texts, of mappings inside of it too."""
    found: dict[str, Any] = {}
    for key, value in zip(node.keys, node.values, strict=True) if isinstance(node, ast.Dict) else ():
        if isinstance(value, ast.Dict):
            found |= _literals(value)
        elif isinstance(key, ast.Constant) and isinstance(value, ast.Constant) and isinstance(value.value, str):
            found[str(key.value)] = value.value
    return found


def _sent_by_node(path: str, text: str) -> Iterator[Credentials]:
    for found in _OBJECT.finditer(text):
        values = dict(_PAIR.findall(found["body"] or found["payload"]))
        if any("pass" in name.lower() for name in values):
            yield Credentials(path, values, found["path"] or found["url"])


def _signed(path: str, text: str) -> Iterator[Helper]:
    """`jwt.sign({ id: 1 }, process.env.JWT_SECRET)` with plain values, as Node runs it."""
    for found in _SIGN.finditer(text):
        payload = found[1]
        if not re.fullmatch(r"\{\s*(['\"]?\w+['\"]?\s*:\s*('[^']*'|\"[^\"]*\"|\d+|true|false)\s*,?\s*)*\}", payload):
            payload = "{" + ", ".join(f"{key}: 1" for key in re.findall(r"(\w+)\s*(?=[:,}])", payload)[:4]) + "}"
        key = f"process.env.{found[3]}" if found[3] else repr(found[4])
        program = f"console.log('{{prefix}}' + require('jsonwebtoken').sign({payload}, {key}))"
        yield Helper("jwt.sign", path, ("node", "-e"), program, "does the service take these values?")
