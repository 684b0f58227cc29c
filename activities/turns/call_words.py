"""A tool call in plain English, as it is asked for (`edit app/users.py`) and as it was done (`edited app/users.py`)."""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from aurora.ports import Block
from aurora.text import fit

_VERBS = {
    "read_file": ("read", "read"),
    "write_file": ("write", "wrote"),
    "edit_file": ("edit", "edited"),
    "delete_file": ("delete", "deleted"),
    "move_file": ("move", "moved"),
    "list_files": ("list files", "listed files"),
    "search_code": ("search for", "searched for"),
    "run_pytest": ("run tests", "ran tests"),
    "run_tests": ("run tests", "ran tests"),
    "run_linter": ("run the linter", "ran the linter"),
    "ask_architect": ("ask the Architect", "asked the Architect"),
    "report_blocked": ("report a problem", "reported a problem"),
    "disagree": ("disagree", "disagreed"),
    "finish": ("finish", "finished"),
}
"""The effect of a call: before and after."""
_RUNS = frozenset({"run_pytest", "run_tests", "run_linter"})
SHOWN = 20
NAME_BYTES = 60
WHY_BYTES = 90
SAID_BYTES = 360


def given_to(use: Block) -> dict[str, Any]:
    """A call's input; none where the model gave something else than an object."""
    given = use.get("input")
    return given if isinstance(given, dict) else {}


def subject_of(use: Block) -> str:
    """The file, pattern, test or words that a tool call is about, short."""
    given = given_to(use)
    for key in ("path", "pattern", "glob", "test", "summary"):
        if given.get(key):
            to = f" to {given['to']}" if use["name"] == "move_file" and given.get("to") else ""
            return fit(f"{given[key]}{to}", 80)
    for key in ("selection", "paths"):
        if isinstance(given.get(key), list):
            return fit(" ".join(map(str, given[key][:20])), 80)
    return ""


def asked_for(uses: Sequence[Block]) -> str:
    """Return what the calls of one reply are to do: `edit app/users.py, run tests`."""
    return fit(", ".join(_once(_worded(use, done=False) for use in uses[:SHOWN])), 300)


def done(uses: Sequence[Block], results: Sequence[Block]) -> str:
    """Return what the calls came to: `edited app/users.py; ran tests: 5 passed; could not finish: …`."""
    said = []
    for use, result in list(zip(uses, results, strict=True))[:SHOWN]:
        first = next(iter(result["content"][0]["text"].strip().splitlines()), "")
        if result.get("is_error"):
            said.append(f"could not {_worded(use, done=False)}: {fit(first, WHY_BYTES)}")
        elif use["name"] in _RUNS:
            said.append(f"{_worded(use, done=True)}: {fit(first, NAME_BYTES)}")
        else:
            said.append(_worded(use, done=True))
    return fit("; ".join(_once(said)), SAID_BYTES)


def _once(said: Iterable[str]) -> list[str]:
    """Each once, in order; several edits of a file are told as one with their number."""
    return [text if count == 1 else f"{text} ({count} times)" for text, count in Counter(said).items()]


def _worded(use: Block, *, done: bool) -> str:
    name, subject = str(use["name"]), subject_of(use)
    if name not in _VERBS:
        return fit(f"{name} {subject}".strip(), NAME_BYTES + 80)
    verb = _VERBS[name][int(done)]
    if not subject:
        return verb
    if name == "finish":
        return f"{verb}: {subject}" if done else verb
    return f"{verb} {subject!r}" if name == "search_code" else f"{verb} {subject}"
