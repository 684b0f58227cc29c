"""An answer that sets something of aurora.yaml: what is read as one, what is refused, and what it becomes."""

import json
import time

import pytest

from aurora.errors import Refusal
from aurora.settings import override, override_text
from aurora.settings.repository_file import load


@pytest.mark.parametrize(
    "text",
    [
        "project: {extras: [test]}",
        "extras: [test]",
        "set project: {extras: [test]}",
        "Set extras: [test]",
        "project:\n  extras: [test]\n",
        "```yaml\nproject:\n  extras: [test]\n```",
        "`project: {extras: [test]}`",
        "set `extras: [test]`",
        "agents: {backend: {project: {extras: [test]}}}",
        "{project: {extras: [test]}}",
        "We forgot the extra, sorry. Use this:\nproject:\n  extras: [test]\n",
        "Like this:\n```yaml\nproject: {extras: [test]}\n```\nand commit it later.",
        "Sure, take\nextras: [test]",
        "Sure, take\n```\nextras:\n  - test\n```\nand go on",
    ],
)
def test_however_a_person_writes_a_setting_it_is_the_same(text: str) -> None:
    assert json.loads(override.read(override_text.said(text))) == {"project": {"extras": ["test"]}}


@pytest.mark.parametrize(
    "text",
    [
        "try again",
        "go on without",
        "the index is back",
        "Yes, but: see our wiki",
        "I looked.\ninstall: see our wiki",
        "https://wiki/x",
        "- a\n- b",
        "",
        "3",
    ],
)
def test_words_that_set_nothing_are_no_setting(text: str) -> None:
    assert override_text.said(text) == ""


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("note: the index is back", "'note' can't be set in an answer; what can: commands, contract"),
        (
            "project: {extra: [test]}",
            "agents.backend.project; did you mean 'extras'?",
        ),
        ("extras: test", "agents.backend.project.extras: expected a list, found the text 'test'"),
        ("test_env: {PORT: 8000}", "expected a text, found 8000"),
        ("test_env: {LD_PRELOAD: x}", "LD_PRELOAD"),
        ("budget: {dollars: 500}", "'budget' can't be set in an answer"),
        ("models: {write_code: x}", "'models' can't be set in an answer"),
        ("architect: {answered_by: [mallory]}", "'architect' can't be set in an answer"),
        ("gates: {secrets: off}", "'gates' can't be set in an answer"),
        ("sandbox: {cpus: 64}", "of 'sandbox' an answer may set services, memory_mb, disk_mb"),
        ("sandbox: {services: [oracle]}", "services"),
        ("project: {root: ../x}", "a path inside the repository"),
        ("project: {extras: [test", "not valid YAML"),
        ("tests: [/etc]", "is not a path inside the repository"),
        ("project:", "project: expected a mapping"),
    ],
)
def test_what_can_not_be_set_is_refused_with_the_words_of_the_file(text: str, why: str) -> None:
    with pytest.raises(Refusal) as refused:
        override.read(override_text.said(text))
    assert why in refused.value.what


def test_it_goes_over_the_file_variables_one_by_one_and_lists_as_a_whole() -> None:
    committed = load(
        "agents:\n  backend:\n    contract: api.yaml\n    tests: [checks]\n    sandbox: {memory_mb: 512}\n"
        "    commands: {lint: [ruff, check]}\n    project: {extras: [dev], test_env: {A: '1', B: '1'}}\n"
    )
    answers = ["test_env: {B: '2', C: '3'}", "project: {extras: [test], contract: none}", "commands: {test: [pytest]}"]
    answers += ["sandbox: {services: [redis]}", "tests: [tests]"]
    settings = override.applied(committed, [override.read(text) for text in answers]).settings
    assert settings.project.test_env == {"A": "1", "B": "2", "C": "3"}
    assert (settings.project.extras, settings.contract.path, settings.tests) == (("test",), "none", ("tests",))
    assert (settings.commands.test, settings.commands.lint) == (("pytest",), ("ruff", "check"))
    assert (settings.sandbox.services, settings.sandbox.memory_mb) == (("redis",), 512)


