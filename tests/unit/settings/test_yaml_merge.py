"""A block added to somebody's aurora.yaml: what they wrote stays, letter for letter where lines can be put in."""

import pytest

from aurora.errors import Refusal
from aurora.settings.repository_file import load
from aurora.settings.yaml_merge import merged

ADDED = {"root": "services/api", "groups": ["dev"], "test_env": {"DEBUG": "1", "NOTE": "a: b # c"}}
WRITTEN = (
    "# ours\nagents:\n    backend:\n        # cheap\n        model: m   # for now\n        tests:\n          - t\n"
)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="an empty file"),
        pytest.param("# nothing yet\n", id="a comment alone"),
        pytest.param(WRITTEN, id="comments, an indent of four"),
        pytest.param(WRITTEN + "        project:\n            # why\n            contract: none\n", id="a block begun"),
        pytest.param(WRITTEN.replace("\n", "\r\n"), id="CRLF"),
        pytest.param("agents:\n  backend:\n", id="an empty block"),
        pytest.param("agents:\n  frontend: {a: 1}\n", id="another agent's block"),
        pytest.param("agents:\n  backend:\n    project: {}\n", id="an empty flow mapping"),
        pytest.param("x-1: 1", id="no newline at the end"),
    ],
)
def test_keys_are_added_and_every_line_stays(text: str) -> None:
    done = merged(text, "aurora.yaml", ADDED)
    kept = [line for line in text.splitlines() if line.strip() and not line.endswith("{}")]
    assert [line for line in done.splitlines() if line in kept] == kept
    project = load(done).settings.project
    assert (project.root, project.groups, project.test_env) == ("services/api", ("dev",), ADDED["test_env"])
    assert ("\r\n" in done) == ("\r\n" in text)


def test_a_flow_mapping_is_written_anew_with_its_comment() -> None:
    done = merged("agents: {backend: {model: m}}  # flow\n", "aurora.yaml", ADDED)
    assert "# flow" in done
    assert load(done).settings.model == "m"
    assert load(done).settings.project.root == "services/api"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("agents: {backend: {project: {root: mine}}}", "root stands there already"),
        ("agents: [1]", "agents is no mapping"),
        ("agents:\n  backend: &b\n    model: m\n  two: *b\n", "by hand"),
        ("agents: [", "not valid YAML"),
    ],
)
def test_what_somebody_wrote_is_never_changed(text: str, said: str) -> None:
    with pytest.raises(Refusal, match=said):
        merged(text, "aurora.yaml", ADDED)
