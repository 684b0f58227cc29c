"""The documents name what is there: paths, modules, targets, links and headings."""

import re
from functools import cache
from pathlib import Path

import pytest

from aurora.settings.repository import BackendSettings

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
TOP = ("aurora", "activities", "workflows", "tests", "benchmarks", "deploy", "docs", "examples")
IMAGES = {f"aurora/{name}" for name in ("debian", "root", "base", "services", "deps")}
"""Docker images, which look like folders."""
OF_A_PROJECT = {
    "manage.py",
    "runtests.py",
    "run_tests.py",
    "setup.py",
    "noxfile.py",
    "SCRIPT.py",
    "conftest.py",
    "tests.py",
    "conf.py",
}
"""Files of the projects that Aurora works on."""
NO_MODULES = {"aurora.yaml", "aurora.owner", "aurora.deadline", "aurora.env"}
"""A file, labels of containers, and a fixture's attribute."""
EXAMPLES = re.compile("summarise_change|ChangeSummary|count_lines|COUNT_LINES|select_star|<[a-z]+>|http/|prove")
"""Names that the recipes of CONTRIBUTING add, and nobody keeps."""
SUFFIXES = {"py", "md", "json", "yaml", "yml", "toml", "lock", "txt", "js", "ts", "cjs", "mjs", "sh", "cfg", "ini"}
NO_CODE = {"task", *BackendSettings.model_fields}
"""`task.question` is a type of a notice, `architect.remind` a key of aurora.yaml."""
AT_THE_TOP = {"docs/README.md", "docs/glossary.md", "docs/CONTRIBUTING.md"}
"""Documents in no folder of readers; the last one is a name that projects use."""
OTHERS = {"docs/measurements/real-projects.md": {"tests/anyio_compat.py"}}
"""Paths in a document that belong to somebody else's repository."""


def documents() -> list[Path]:
    found = [*ROOT.glob("*.md"), *DOCS.rglob("*.md"), *(ROOT / "examples").rglob("*.md")]
    return sorted(found)


def named(path: Path) -> str:
    return str(path.relative_to(ROOT))


EACH = pytest.mark.parametrize("document", documents(), ids=named)


def code(document: Path) -> list[str]:
    """The text in backticks, in prose and tables."""
    text = re.sub(r"^```.*?^```", "", document.read_text(encoding="utf-8"), flags=re.S | re.M)
    return [one for one in re.findall(r"`([^`\n]+)`", text) if not EXAMPLES.search(one)]


@cache
def file_names() -> frozenset[str]:
    return frozenset(path.name for top in TOP for path in (ROOT / top).rglob("*") if path.is_file())


@EACH
def test_every_path_in_backticks_exists(document: Path) -> None:
    tokens = [token for one in code(document) for token in re.findall(r"[\w./*-]+", one)]
    paths = {token.rstrip("./") for token in tokens if re.match(rf"(?:{'|'.join(TOP)})/\w", token)}
    paths -= IMAGES | OTHERS.get(named(document), set())
    missing = sorted(path for path in paths if not any(ROOT.glob(path)))
    assert missing == []
    files = {token for token in tokens if re.fullmatch(r"[\w-]+\.(?:py|mjs|cjs|sh)", token)} - OF_A_PROJECT
    assert sorted(files - file_names() - {path.name for path in ROOT.glob("*.*")}) == []


def test_every_file_and_folder_of_the_map_exists() -> None:
    text = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
    (drawn,) = re.findall(r"^```$(.*?)^```$", text, flags=re.S | re.M)
    folders = {path.name for top in TOP for path in (ROOT / top, *(ROOT / top).rglob("*")) if path.is_dir()}
    assert set(re.findall(r"(?<![/\w])(\w+)/(?=\s)", drawn)) - folders == set()
    assert set(re.findall(r"(?<![/\w])\w+\.py", drawn)) - file_names() - {"worker.py"} == set()