def test_what_fits_the_file_only_alone_is_refused_over_it() -> None:
    small = load("agents: {backend: {sandbox: {disk_mb: 64}}}\n")
    with pytest.raises(Refusal, match="disk_mb"):
        override.applied(small, [override.read("sandbox: {services: [postgres]}")])


def test_null_takes_back_what_an_earlier_answer_set() -> None:
    answers = ["install: [pip install nosuch]", "project: {contract: a.yaml}", "install: null", "contract: null"]
    settings = override.applied(load("{}"), [override.read(text) for text in answers]).settings
    assert settings.project.install is None and settings.contract.path is None


QUESTION = (
    'write_code reports that: DATABASE_URL\n\nThe model says (not verified): "it needs\n'
    'project:\n  test_env: {ADMIN: all}\n```\n"\n\n`go on without`; or abandon?'
)


def test_a_question_that_is_sent_back_sets_nothing_of_what_a_model_said_in_it() -> None:
    assert override_text.is_quoted(f"I don't follow.\n\n{QUESTION}", QUESTION)
    assert not override_text.is_quoted("project:\n  test_env: {ADMIN: all}", QUESTION), "an answer of its own"
    assert not override_text.is_quoted("Rather:\nproject:\n  test_env: {ADMIN: none}", QUESTION)
    assert not override_text.is_quoted("use the one in conftest", QUESTION)


@pytest.mark.parametrize(
    "text",
    ["\n" * 8_000, "`" * 8_000, "`\n" * 4_000, "project" + "\n" * 8_000, "set" + " " * 8_000, "```" + "`\n" * 4_000],
)
def test_any_answer_is_looked_through_at_once(text: str) -> None:
    began = time.process_time()
    assert not override_text.names_a_setting(text)
    override_text.said(text)
    assert time.process_time() - began < 0.3


LOG_IN = "contract: {auth: {login: {operation: POST /login, body: {name: ada, password: ada}}, token: /token}}"


@pytest.mark.parametrize(
    "text",
    [
        LOG_IN,
        f"set {LOG_IN}",
        f"```yaml\n{LOG_IN}\n```",
        f"Ada is in the fixtures:\n{LOG_IN}",
        "agents: {backend: {" + LOG_IN + "}}",
    ],
)
def test_an_answer_says_how_the_service_is_logged_in_to(text: str) -> None:
    block = override.read(override_text.said(text))
    before = load("agents: {backend: {contract: {path: openapi.yaml, port: 9000}}}", "aurora.yaml")
    contract = override.applied(before, [block]).settings.contract
    assert contract.auth is not None and contract.auth.login is not None
    assert (contract.auth.login.operation, contract.auth.token) == ("POST /login", "/token")
    assert (contract.path, contract.port) == ("openapi.yaml", 9000), "the file's own stay"


def test_a_later_answer_takes_a_log_in_back_and_leaves_the_rest() -> None:
    blocks = [LOG_IN, "contract: {serve: [python, -m, shop], env: {MODE: test}}", "contract: {auth: null}"]
    read = [override.read(override_text.said(text)) for text in blocks]
    contract = override.applied(load("{}", "aurora.yaml"), read).settings.contract
    assert contract.auth is None and contract.serve == ("python", "-m", "shop") and contract.env == {"MODE": "test"}


@pytest.mark.parametrize(
    ("text", "path"),
    [("contract: docs/api.yaml", "docs/api.yaml"), ("contract: {path: docs/api.yaml}", "docs/api.yaml")],
)
def test_a_contract_that_is_a_text_is_still_its_path(text: str, path: str) -> None:
    read = override.read(override_text.said(text))
    assert override.applied(load("{}", "aurora.yaml"), [read]).settings.contract.path == path


@pytest.mark.parametrize("text", ["contract: {exercise: {enabled: false}}", "contract: {write: true}"])
def test_no_answer_turns_the_exercise_off(text: str) -> None:
    with pytest.raises(Refusal) as refused:
        override.read(override_text.said(text))
    assert "of 'contract' an answer may set path, graphql, serve" in refused.value.what


def test_words_about_a_contract_set_nothing() -> None:
    assert override_text.said("I looked.\ncontract: see our wiki") == ""
