"""Names and sentences use standard words: those that a native speaker stopped at are listed here, and none is left."""

import ast
import io
import re
import tokenize
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).resolve().parents[2]
PRODUCT = ("aurora", "activities", "workflows", "benchmarks")
ALL = (*PRODUCT, "tests")

MODULES = {
    "attention", "beneath", "byhand", "census", "continuing", "craft", "disagreeing", "environment_trouble", "hands",
    "keeping", "leavings", "nursery", "outgrown", "own_program", "plan_of_demo", "running", "showing", "troubles",
    "twins", "unbuilt", "untouchable", "veil", "wire",
}  # fmt: skip
"""Names of files and folders, with the standard ones in the tree instead: `gate_runner`, `fork_server`, `transport`."""

CLASSES = {
    "Census", "Cleared", "Closer", "Frozen", "GateKeeper", "Hands", "HandPlayer", "Heard", "Herald", "Lasting",
    "Mend", "Mended", "Mending", "Nursery", "Purse", "Seen", "Shelf", "Stage", "StockTaker", "Surroundings", "Told",
    "Transient", "TurnOrder", "Veil", "Way", "Wish",
}  # fmt: skip
"""`TaskContext`, `Value`, `NotifyActivity`, `TurnInput`, `ProposedSetting`, `ForkServer` and so on stand for them."""

NAMES = {
    "beneath", "census", "leavings", "mechanical", "mend", "mended", "mending", "mends", "node_ids", "nursery",
    "own_program", "plan_of_demo", "told", "told_events", "told_run", "troubles", "twin", "twins", "untouchable",
    "veil", "wish",
}  # fmt: skip
"""Of functions, parameters, fields and variables."""

ENDINGS = ("_trouble", "_troubles", "_mends", "_twin", "_twins", "_told")
"""Of functions, methods and classes; a class whose name ends in `Trouble` is an `...Error`."""

SENTENCES = re.compile(
    r"""
      \bmend(?:s|ed|ing)?\b            # fix
    | \btwins?\b                       # test mutants
    | \bcensus\b                       # test counts
    | \bnursery\b                      # fork server
    | \bnode\ ids?\b                   # test ids
    | \bbugs?\ of\ ours\b              # internal error
    | \botherwise\ than\b              # differently from, other than
    | \btold\ more\ events\b           # event limit exceeded
    | \bLet\ it\ rest\b                # Pause
    | \b(?:came|comes?)\ to\ no\ end\b # did not finish
    | \bon\ wish\b                     # on request
    | \buntouchable\b                  # protected
    | \bnobody\ would\ hear\b
    | \bin\ nobody's\ way\b
    """,
    re.VERBOSE | re.IGNORECASE,
)

OPENINGS = re.compile(
    r"^(?:What|Which|Whether|Why|How|Where|Who|Whose|When|Of|In|By|With|Without|For|From|On|At(?! most| least)|Before|"
    r"Behind|Beside|Below|Under|Through|Against|Between|Around|Within)\b"
)
"""A docstring begins with a noun phrase or a verb."""
QUESTIONS = re.compile(r"^(?:What|Which|Whether|Why|How|Where|Who|Whose|When)\b")
"""A note on a field or a constant may be elliptical ("Of the draft."), and asks no question either."""

LEFT_ALONE = (
    "tests/unit/test_words.py",
    "tests/support/seeded_faults",
    "tests/real/workflows/histories",
    "aurora/commit_style.py",  # verbs that people use in their commits
    "aurora/tools/sentence_forms.py",  # words that people use in their tasks
)


class Found(NamedTuple):
    line: int
    word: str


def python_files(*tops: str) -> list[Path]:
    found = [path for top in tops for path in (ROOT / top).rglob("*.py")]
    return sorted(
        path for path in (*found, ROOT / "worker.py") if not str(path.relative_to(ROOT)).startswith(LEFT_ALONE)
    )


def documents() -> list[Path]:
    found = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "aurora/prompts").rglob("*.md")]
    return sorted(path for path in found if path.name not in ("CHANGELOG.md", "glossary.md"))


def odd_names(text: str) -> Iterator[Found]:
    """Names that a module defines or binds."""
    for node in ast.walk(ast.parse(text)):
        line = getattr(node, "lineno", 0)
        if isinstance(node, ast.ClassDef):
            if node.name.lstrip("_") in CLASSES or node.name.endswith("Trouble"):
                yield Found(line, node.name)
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            plain = node.name.lstrip("_")
            if not node.name.startswith("test_") and (plain in NAMES or node.name.endswith(ENDINGS)):
                yield Found(line, node.name)
        else:
            bound = (
                node.arg if isinstance(node, ast.arg)
                else node.id if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
                else node.attr if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store)
                else ""
            )  # fmt: skip
            if bound.lstrip("_") in NAMES:
                yield Found(line, bound)


