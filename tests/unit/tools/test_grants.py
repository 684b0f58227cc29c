# ruff: noqa: E501  tables, read as a whole
"""Who may have a protected file written: whoever asks for it by path or kind, and no model."""

import pytest

from activities.turns.questions import allowable, of_protected
from aurora.domain.questions import AnswerBook, Exchange, Question, QuestionKind
from aurora.domain.steps import Step
from aurora.tools.grants import Grants, asked_for
from aurora.tools.path_policy import PathPolicy
from aurora.tools.protected_paths import protection
from tests.support.workspaces import workspace

WORKFLOW = ".github/workflows/ci.yml"


def grants(text: str, *exchanges: Exchange) -> Grants:
    task = workspace().task.model_copy(update={"text": text})
    return Grants.of(task, AnswerBook(exchanges=exchanges))


def granted(path: str, text: str, *exchanges: Exchange) -> str:
    found = grants(text, *exchanges).of_path(path, protection(path))
    return found.asked_by if found else ""


def answered(said: str, *allows: str, silent: bool = False, text: str = "May I write Makefile?") -> Exchange:
    question = Question(
        id="q2",
        kind=QuestionKind.DECISION,
        step=Step.WRITE_CODE,
        asked_at=0,
        text=text,
        allows=allows,
        assumed="Makefile",
    )
    return Exchange(question=question, text=said, by="ada", silent=silent)


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("Add a Dockerfile that runs the package.", "Dockerfile"),
        ("Add a Dockerfile that does not run as root", "Dockerfile"),
        ("Add a CI workflow .github/workflows/tests.yml that runs the tests.", ".github/workflows/tests.yml"),
        ("Add a CI workflow that runs the tests.", WORKFLOW),
        ("update the CI workflow", WORKFLOW),
        ("Create GitHub Actions for tests", WORKFLOW),
        ("Say in AGENTS.md that prices are in cents.", "AGENTS.md"),
        ("add requests to requirements.txt", "backend/requirements.txt"),
        ("Dockerfile for the service", "deploy/Dockerfile"),
        ("Don't touch the Makefile, add a Dockerfile", "Dockerfile"),
        ("Containerise the service with a Dockerfile and compose.yaml", "compose.yaml"),
        ("Please update `.vscode/settings.json`", ".vscode/settings.json"),
        ("Set up pre-commit", ".pre-commit-config.yaml"),
        ("Regenerate the lock file", "uv.lock"),
        ("The Dockerfile must install curl", "Dockerfile"),
        ("Put the hooks into .husky/", ".husky/pre-commit"),
    ],
)
def test_what_the_task_asks_for_is_allowed(text: str, path: str) -> None:
    assert granted(path, text) == "the task"


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("Create users", "Makefile"),
        ("Add a Dockerfile", "Makefile"),
        ("Follow AGENTS.md and add a POST /users endpoint", "AGENTS.md"),
        ("Add an endpoint as described in AGENTS.md", "AGENTS.md"),
        ("Do not change the Makefile or the Dockerfile", "Dockerfile"),
        ("Don't touch the Makefile, add a Dockerfile", "Makefile"),
        ("Leave the CI workflow alone and fix users", WORKFLOW),
        ("Make the failing CI tests green", WORKFLOW),
        ("Add users without changing the Dockerfile", "Dockerfile"),
        ("The Makefile must not change", "Makefile"),
        ("Makefile stays untouched", "Makefile"),
        ("Keep the Dockerfile as it is", "Dockerfile"),
        ("Never add or change uv.lock", "uv.lock"),
        ("Build a users endpoint", "build"),
        ("see https://example.com/a/blob/main/Dockerfile", "Dockerfile"),
        ("Add a target to docs/Makefile", "Makefile"),
        ("Implement the workflow of orders", WORKFLOW),
        ("Write aurora.yaml and .gitattributes and sitecustomize.py", "aurora.yaml"),
        ("Write aurora.yaml and .gitattributes and sitecustomize.py", "sitecustomize.py"),
    ],
)
def test_what_is_only_mentioned_forbidden_or_never_written_is_not_allowed(text: str, path: str) -> None:
    assert granted(path, text) == ""


def test_an_answer_allows_what_it_names_and_a_yes_what_the_question_lists() -> None:
    assert granted("Makefile", "Create users", answered("Add a Makefile, too")) == "ada, in answer q2"
    assert granted("Makefile", "Create users", answered("yes", "Makefile")) == "ada, who answered q2"
    assert granted("Dockerfile", "Create users", answered("yes", "Makefile")) == ""


