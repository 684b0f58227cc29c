# ruff: noqa: E501  tables of words, read as a whole
"""The page as HTML and as Markdown: whatever words stand in it, they are only words."""

import html.parser
import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from aurora.evidence.html import html as as_html
from aurora.evidence.markdown import MOST_CHARS, markdown, said
from aurora.evidence.sections import page
from tests.support.evidences import HOSTILE, evidence

TAGS = {
    "html", "head", "meta", "title", "style", "body", "main", "h1", "h2", "h3", "p", "section", "dl", "dt", "dd", "ul", "li", "code",
    "blockquote", "footer", "div", "table", "thead", "tbody", "tr", "th", "td", "details", "summary", "pre",
}  # fmt: skip
OURS = re.compile(r"</?(?:details|summary|b|pre|code|sub)>")


class ReadPage(html.parser.HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.words = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}

    def handle_data(self, data: str) -> None:
        self.words += data


def seen(text: str) -> ReadPage:
    found = ReadPage()
    found.feed(text)
    return found


def test_html_is_one_file_without_script_and_without_anything_to_fetch() -> None:
    found = seen(as_html(page(evidence(HOSTILE))))
    assert found.tags <= TAGS, found.tags - TAGS
    assert found.attributes <= {"lang", "charset", "name", "content", "http-equiv", "class"}
    text = as_html(page(evidence()))
    assert "default-src 'none'" in text and not re.search(r"url\(|@import|\bhref=|\bsrc=", text)


def test_html_shows_every_word_and_what_nobody_would_see() -> None:
    found = seen(as_html(page(evidence(HOSTILE))))
    for word in (
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "&lt;",
        "@everyone",
        "⟦U+202E⟧",
        "⟦U+200B⟧",
    ):
        assert word in found.words
    assert not set("\u202e\u200b\x1b\x00") & set(found.words)


def flat(tokens: list[Token]) -> list[Token]:
    return [one for token in tokens for one in (token, *flat(token.children or []))]


def gfm() -> MarkdownIt:
    return MarkdownIt("commonmark", {"linkify": False}).enable(["table", "strikethrough"])


def check(text: str, structure: list[str]) -> None:
    tokens = flat(gfm().parse(text))
    for token in tokens:
        assert token.type not in {
            "link_open",
            "image",
            "fence",
            "code_block",
            "em_open",
            "s_open",
            "hr",
            "code_inline",
        }, token
        if token.type in ("html_inline", "html_block"):
            rest = OURS.sub("", token.content)
            assert "<" not in rest, token.content
    kinds = [token.type for token in tokens if token.type in ("heading_open", "table_open", "strong_open")]
    assert kinds == structure, "the words add none"


def structure_of(text: str) -> list[str]:
    return [t.type for t in flat(gfm().parse(text)) if t.type in ("heading_open", "table_open", "strong_open")]


def test_markdown_of_hostile_words_has_the_structure_of_ordinary_ones() -> None:
    check(markdown(page(evidence(HOSTILE))), structure_of(markdown(page(evidence()))))


def test_markdown_speaks_to_no_forge_neither_on_its_page_nor_as_a_commits_message() -> None:
    text = markdown(page(evidence(HOSTILE)))
    assert not re.search(r"(?<!&)#\d|@\w|GH-\d|https?:|www\.|\[skip|\*\*\*|Signed-off-by:|!\d", text)
    outside = re.sub(r"<(code|pre)>.*?</\1>", "", text, flags=re.S)
    words = re.sub(r"&#(\d+);", lambda m: chr(int(m[1])), outside)
    # on the page: a mention or a reference is one only outside of code
    for sign in (
        "@everyone",
        "@org",
        "#1",
        "owner/x#2",
        "GH-3",
        "https://evil",
        "www.evil",
        ":tada:",
        "0123456789abcdef",
    ):
        assert sign not in words, sign


def test_a_log_that_ends_its_own_block_ends_nothing() -> None:
    text = markdown(page(evidence(HOSTILE)))
    assert text.count("<pre>") == text.count("</pre>") and text.count("<details>") == text.count("</details>")
    assert "&#60;/pre&#62;" in text


@pytest.mark.parametrize("size", [200, 5_000])
def test_markdown_fits_into_a_pull_request_and_leaves_nothing_open(size: int) -> None:
    large = evidence().model_copy(update={"task": "#" * 20_000, "warnings": tuple("!" * 300 for _ in range(size))})
    text = markdown(page(large))
    assert len(text) <= MOST_CHARS + 2_000
    assert text.count("<details>") == text.count("</details>")


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(st.sampled_from(HOSTILE.split(" ")) | st.text(max_size=8), max_size=12).map(" ".join))
def test_any_words_stay_words(words: str) -> None:
    line = said(words)
    tokens = flat(gfm().parse(f"- {line}\n"))
    assert {token.type for token in tokens} <= {
        "bullet_list_open", "list_item_open", "paragraph_open", "inline", "text", "html_inline", "paragraph_close",
        "list_item_close", "bullet_list_close", "text_special",
    }, tokens  # fmt: skip
    assert {t.content for t in tokens if t.type == "html_inline"} <= {"<code>", "</code>"}
