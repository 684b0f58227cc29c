"""The tools as the model is offered them: names, descriptions and strict JSON schemas.

Descriptions are part of the prompt: a change here changes every `call_id` and every cached prefix.
"""

from typing import Any, Final

from aurora.ports import Block
from aurora.settings.repository import ALWAYS_OFFERED
from aurora.tools.run_text import LABELS

HAVE_DEFAULTS: Final = frozenset(
    {"start_line", "glob", "selection", "paths", "options", "assumed", "files", "packages"}
)
"""Arguments that strict tools always send, and that mean something sensible where an endpoint lets them out."""

ASKABLE: Final = ("missing_spec", "decision", "dependency")
"""Kinds of question that are the model's to ask; the others (budget, outage, ...) only the workflow puts."""

TEST_TOOLS: Final = ("run_pytest", "run_tests")
"""Two names of one tool; the specification's own is the first."""

OPTIONAL: Final = frozenset({
    ("read_file", "end_line"), ("read_file", "line_numbers"),
    ("edit_file", "old"), ("edit_file", "new"), ("edit_file", "all"), ("edit_file", "after_line"),
    ("edit_file", "edits"),
})  # fmt: skip
"""(tool, argument) that a strict call may leave out."""

READ_ONLY: Final = ("read_file", "list_files", "search_code")

REPORTING: Final = (
    "Report that the step cannot be done honestly. An honest report is a good result; a workaround is not."
)
ON_TESTS: Final = (
    "contradiction: a frozen test contradicts the specification or the contract. Others check and judge the report; "
    "the test must be red now."
)
ON_ENVIRONMENTS: Final = (
    "environment: tests cannot run here, or a service, variable or file that they need is missing. missing_tool: a "
    "command or package is needed that is not here. The Architect decides about these two, and the step goes on with "
    "the answer: try first, and report each thing once."
)


def _tool(name: str, description: str, **properties: dict[str, Any]) -> Block:
    return {
        "name": name,
        "description": description,
        "strict": True,
        "input_schema": {
            "type": "object",
            "properties": properties,
            "required": [argument for argument in properties if (name, argument) not in OPTIONAL],
            "additionalProperties": False,
        },
    }


def _text(description: str) -> dict[str, Any]:
    return {"type": "string", "description": description}


def _texts(description: str) -> dict[str, Any]:
    return {"type": "array", "items": {"type": "string"}, "description": description}


def _number(description: str) -> dict[str, Any]:
    return {"type": "integer", "description": description}


def _flag(description: str) -> dict[str, Any]:
    return {"type": "boolean", "description": description}


_PATH = "Path relative to the repository's root, with forward slashes."
_OLD = _text("The exact passage to replace, without line numbers, white space as in the file.")
_NEW = _text("The text that replaces it; empty to delete the passage.")
_ALL = _flag("Replace every occurrence; otherwise the passage must occur exactly once.")
_AFTER = _number("Instead of `old`: insert `new` after this line, as the file is before the call; 0 at the top.")
_RUN = (
    "Gives the counts, and for each cause its failing tests' ids, the last frame in the repository and one traceback. "
    f"{LABELS}"
)