def odd_sentences(text: str) -> Iterator[Found]:
    """Comments and strings of more than one word, docstrings included."""
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type == tokenize.COMMENT or (token.type == tokenize.STRING and " " in token.string):
            for match in SENTENCES.finditer(token.string):
                yield Found(token.start[0], match[0])


def odd_openings(text: str) -> Iterator[Found]:
    """First words of docstrings, and of the notes below fields and constants."""
    for node in ast.walk(ast.parse(text)):
        body = getattr(node, "body", None)
        if not isinstance(body, list):
            continue
        for number, statement in enumerate(body):
            if not (isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)):
                continue
            value = statement.value.value
            if not isinstance(value, str) or getattr(node, "name", "").startswith("test_"):
                continue
            is_docstring = number == 0 and not isinstance(node, ast.If | ast.With | ast.For | ast.Try)
            match = (OPENINGS if is_docstring else QUESTIONS).match(value.strip())
            if match:
                yield Found(statement.lineno, match[0])


def listed(path: Path, found: Iterator[Found]) -> list[str]:
    return [f"{path.relative_to(ROOT)}:{one.line}: {one.word}" for one in found]


def test_no_file_or_folder_has_a_name_that_needs_decoding() -> None:
    # a folder that was moved leaves its compiled files behind, which are nobody's names
    files = [path for top in ALL for path in (ROOT / top).rglob("*") if path.is_file() and path.suffix != ".pyc"]
    paths = {one for file in files for one in (file, *file.parents) if one.is_relative_to(ROOT)}
    named = sorted(path for path in paths if path.suffix in ("", ".py"))
    assert [str(path.relative_to(ROOT)) for path in named if path.stem.removeprefix("test_") in MODULES] == []


@pytest.mark.parametrize("top", ALL)
def test_no_identifier_needs_decoding(top: str) -> None:
    found = [one for path in python_files(top) for one in listed(path, odd_names(path.read_text(encoding="utf-8")))]
    assert found == []


@pytest.mark.parametrize("top", ALL)
def test_no_comment_docstring_or_message_has_a_private_word(top: str) -> None:
    found = [one for path in python_files(top) for one in listed(path, odd_sentences(path.read_text(encoding="utf-8")))]
    assert found == []


@pytest.mark.parametrize("path", documents(), ids=lambda path: str(path.relative_to(ROOT)))
def test_no_document_or_prompt_has_a_private_word(path: Path) -> None:
    lines = enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
    found = (Found(number, match[0]) for number, line in lines for match in SENTENCES.finditer(line))
    assert listed(path, found) == []


@pytest.mark.parametrize("top", PRODUCT)
def test_every_docstring_begins_with_a_noun_or_a_verb(top: str) -> None:
    found = [one for path in python_files(top) for one in listed(path, odd_openings(path.read_text(encoding="utf-8")))]
    assert found == []


def test_the_glossary_gives_a_reason_for_each_private_word() -> None:
    text = (ROOT / "docs/glossary.md").read_text(encoding="utf-8")
    terms, _, private = text.partition("## Private words")
    rows = re.findall(r"^\| ([^|]+) \| ([^|]+) \|$", private, re.M)[1:]
    assert len(rows) > 5
    assert [word for word, reason in rows if len(reason) < 20 or f"**{word}" not in terms] == []


SAMPLE = '''"""What it does."""
class Herald: ...
class DiskTrouble: ...
def told(twin):
    """Whether so."""
    mends = "the run told more events than anybody reads"  # nobody's to mend
x = 1
"""How much."""
'''


def test_an_odd_word_is_found_wherever_it_stands() -> None:
    assert [one.word for one in odd_names(SAMPLE)] == ["Herald", "DiskTrouble", "told", "twin", "mends"]
    assert [one.word for one in odd_sentences(SAMPLE)] == ["told more events", "mend"]
    assert sorted(one.word for one in odd_openings(SAMPLE)) == ["How", "What", "Whether"]


def test_plain_words_and_stored_keys_pass() -> None:
    text = '''"""The runner of gates."""
def proposals(problem):
    """Return whether so; `mend` is written nowhere."""
    return once("mended"), "recommended", "fixed"
'''
    assert list(odd_names(text)) == []
    assert [one.word for one in odd_sentences(text.replace("`mend` is written nowhere", "all is fixed"))] == []
    assert list(odd_openings(text)) == []
