"""The files that a document consists of, read by whoever may: the child that parses them opens nothing itself."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from aurora.contract.locations import DOCUMENTS, Files, named_files
from aurora.contract.yaml_text import parse
from aurora.errors import Refusal

Texts = Callable[[Sequence[str]], Mapping[str, str | None]]
"""The text of each file of the repository, none for what is not there or is no text. Asked for many at once."""
MOST_FILES = 5_000
MOST_CHARS = 24_000_000
"""The most characters of all files."""
MOST_STEPS = 60
"""The most steps from the document to a file that is named by a file that is named ..."""


def gathered(value: Any, path: str, texts: Texts, room: int = MOST_CHARS) -> Files:
    """The document at `path`, whose value is given, and all files that its references name, over any number of others.

    A file that can't be read is left out, and `broken` says why. Raises `Refusal` for more than may be read."""
    values: dict[str, Any] = {path: value}
    broken: dict[str, str] = {}
    wanted = sorted(set(named_files(value, path)))
    for _ in range(MOST_STEPS):
        if not wanted:
            return Files(path, values, broken)
        if len(values) + len(wanted) > MOST_FILES:
            raise Refusal(f"{path} refers to more than {MOST_FILES:,} other files.", "Bundle it into fewer.")
        given = texts(wanted)
        found: list[str] = []
        for name in wanted:
            text = given.get(name)
            if text is None:
                broken[name] = "there is no such file that could be read as text"
                continue
            room -= len(text)
            if room < 0:
                raise Refusal(
                    f"{path} and the files it refers to have more than {MOST_CHARS:,} characters.", "Split it."
                )
            try:
                values[name] = parse(text, name)[0] if name.lower().endswith(DOCUMENTS) else text
            except Refusal as refusal:
                broken[name] = refusal.what
                continue
            found += named_files(values[name], name)
        wanted = sorted(set(found) - values.keys() - broken.keys())
    raise Refusal(f"{path} refers to files over more than {MOST_STEPS} others.", "Bundle it into fewer.")
