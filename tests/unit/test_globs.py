import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from pathspec import GitIgnoreSpec

from aurora.globs import BadPattern, Globs

PARTS = st.text(alphabet="ab*?", min_size=1, max_size=4) | st.sampled_from(["**", "*.py", "a", "b"])
PATTERNS = st.builds(
    lambda head, parts, tail: head + "/".join(parts) + tail,
    st.sampled_from(["", "/"]),
    st.lists(PARTS, min_size=1, max_size=4),
    st.sampled_from(["", "/"]),
)
PATHS = st.lists(st.sampled_from(["a", "b", "ab", "ba", "aab", "x.py"]), min_size=1, max_size=5).map("/".join)


@settings(max_examples=1_000)
@given(PATTERNS, PATHS)
@example("a/**", "a")
@example("**/a/**/b", "a/b")
def test_a_pattern_means_what_it_means_in_gitignore(pattern: str, path: str) -> None:
    assert Globs([pattern]).match(path) == GitIgnoreSpec.from_lines([pattern]).match_file(path)


@pytest.mark.parametrize(
    ("pattern", "path", "matches"),
    [
        ("src/backend/core/**/*.py", "src/backend/core/a.py", True),
        ("src/backend/core/**/*.py", "src/backend/core/b/c/a.py", True),
        ("src/backend/core/**/*.py", "src/backend/core/a.pyc", False),
        ("src/backend/core/**/*.py", "x/src/backend/core/a.py", False),
        ("**/__pycache__", "a/b/__pycache__/c.pyc", True),
        ("**/__pycache__", "__pycache__/c.pyc", True),
        ("frontend/**", "frontend/a/b.ts", True),
        ("frontend/**", "a/frontend/b.ts", False),
        ("build", "a/build/b", True),
        ("*.md", "docs/a.md", True),
        ("/*.md", "docs/a.md", False),
        ("[ab].py", "a.py", True),
        ("[!ab].py", "a.py", False),
        ("**/*", "a", True),
        ("**", "a/b", True),
    ],
)
def test_patterns_of_everyday_mean_what_their_writer_meant(pattern: str, path: str, matches: bool) -> None:
    assert Globs([pattern]).match(path) is matches


@pytest.mark.parametrize(
    "pattern", ["", " ", "/", "# no", "!a", "a\\b", "../a", "a/../b", "./a", "a//b", "a" * 301, "a\nb"]
)
def test_a_pattern_that_would_surprise_is_refused_with_its_index(pattern: str) -> None:
    with pytest.raises(BadPattern) as caught:
        Globs(["a", pattern])
    assert caught.value.index == 1


def test_too_many_patterns_are_refused() -> None:
    with pytest.raises(BadPattern):
        Globs(["a"] * 201)


@pytest.mark.timeout(20)
def test_a_pattern_made_to_hang_a_worker_is_matched_at_once() -> None:
    path = "/".join(["a" * 200] * 20)
    for pattern in ("**/*a*a*/**/*a*a*/**/x", "*a" * 100 + "x", "/".join(["**", "*a*a*a"] * 20) + "/x"):
        assert not Globs([pattern]).match(path)