def test_words_of_a_model_and_silence_allow_nothing() -> None:
    assert granted("Makefile", "Create users", answered("yes")) == "", "the question's text is a model's"
    assert granted("Makefile", "Create users", answered("no", "Makefile")) == ""
    assert granted("Makefile", "Create users", answered("yes", "Makefile", silent=True)) == ""
    assert granted("Makefile", "Create users", answered("Add a Makefile", silent=True)) == ""
    assert granted("aurora.yaml", "Create users", answered("yes", "aurora.yaml")) == "", "never, whoever asks"


def test_words_that_an_answer_repeats_from_the_question_allow_nothing() -> None:
    offered = answered("Add it, and write a Makefile")
    assert offered.question is not None
    options = offered.question.model_copy(update={"options": ("Add it, and write a Makefile", "no")})
    assert granted("Makefile", "Create users", offered.model_copy(update={"question": options})) == ""
    assert granted("Makefile", "Create users", offered) != ""
    quoted = answered("> Shall I add a Makefile?\nuse cents", text="Shall I add a Makefile?")
    assert granted("Makefile", "Create users", quoted) == ""
    repeated = answered(
        "Please add a Makefile for it.\nno", text="So I would write: Please add a Makefile for it. Right?"
    )
    assert granted("Makefile", "Create users", repeated) == ""


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("Regenerate the lock file", "package.json"),
        ("Regenerate the lock file", "setup.py"),
        ("Add a Dockerfile", "compose.yaml"),
        ("Set up pre-commit", ".husky/pre-commit"),
        ("Add a make target `lint`", "binding.gyp"),
        ("Add a helm chart", "main.tf"),
        ("Put the code in src/", "src/AGENTS.md"),
    ],
)
def test_the_name_of_one_kind_of_file_allows_no_other(text: str, path: str) -> None:
    assert granted(path, text) == ""


def test_what_a_plan_wants_and_nobody_asked_for_is_told_once_each() -> None:
    wanted = ("app/users.py", "Makefile", "Dockerfile", "Makefile", "aurora.yaml")
    assert grants("Add a Dockerfile").unasked(wanted) == ("Makefile",)


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("CLAUDE.md", "agents"), ("pkg/AGENTS.md", "agents"), (".claude/settings.json", "agents"), (".cursorrules", "agents"),
        (".github/copilot-instructions.md", "agents"), (".mcp.json", "agents"), ("GEMINI.md", "agents"),
        (".vscode/tasks.json", "editor"), (".idea/workspace.xml", "editor"), (".devcontainer/devcontainer.json", "editor"),
        (".envrc", "environment"), (".env", "environment"), (".ENV.local", "environment"),
        (".husky/pre-commit", "hooks"), (".githooks/pre-push", "hooks"), ("lefthook.yml", "hooks"),
        ("CODEOWNERS", "owners"), ("docs/CODEOWNERS", "owners"), (".github/CODEOWNERS", "owners"),
        ("Makefile", "build"), ("sub/makefile", "build"), ("binding.gyp", "build"), ("build.rs", "build"), ("conanfile.py", "build"),
        ("Dockerfile", "container"), ("Dockerfile.dev", "container"), ("api.dockerfile", "container"), ("compose.override.yml", "container"),
        ("sub/.github/workflows/x.yml", "ci"), (".GitHub/Workflows/X.yml", "ci"), ("JENKINSFILE", "ci"),
        ("package.json", "manifest"), ("poetry.lock", "manifest"), ("Cargo.lock", "manifest"), ("go.mod", "manifest"), ("setup.py", "manifest"),
        (".github/dependabot.yml", "updates"), ("renovate.json", "updates"), ("infra/main.tf", "deployment"),
        (".zed/tasks.json", "editor"), (".anything/run.sh", "hidden"), ("src/.secret.py", "hidden"),
        ("x.egg-info/entry_points.txt", "interpreter"), ("x-1.dist-info/METADATA", "interpreter"), ("entry_points.txt", "interpreter"),
        ("a/usercustomize/__init__.py", "installed"), (".mocharc.cjs", "tests_configuration"), (".pnp.cjs", "interpreter"),
        ("scripts/run.sh", "script"), ("bin/deploy", "script"), ("run.BAT", "script"), ("etc/cron.d/job", "script"), ("app.service", "script"),
        ("mise.local.toml", "project_settings"), ("coderabbit.yaml", "project_settings"), ("nixpacks.toml", "deployment"), ("Capfile", "project_settings"),
        ("packages/api/project.json", "build"), ("webpack.prod.js", "build"), ("drizzle.config.ts", "build"), ("packages/api/prisma.config.ts", "build"),
        ("flake.nix", "build"), ("nix/overlay.nix", "build"), ("docs/conf.py", "build"), ("Directory.Build.props", "build"), ("lib/tasks/x.rake", "build"),
        ("src/setupTests.ts", "tests_configuration"), ("features/environment.py", "tests_configuration"), ("karma.conf.js", "tests_configuration"),
        ("k8s/deployment.yaml", "deployment"), ("charts/api/templates/x.yaml", "deployment"), ("Procfile.dev", "deployment"), ("main.tf.json", "deployment"),
        ("devenv.nix", "build"), ("devbox.json", "container"), ("podman-compose.yml", "container"), ("opencode.json", "agents"), ("memory-bank/x.md", "agents"),
        ("skills/x/SKILL.md", "agents"), ("security.txt", "owners"), ("commitlint.config.js", "hooks"), ("MAINTAINERS", "owners"),
        (".gitattributes", "git"), ("node_modules/a/index.js", "installed"),
    ],
)  # fmt: skip
def test_protected_paths_are_known_by_their_kind(path: str, kind: str) -> None:
    found = protection(path)
    assert found is not None and found.kind == kind


