"""The sandbox's base image is made of what each language names."""

import json
import os
import subprocess
import sys
from collections import Counter

from aurora.drivers.images import base_image
from aurora.toolchains import registry
from tests.support.gopher import GO


def test_a_language_that_is_added_makes_another_image_on_the_same_tools() -> None:
    before, root = base_image.base_reference(None), base_image.root_reference(None)
    with registry.added(GO):
        assert base_image.base_reference(None) != before
        assert base_image.root_reference(None) == root
        assert ".go" in json.loads(base_image.code_suffixes())
    assert base_image.base_reference(None) == before


def test_the_tests_copy_holds_the_sources_of_every_language_closed() -> None:
    suffixes = set(json.loads(base_image.code_suffixes()))
    assert suffixes == {suffix for language in registry.LANGUAGES for suffix in language.suffixes}


def test_no_two_plugins_share_a_name_in_the_sandbox() -> None:
    names = Counter(path.name for language in registry.LANGUAGES for path in language.plugins)
    assert len(base_image.plugins()) == names.total() > 20


def test_the_image_is_checked_by_each_languages_own_words() -> None:
    assert all(language.image.base.check in base_image.smoke() for language in registry.LANGUAGES)


def test_another_python_is_another_base_image_and_a_named_image_keeps_its_own() -> None:
    assert base_image.base_reference(None, "trixie") != base_image.base_reference(None)
    assert base_image.root_reference("some/image", "trixie") == base_image.root_reference("some/image")


REFERENCES = """
from aurora.drivers.images import base_image, services_image
from aurora.settings.services import SERVICES
print(base_image.base_reference(None), services_image.reference_of("aurora/base:1", list(SERVICES)))
"""


def test_every_process_gives_an_image_the_same_name() -> None:
    names = {
        subprocess.run(
            [sys.executable, "-c", REFERENCES], env={**os.environ, "PYTHONHASHSEED": seed},
            check=True, capture_output=True, text=True, timeout=120,
        ).stdout
        for seed in ("1", "2", "3")
    }  # fmt: skip
    assert len(names) == 1
