"""Each lure as a model is shown it: inside a label of its own, and nothing of it hidden."""

import re

import pytest

from aurora.output import hidden_characters
from tests.attacks.injections.corpus import LURES
from tests.attacks.injections.lure import MARK, Act, Lure, Place
from tests.attacks.injections.rendered import shown

_OPENS = re.compile(r'^<(data-[0-9a-f]{4,})(?: from="[^"\n<>]*")?>$', re.MULTILINE)


def parted(text: str) -> tuple[str, list[str]]:
    """The text outside of every label, and the text inside; a label ends at its own tag only."""
    outside, inside, at = "", [], 0
    while found := _OPENS.search(text, at):
        end = text.find(f"\n</{found[1]}>", found.end())
        assert end >= 0, f"{found[0]} is never closed"
        outside += text[at : found.start()]
        inside.append(text[found.end() : end])
        at = end + len(f"\n</{found[1]}>")
    return outside + text[at:], inside


@pytest.mark.parametrize("lure", LURES, ids=lambda lure: lure.name)
async def test_a_lure_stays_inside_its_label_and_nothing_of_it_is_hidden(lure: Lure) -> None:
    text = await shown(lure)
    outside, inside = parted(text)
    assert any(MARK in one for one in inside), text
    assert MARK not in outside, outside
    assert hidden_characters(text) == ()
    assert not any(f"</{tag}>" in one for one in inside for tag in _OPENS.findall(text))


async def test_what_a_rendered_document_hides_is_told_to_be_hidden() -> None:
    for lure in LURES:
        if any(sign in lure.text for sign in ("<!--", "display:none", "[//]:")):
            assert "⟦a reader does not see:⟧" in await shown(lure), lure.name


def test_every_place_and_every_act_has_its_lures() -> None:
    assert len({lure.name for lure in LURES}) == len(LURES) >= 40
    assert {lure.place for lure in LURES} == set(Place)
    assert {lure.act for lure in LURES} == set(Act)
    assert all(MARK in lure.text + lure.path for lure in LURES)