@pytest.mark.parametrize(
    "path",
    ["src/build/users.py", "app/compose.py", "docs/hooks.md", "src/hooks/useUser.ts", "app/workflows/orders.py", "tests/data/users.json",
     "app/environment.py", "README.md", "docs/agents/README.md", "src/docker/client.py", "migrations/0001_initial.py", "app/ci.py",
     "fixtures/.gitkeep", "locale/de/LC_MESSAGES/django.po", "app/lock.py", "src/requirements.py", "app/requirements/models.py", "src/config/database.config.ts",
     "src/next.ts", "app/owners", "app/data/countries.json", "openapi.yaml", "api.openapi.json", "config.yaml", "schema.sql", "LICENSE", "order.schema.json",
     "app/templates/welcome.html", "alembic/versions/ab12.py", "proto/orders.proto", "src/types/order.d.ts", "app/py.typed", "robots.txt", "manage.py",
     "app/tasks.py", "src/charts/pie.ts", "app/deploy/models.py", "static/app.json", "locale/de.json", "app/kubernetes/client.py", "src/helm/release.ts",
     "app/charts/line/templates/line.html", "app/procfile.py", "src/makefile.ts", "tasks.py", "app/features/environment.py", "tests/data/expected.xml", "sql/init.sql", "CHANGELOG.md", "app/owners.py"],
)  # fmt: skip
def test_ordinary_files_are_not_protected(path: str) -> None:
    assert protection(path) is None


@pytest.mark.parametrize(
    ("text", "writable"),
    [
        ("Add POST /split to the service and to the OpenAPI document.", True),
        ("Add POST /split. Extend api/openapi.yaml, which routes it.", True),
        ("Document the operation in the API specification", True),
        ("Add POST /split as the OpenAPI document says.", False),
        ("Implement the operation of api/openapi.yaml.", False),
        ("Add POST /split, but do not change the OpenAPI document.", False),
        ("Add POST /split.", False),
    ],
)
def test_the_contract_document_may_be_written_only_where_a_person_asks_for_it(text: str, writable: bool) -> None:
    policy = PathPolicy(contracts=("api/openapi.yaml",), protected=("api/other.yaml",), grants=grants(text))
    refused = policy.may_write("api/openapi.yaml")
    assert (refused is None) is writable
    assert refused is None or (refused.rule == "contract" and "use ask_architect" in refused.reason)
    allowed = asked_for(grants(text), ("api/openapi.yaml", "api/other.yaml"), ("api/openapi.yaml",))
    assert [(one.path, one.kind) for one in allowed] == [("api/openapi.yaml", "contract")] * writable


def test_an_answer_may_open_the_contract_document_and_silence_may_not() -> None:
    asked = "May the operation be added to api/openapi.yaml?"
    for silent in (False, True):
        said = answered("Yes: add it to api/openapi.yaml.", silent=silent, text=asked)
        policy = PathPolicy(contracts=("api/openapi.yaml",), grants=grants("Add POST /split.", said))
        assert (policy.may_write("api/openapi.yaml") is None) is not silent


def test_a_yes_opens_the_contract_document_that_the_question_lists() -> None:
    assert allowable(("api/openapi.yaml", "shop/items.py", "config/items.yaml")) == ("api/openapi.yaml",)
    assert "the contract the work is judged by" in of_protected(("api/openapi.yaml",), ("api/openapi.yaml",))
    said = answered("yes", "api/openapi.yaml")
    assert (
        PathPolicy(contracts=("api/openapi.yaml",), grants=grants("Add it.", said)).may_write("api/openapi.yaml")
        is None
    )
