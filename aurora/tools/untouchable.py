"""Files that decide how the work is judged, built or delivered: no step may write them, whatever a plan says."""

import re

from aurora.tools.paths import folded

_RULES: tuple[tuple[str, str, str], ...] = (
    (
        "ci",
        r"\.github/.*|\.gitlab/ci/.*|\.gitlab-ci\.ya?ml|\.circleci/.*|\.ci/.*|\.buildkite/.*|\.drone\.ya?ml|\.travis\.ya?ml"
        r"|(?:.*/)?jenkinsfile[^/]*|azure-pipelines[^/]*\.ya?ml|\.azure-pipelines/.*|bitbucket-pipelines\.ya?ml"
        r"|appveyor\.ya?ml|\.appveyor\.ya?ml|\.woodpecker(?:/.*|\.ya?ml)|\.gitea/.*|\.forgejo/.*|cloudbuild\.ya?ml",
        "it is CI configuration, which decides over this work from outside",
    ),
    (
        "settings",
        r"(?:.*/)?aurora\.ya?ml",
        "it sets the bounds of this task",
    ),
    (
        "tests_configuration",
        r"(?:.*/)?(?:\.?pytest\.(?:ini|toml)|tox\.(?:ini|toml)|noxfile\.py|\.coveragerc|\.testr\.conf"
        r"|(?:jest|vitest|vite|karma|playwright)(?:\.[\w-]+)?\.(?:config|workspace|projects)\.[a-z]+|\.mocharc[^/]*"
        r"|jest(?:[.-][\w-]+)?\.json|jest\.preset\.[a-z]+|\.?babel(?:\.config\.[a-z]+|rc[^/]*)|\.swcrc|\.taprc|\.borp\.ya?ml)",
        "it decides how the tests are run",
    ),
    (
        "manifest",
        r"(?:.*/)?(?:pyproject\.toml|setup\.(?:cfg|py)|pipfile(?:\.lock)?|uv\.(?:lock|toml)|poetry\.(?:lock|toml)|pdm\.lock"
        r"|requirements[^/]*\.(?:txt|in)|requirements/.*|constraints[^/]*\.txt|environment\.ya?ml|pylock[^/]*\.toml"
        r"|package(?:-lock)?\.json|yarn\.lock|pnpm-lock\.yaml|npm-shrinkwrap\.json|\.npmrc|\.yarnrc[^/]*)",
        "it holds the dependencies and the tools' configuration; "
        "for a new dependency use ask_architect with kind `dependency`",
    ),
    (
        "lint_configuration",
        r"(?:.*/)?(?:\.?ruff\.toml|\.flake8|\.pylintrc|pylintrc|\.?mypy\.ini|pyrightconfig\.json|\.isort\.cfg|\.bandit"
        r"|\.pre-commit-config\.yaml|\.eslintrc[^/]*|eslint\.config\.[a-z]+|\.eslintignore|\.prettierrc[^/]*|biome\.jsonc?)",
        "it decides how the code is linted; mend the code instead",
    ),
    (
        "interpreter",
        r"(?:.*/)?(?:sitecustomize\.py|usercustomize\.py|[^/]+\.pth|[^/]+\.egg-link|pyvenv\.cfg"
        r"|[^/]+\.(?:egg-info|dist-info|egg)(?:/.*)?)",
        "the interpreter and its tools read it before any program; set things up where they are used",
    ),
    (
        "runner",
        r"(?:.*/)?(?:_?pytest|pluggy|iniconfig|aurora_(?:[a-z]+_)?(?:events|sentinels))(?:\.(?:pyi?|pyc|(?:[^/]+\.)?so)|/(?:.*/)?[^/]+\.(?:py|pyc|so))",
        "it would stand before the test runner's own module of this name; choose another name",
    ),
    (
        "git",
        r"(?:.*/)?(?:\.gitmodules|\.gitattributes|\.gitconfig|\.lfsconfig|\.git-blame-ignore-revs)",
        "it changes how git sees the repository",
    ),
)  # fmt: skip
_COMPILED = tuple((rule, re.compile(pattern, re.S), why) for rule, pattern, why in _RULES)


def untouchable(path: str) -> tuple[str, str] | None:
    """(rule, why) for a path that is never written; `path` is clean."""
    name = folded(path)
    return next(((rule, why) for rule, pattern, why in _COMPILED if pattern.fullmatch(name)), None)
