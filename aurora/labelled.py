"""Text of others as a model is shown it: between two tags that the text can't write, with who said it.

Whatever stands inside is material. `aurora/prompts/common.md` says so once, in the part of a prompt that is cached.
"""

import hashlib
import re

from aurora.output import reveal
from aurora.text import clip

SOURCE_CHARS = 200
_SHORTEST = 4
_TAG = re.compile(r"(?m)^</?data-[0-9a-f]{4,64}(?: from=\"[^\"\n]*\")?>$\n?")


def labelled(text: str, source: str = "") -> str:
    """`text` with its hidden characters shown, between `<data-1f3c from="...">` and `</data-1f3c>`.

    The tag's name is made of the text's own digest and is lengthened until the text does not hold it: the same text
    gives the same bytes, and no text can end its own label. Empty for a text without content. `source`: who or what
    says it; none where the call that a result answers tells."""
    shown = reveal(text).strip("\n")
    if not shown.strip():
        return ""
    tag = _tag(shown)
    origin = f' from="{on_a_line(source)}"' if source else ""
    return f"<{tag}{origin}>\n{shown}\n</{tag}>"


def on_a_line(text: str, limit: int = SOURCE_CHARS) -> str:
    """A name of others inside a sentence of ours: one line, bounded, without what could end a quotation or a tag."""
    return clip(" ".join(reveal(text).split()).replace('"', "'").replace("<", "‹").replace(">", "›"), limit)


def unlabelled(text: str) -> str:
    """The text without the tags, for people."""
    return _TAG.sub("", text).rstrip("\n")


def _tag(text: str) -> str:
    name = hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()
    folded = text.casefold()
    length = _SHORTEST
    while f"data-{name[:length]}" in folded:
        length += 1  # a text that holds all 64 digits of its own digest is not known to anybody
        if length > len(name):
            name += hashlib.sha256(name.encode()).hexdigest()
    return f"data-{name[:length]}"
