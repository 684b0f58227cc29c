"""The documents that a task's text names, and their form in the brief."""

import pytest

from aurora.survey import named_documents

PATHS = (
    "README.md",
    "CONTRIBUTING.rst",
    "app/users.py",
    "docs/adr/0003-use-uuids.md",
    "docs/adr/0030-use-redis.md",
    "docs/decisions/adr-7.adoc",
    "docs/rfcs/12_quotas.md",
    "docs/limits.md",
    "docs/Two Words.md",
    "billing/docs/limits.md",
    "billing/README.md",
    "pkg/a/notes.md",
    "pkg/b/notes.md",
    "requirements.txt",
    "requirements/dev.txt",
    "openapi.yaml",
)


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("Do as README says.", ["README.md"]),
        ("Do as the readme says.", []),  # a word like any other
        ("See README.md, and `docs/limits.md`.", ["README.md", "docs/limits.md"]),
        ("See ./docs/limits.md for the numbers", ["docs/limits.md"]),
        ("[limits](docs/limits.md)", ["docs/limits.md"]),
        ("as limits.md says", ["docs/limits.md"]),
        ("as billing/docs/limits.md says", ["billing/docs/limits.md"]),
        ("as billing/README.md says", ["billing/README.md"]),
        ("as notes.md says", []),  # two of them, equally near
        ("as b/notes.md says", ["pkg/b/notes.md"]),
        ("Follow ADR 3.", ["docs/adr/0003-use-uuids.md"]),
        ("Follow ADR-0030 and RFC 12", ["docs/adr/0030-use-redis.md", "docs/rfcs/12_quotas.md"]),
        ("per adr 7", ["docs/decisions/adr-7.adoc"]),
        ("Follow ADR 300.", []),
        ("The answer follows RFC 7807.", []),  # of somebody else's
        ("Add httpx to requirements.txt and change app/users.py", []),
        ("https://example.com/README.md", []),
        ("CONTRIBUTING.rst, then README", ["CONTRIBUTING.rst", "README.md"]),
        ("README.md README.md README", ["README.md"]),
    ],
)
def test_the_documents_that_a_text_names_are_found(text, named):
    assert named_documents.find(text, PATHS) == named


def test_four_documents_are_the_most():
    paths = [f"docs/note{n}.md" for n in range(9)]
    assert named_documents.find(" ".join(paths), paths) == paths[:4]


async def test_documents_are_cut_and_redacted_and_what_can_not_be_shown_is_named():
    secret = "ghp_" + "a1B2" * 9
    texts = {"a.md": "x" * 30_000, "b.md": f"token {secret}\n", "c.md": None, "d.md": "y" * 30_000, "e.md": "z" * 9_000}
    kept: list[bytes] = []

    async def store(content: bytes) -> str:
        kept.append(content)
        return f"sha256:{len(kept):064d}"

    async def text(path: str) -> str | None:
        return texts[path]

    shown = await named_documents.read(list(texts), text, store)
    assert [d.path for d in shown.documents] == ["a.md", "b.md", "d.md"]
    assert len(kept[0]) <= named_documents.DOCUMENT_CHARS + 20 and secret.encode() not in kept[1]
    assert sum(map(len, kept)) <= named_documents.ALL_CHARS + 200
    assert [said.partition(",")[0] for said in shown.warnings] == ["c.md", "e.md"]


def test_a_well_known_document_without_a_suffix_is_one_document():
    assert named_documents.find("Do as README says.", ["README", "app/README"]) == ["README"]


@pytest.mark.parametrize("path", ["CHANGELOG.md", "docs/changes.rst", "HISTORY", "docs/release-notes.md"])
async def test_of_a_journal_of_releases_the_beginning_is_shown(path):
    lines = [f"- entry {n} of the journal" for n in range(900)]
    kept: list[str] = []

    async def store(content: bytes) -> str:
        kept.append(content.decode())
        return f"sha256:{0:064d}"

    async def text(_: str) -> str | None:
        return "\n".join(lines) + "\n"

    await named_documents.read([path], text, store)
    *shown, last = kept[0].splitlines()
    assert shown == lines[: len(shown)], "whole lines, from the first"
    assert len(kept[0]) <= named_documents.JOURNAL_CHARS + 30
    assert last == f"[… {len(lines) - len(shown)} more lines …]"