CATALOGUE: Final[dict[str, Block]] = {
    block["name"]: block
    for block in (
        _tool(
            "read_file",
            "Read a text file of the repository, or a source or type stub of an installed dependency "
            "(`site-packages/fastapi/routing.py`, `node_modules/zod/index.d.ts`, a path from a traceback). What does "
            "not fit is left out at the end, and the result names the line to continue at.",
            path=_text(f"{_PATH} For a dependency also as a traceback prints it."),
            start_line=_number("First line to read, from 1."),
            end_line=_number("Last line to read; left out or 0: as many as fit."),
            line_numbers=_flag("Put each line's number before it; for `after_line` and for talking about lines."),
        ),
        _tool(
            "list_files",
            "List the files whose path matches a glob, with sizes. Says how many more a policy hides.",
            glob=_text("A gitignore-style pattern such as `app/**/*.py` or `site-packages/fastapi/**`; `**` for all."),
        ),
        _tool(
            "search_code",
            "Search file contents with a Python regular expression; gives `path:line: text`. Definitions come before "
            "uses, whole words before parts, code before other text, tests and generated files; where not all fit, "
            "what is left out is counted by file.",
            pattern=_text("Python regular expression, matched within one line."),
            glob=_text("Only files matching this pattern, `node_modules/zod/**` too; `**` for all of the repository."),
        ),
        _tool(
            "write_file",
            "Create a file, or replace one whole. For a change inside an existing file use edit_file. Line ends and "
            "encoding of an existing file are kept.",
            path=_text(_PATH),
            content=_text("The complete new content."),
        ),
        _tool(
            "edit_file",
            "Change a file by exact replacement or insertion. One change: `old` and `new`; several: `edits`, made in "
            "order, all or none. A passage must occur exactly once unless `all` is true. Line ends and encoding are "
            "kept.",
            path=_text(_PATH),
            old=_OLD,
            new=_NEW,
            all=_ALL,
            after_line=_AFTER,
            edits={
                "type": "array",
                "description": "Several changes of the file, each as above.",
                "items": {
                    "type": "object",
                    "properties": {
                        "old": {"type": "string"},
                        "new": {"type": "string"},
                        "all": {"type": "boolean"},
                        "after_line": {"type": "integer"},
                    },
                    "required": ["new"],
                    "additionalProperties": False,
                },
            },
        ),
        _tool(
            "delete_file",
            "Delete a file that is not needed any more. Tests that the project had before stay.",
            path=_text(_PATH),
        ),
        _tool(
            "move_file",
            "Move or rename a text file. Imports and other mentions of it are not changed: search for them.",
            path=_text(_PATH),
            to=_text("Where it goes, a path that does not exist yet."),
        ),
        _tool(
            "run_pytest",
            f"Run tests with pytest in a throwaway copy of the draft: nothing they write survives. {_RUN}",
            selection=_texts("Paths or test ids; empty for the whole suite."),
        ),
        _tool(
            "run_tests",
            f"Run the project's tests in a throwaway copy of the draft: nothing they write survives. {_RUN}",
            selection=_texts("Paths or test ids; empty for the whole suite."),
        ),
        _tool(
            "run_linter",
            "Run the project's linters and formatter check on files, without changing them.",
            paths=_texts("Files to check; empty for every file changed so far."),
        ),
        _tool(
            "ask_architect",
            "Ask the Architect for a decision that the specification, the contract and the repository do not settle. "
            "The task waits for the answer, for days if it must: ask only what you cannot find out, one decision a "
            "call, and say what you would assume.",
            kind={"type": "string", "enum": list(ASKABLE)},
            question=_text("The question, complete in itself: the reader has not seen this conversation."),
            options=_texts("Choices, most advisable first; may be empty."),
            assumed=_text("What you would do without an answer."),
            files=_texts("Protected files that a `yes` is to let you write, as a refusal named them; else empty."),
            packages=_texts(
                "Of kind dependency: the packages, as a manifest names them (`redis>=5`, `zod@^4`). A `yes` adds them "
                "to manifest and lock and installs them before you go on; else empty."
            ),
        ),
        _tool(
            "report_blocked",
            f"{REPORTING} {ON_TESTS} {ON_ENVIRONMENTS}",
            kind={"type": "string", "enum": ["contradiction", "environment", "missing_tool"]},
            why=_text("contradiction: why no correct code can satisfy both. Else: what you tried, and its output."),
            clause=_text(
                "contradiction: the clause of the task, answer or contract, quoted word for word. Else empty."
            ),
            test=_text("contradiction: the test's id, as the test runner prints it. Else empty."),
            missing=_text("environment, missing_tool: the service, variable, file, command or package. Else empty."),
        ),
        _tool(
            "disagree",
            "Say that the test must stay as it is, because it does not contradict the clause. The Architect decides.",
            why=_text("What the clause says, what the test demands, and why both can hold."),
        ),
        _tool(
            "finish",
            "End this step. The checkers judge the draft next.",
            summary=_text("What was done, in one or two sentences."),
        ),
    )
}


def misfit(name: str, given: dict[str, Any]) -> str:
    """The fault of a call's arguments, or nothing; an endpoint that ignores `strict` can send anything."""
    return _misfit(CATALOGUE[name]["input_schema"], given)


def _misfit(shape: dict[str, Any], given: dict[str, Any]) -> str:
    for argument, schema in shape["properties"].items():
        value = given.get(argument)
        if value is None:
            if argument in shape["required"] and argument not in HAVE_DEFAULTS:
                return f"`{argument}` is missing"
            continue
        inner = schema.get("items", {})
        objects = inner.get("type") == "object"
        if not _fits(value, schema["type"], dict if objects else str):
            return f"`{argument}` must be {'a list of objects' if objects else _KINDS[schema['type']]}"
        for number, one in enumerate(value if isinstance(value, list) else [value], 1):
            if isinstance(one, dict):
                if wrong := _misfit(inner, one):
                    return f"in item {number} of `{argument}`, {wrong}"
            elif not _is_text(one):
                return f"`{argument}` contains a lone surrogate, half of a character"
    return ""


def _is_text(value: Any) -> bool:
    return not isinstance(value, str) or not any("\ud800" <= c <= "\udfff" for c in value)


_KINDS: Final = {
    "string": "a string", "integer": "a whole number", "array": "a list of strings", "boolean": "true or false",
}  # fmt: skip


def _fits(value: Any, kind: str, item: type) -> bool:
    if kind == "array":
        return isinstance(value, list) and all(isinstance(one, item) for one in value)
    if kind == "boolean":
        return isinstance(value, bool)
    return isinstance(value, str) if kind == "string" else type(value) is int  # `true` is no number of a line


def offered(
    names: tuple[str, ...], *, read_only: bool, test_tool: str = "run_pytest", disagreeing: bool = False
) -> tuple[Block, ...]:
    """The tools of a step: those the settings name, and for a maker those that are always there.

    A step that only reads gives its result as structured output, so `finish` is not among its tools. `test_tool`: what
    this toolchain calls its test runner, whichever of its names the settings use. `disagreeing`: the step can say that
    what it is asked to do should not be done, instead of reporting a test.
    """
    names = tuple(
        dict.fromkeys(test_tool if name in TEST_TOOLS and test_tool != "run_pytest" else name for name in names)
    )
    always = ("disagree" if disagreeing and name == "report_blocked" else name for name in ALWAYS_OFFERED)
    chosen = [n for n in names if n in READ_ONLY] if read_only else [*names, *always]
    return tuple(CATALOGUE[name] for name in chosen)
