"""Texts of a repository in the encodings that tools write, and behind the links that people make."""

import pytest

from aurora.survey import manifest_text


@pytest.mark.parametrize(
    ("content", "text"),
    [
        pytest.param(b"pytest\n", "pytest\n", id="UTF-8"),
        pytest.param(b"\xef\xbb\xbf{}", "{}", id="UTF-8 with a mark"),
        pytest.param(b"\xff\xfe" + "pytest\r\n".encode("utf-16-le"), "pytest\r\n", id="as PowerShell writes it"),
        pytest.param(b"\xfe\xff" + "pytest\n".encode("utf-16-be"), "pytest\n", id="UTF-16, the other way round"),
        pytest.param(b"\xff\xfe\0\0" + "pytest\n".encode("utf-32-le"), "pytest\n", id="UTF-32"),
        pytest.param(b"# -*- coding: latin-1 -*-\n# caf\xe9\n", "# -*- coding: latin-1 -*-\n# caf\xe9\n", id="PEP 263"),
        pytest.param(b"\n# vim: set fileencoding=cp1252 :\n# \x80\n", "\n# vim: set fileencoding=cp1252 :\n# €\n",
            id="line 2"),
        pytest.param(b"caf\xe9", None, id="nothing says what it is"),
        pytest.param(b"# coding: nonsense\n", None, id="no such encoding"),
        pytest.param(b"\xff\xfea", None, id="half a character"),
        pytest.param(b"", "", id="empty"),
    ],
)  # fmt: skip
def test_a_text_is_read_in_the_encoding_it_names(content, text):
    assert manifest_text.decoded(content) == text


LINKS = {
    "requirements.txt": "requirements/all.txt",
    "backend/requirements": "../requirements",
    "twice": "requirements.txt",
    "outside": "../secret",
    "absolute": "/etc/hostname",
    "one": "two",
    "two": "one",
    "here": ".",
}


@pytest.mark.parametrize(
    ("path", "there"),
    [
        pytest.param("setup.py", "setup.py", id="no link"),
        pytest.param("requirements.txt", "requirements/all.txt", id="a link"),
        pytest.param("twice", "requirements/all.txt", id="a link to a link"),
        pytest.param("backend/requirements/base.txt", "requirements/base.txt", id="a folder that is a link"),
        pytest.param("here/setup.py", "setup.py", id="the folder itself"),
        pytest.param("outside", None, id="out of the repository"),
        pytest.param("absolute", None, id="an absolute path"),
        pytest.param("one", None, id="a circle"),
    ],
)
async def test_a_link_is_followed_inside_the_repository_only(path, there):
    async def target(step: str) -> str | None:
        return LINKS.get(step)

    assert await manifest_text.resolved(path, target) == there