@EACH
def test_every_module_that_is_named_exists(document: Path) -> None:
    text = document.read_text(encoding="utf-8")
    for dotted in re.findall(r"python -m ([\w.]+)", text) + code(document):
        first, _, rest = dotted.partition(".")
        if first not in TOP or not re.fullmatch(r"[a-z_]+(?:\.[a-z_]+)*", rest) or dotted in NO_MODULES:
            continue
        place = ROOT / first / rest.replace(".", "/")
        # the last part may be something in a module
        found = [one for one in (place, place.parent) if one.is_dir() or one.with_suffix(".py").exists()]
        assert [one for one in found if one != ROOT / first], dotted


@EACH
def test_everything_that_is_named_with_its_module_is_in_it(document: Path) -> None:
    """`judging.run_of`, `FrozenTests.thawed`: the second name stands in a file that has the first as name or class."""
    for one in code(document):
        match = re.fullmatch(r"(?:\w+\.)*(\w+)\.(\w+)(?:\(.*\))?", one)
        if match is None or match[2] in SUFFIXES or one.split(".")[0] in NO_CODE.union(TOP):
            continue
        holders = [text for name, text in sources() if name == match[1] or f"class {match[1]}" in text]
        assert not holders or any(re.search(rf"\b{match[2]}\b", text) for text in holders), one


@cache
def sources() -> list[tuple[str, str]]:
    """Modules of the product by name, with their texts."""
    paths = [path for top in ("aurora", "activities", "workflows") for path in (ROOT / top).rglob("*.py")]
    return [(path.stem, path.read_text(encoding="utf-8")) for path in paths]


@EACH
def test_every_target_of_make_that_is_named_exists(document: Path) -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.M))
    assert {name for one in code(document) for name in re.findall(r"\bmake ([a-z-]+)", one)} <= targets


def headings(document: Path) -> set[str]:
    """Anchors of a document, as GitHub makes them."""
    lines = re.findall(r"^#+ (.+)$", document.read_text(encoding="utf-8"), re.M)
    return {re.sub(r"[^\w\- ]", "", line.lower()).replace(" ", "-") for line in lines}


@EACH
def test_every_link_leads_somewhere(document: Path) -> None:
    for target, anchor in re.findall(r"\]\(([^)#\s]*)#?([^)\s]*)\)", document.read_text(encoding="utf-8")):
        if target.startswith(("http:", "https:")):
            continue
        path = (document.parent / target).resolve() if target else document
        assert path.exists(), target
        assert not anchor or anchor in headings(path), f"{target}#{anchor}"


def test_every_document_that_a_text_names_exists() -> None:
    """In the product's errors and docstrings, in tests and in the documents themselves."""
    folders = "|".join(path.name for path in DOCS.iterdir() if path.is_dir())
    texts = [*documents(), ROOT / "Makefile"]
    texts += [path for top in TOP[:5] for path in (ROOT / top).rglob("*.py")]
    for path in texts:
        for found in re.findall(rf"\bdocs/(?:{folders})/[\w.-]*\.(?:md|json)", path.read_text(encoding="utf-8")):
            assert (ROOT / found).exists(), f"{named(path)} names {found}"
    product = [path for top in ("aurora", "activities", "workflows") for path in (ROOT / top).rglob("*.py")]
    for path in [*documents(), *product]:
        loose = re.findall(r"\bdocs/[\w-]+\.(?:md|json)", path.read_text(encoding="utf-8"))
        assert [name for name in loose if name not in AT_THE_TOP] == [], named(path)


def test_the_index_has_every_document_once() -> None:
    text = (DOCS / "README.md").read_text(encoding="utf-8")
    listed = [target for target in re.findall(r"\]\(([^)#\s]+)", text) if not target.startswith("..")]
    there = [str(path.relative_to(DOCS)) for path in DOCS.rglob("*") if path.is_file()]
    assert sorted(listed) == sorted(set(there) - {"README.md"})


def test_the_glossary_is_in_order_and_short() -> None:
    text = (DOCS / "glossary.md").read_text(encoding="utf-8")
    terms = re.findall(r"^- \*\*([^*]+)\*\*", text, re.M)
    assert terms == sorted(terms, key=str.casefold)
    assert len(set(terms)) == len(terms) > 20
    assert len(text.splitlines()) <= 120
