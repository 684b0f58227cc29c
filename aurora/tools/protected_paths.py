"""Protected paths, by kind: files that decide how the work is judged, or that run, or are believed, where it is checked
out, built or worked on next.

Some are never written. The others are written only where the task, an answer of the Architect or an approved plan asks
for the path or its kind: see `grants`."""

import re
from dataclasses import dataclass

from aurora.tools.paths import folded


@dataclass(frozen=True)
class Protection:
    """Why a path is protected. `words`: what a person calls this kind of file; none for what is never written."""

    kind: str
    why: str
    words: re.Pattern[str] | None = None
    never: bool = False


_NEVER: tuple[tuple[str, str, str], ...] = (
    ("settings", r"aurora\.ya?ml", "it sets the bounds of this task"),
    (
        "git",
        r"\.gitmodules|\.gitattributes|\.gitconfig|\.lfsconfig|\.git-blame-ignore-revs|\.mailmap",
        "it changes how git sees the repository",
    ),
    (
        "tests_configuration",
        r"\.?pytest\.(?:ini|toml)|tox\.(?:ini|toml)|noxfile\.py|\.coveragerc|\.testr\.conf|\.nycrc[^/]*|\.c8rc[^/]*"
        r"|(?:jest|vitest|vite|karma|playwright|cypress|ava)(?:\.[\w-]+)?\.(?:config|workspace|projects|preset|setup)(?:\.[a-z]+)+"
        r"|\.mocharc[^/]*|jest(?:[.-][\w-]+)?\.json|\.borp\.ya?ml"
        r"|\.taprc|\.swcrc|\.babelrc[^/]*|babel\.config\.[a-z]+",
        "it decides how the tests are run",
    ),
    (
        "lint_configuration",
        r"\.?ruff\.toml|\.flake8|\.pylintrc|pylintrc|\.?mypy\.ini|pyrightconfig\.json|\.isort\.cfg|\.bandit"
        r"|\.eslintrc[^/]*|eslint\.config\.[a-z]+|\.eslintignore|\.prettierrc[^/]*|prettier\.config\.[a-z]+"
        r"|\.prettierignore|biome\.jsonc?",
        "it decides how the code is linted; mend the code instead",
    ),
    (
        "interpreter",
        r"(?:sitecustomize|usercustomize)(?:\.[^/]+)?|[^/]+\.pth|[^/]+\.egg-link|[^/]+\.(?:egg-info|dist-info|egg)(?:/.*)?|pyvenv\.cfg|entry_points\.txt"
        r"|[^/]+\.py[co]|\.pnp\.[^/]+|\.pnpmfile\.[^/]+",
        "an interpreter runs it before any program; set things up where they are used",
    ),
    (
        "installed",
        r"(?:sitecustomize|usercustomize|__pycache__)/.*"
        r"|node_modules/.*|\.venv/.*|site-packages/.*",
        "it is what an installed package looks like, and would be loaded as a plugin",
    ),
    (
        "runner",
        r"(?:_?pytest|pluggy|iniconfig|aurora_(?:[a-z]+_)?(?:events|sentinels))(?:\.(?:pyi?|pyc|(?:[^/]+\.)?so)|/(?:.*/)?[^/]+\.(?:py|pyc|so))",
        "it would stand before the test runner's own module of this name; choose another name",
    ),
)  # fmt: skip
_ON_REQUEST: tuple[tuple[str, str, str, str], ...] = (
    (
        "ci",
        r"\.github/(?:workflows|actions)(?:/.*)?|\.gitlab/ci/.*|\.gitlab-ci[^/]*\.ya?ml|\.circleci/.*|\.ci/.*|\.buildkite/.*|\.drone\.ya?ml"
        r"|\.travis\.ya?ml|jenkinsfile[^/]*|azure-pipelines[^/]*\.ya?ml|\.azure-pipelines/.*|bitbucket-pipelines\.ya?ml"
        r"|\.?appveyor\.ya?ml|\.woodpecker(?:/.*|\.ya?ml)|\.gitea/.*|\.forgejo/.*|cloudbuild\.ya?ml|\.semaphore/.*|\.cirrus\.ya?ml"
        r"|\.tekton/.*|\.teamcity/.*|codecov\.ya?ml|sonar-project\.properties",
        "it is CI configuration, which decides over this work from outside",
        r"ci(?:/cd)? (?:workflow|config\w*|pipeline|job|file|step)s?|github actions?(?: workflows?)?|github workflows?"
        r"|gitlab ci|workflow files?|build pipeline|ci(?! tests?| run| fail)|continuous integration",
    ),
    (
        "owners",
        r"codeowners|owners(?:_aliases)?|maintainers",
        "it decides who reviews",
        r"code ?owners",
    ),
    (
        "updates",
        r"\.github/dependabot\.ya?ml|\.?renovate(?:rc)?(?:\.json5?)?",
        "it lets a program change dependencies",
        r"dependabot|renovate",
    ),
    (
        "agents",
        r"(?:claude|agents|agent|gemini|codex|conventions|warp|crush|qwen)(?:\.local|\.override)?\.md|\.cursorrules|\.windsurfrules|\.clinerules(?:/.*)?"
        r"|\.goosehints|\.aider[^/]*|\.mcp\.json|mcp\.json|llms(?:-full)?\.txt|copilot-instructions\.md|contributing\.(?:md|rst)|style\.md|[^/]+\.(?:instructions|prompt|chatmode|agent)\.md"
        r"|\.(?:claude|cursor|windsurf|continue|roo|kiro|codex|gemini|amazonq|junie|agents?|opencode|aider|goose|cline|trae)(?:/.*)?|skill\.md",
        "the next task, and other agents, would take it for the project's own instructions",
        r"agent (?:instructions|rules|settings)|copilot instructions|cursor rules",
    ),
    (
        "editor",
        r"\.(?:vscode|idea|zed|fleet|vs|nova|helix)/.*|\.devcontainer(?:/.*|\.json)|[^/]+\.code-workspace|[^/]+\.sublime-project"
        r"|\.vimrc|\.nvimrc|\.nvim\.lua|\.exrc|\.dir-locals\.el|\.gitpod\.(?:ya?ml|dockerfile)",
        "an editor runs it, or is set up by it, on whoever opens the folder",
        r"dev ?containers?|vs ?code (?:settings|tasks|launch\w*)|editor settings",
    ),
    (
        "environment",
        r"\.envrc|\.env(?:[.-][^/]*)?|[^/]+\.env|mise\.toml|\.mise\.toml|\.tool-versions|\.autoenv[^/]*",
        "shells, programs and tests take their environment from it",
        r"(?:dot)?env files?|environment files?",
    ),
    (
        "hooks",
        r"\.(?:husky|githooks|hooks)(?:/.*)?|githooks/.*|\.?lefthook(?:-local)?\.(?:ya?ml|toml|json)|\.pre-commit-(?:config|hooks)\.ya?ml"
        r"|\.?lint-?staged(?:rc)?(?:\.[a-z]+)*|\.huskyrc[^/]*|\.simple-git-hooks[^/]*|\.overcommit\.ya?ml|(?:pre|post|commit|prepare)-(?:commit|push|merge|checkout|rewrite|receive|msg|commit-msg)",
        "git runs it on whoever works here",
        r"(?:git|pre-?commit|pre-?push|commit) hooks?|pre-commit",
    ),
    (
        "container",
        r"(?:[^/]+\.)?(?:dockerfile|containerfile)(?:[.-][^/]*)?|\.dockerignore|(?:docker-)?compose[^/]*\.ya?ml|docker-bake\.[a-z]+|vagrantfile[^/]*|docker-entrypoint[^/]*",
        "it runs on whoever builds or starts the project",
        r"docker ?files?|docker image|container (?:image|file)s?|(?:docker[ -])?compose(?: files?)?",
    ),
    (
        "build",
        r"(?:gnu)?makefile[^/]*|[^/]+\.mk|\.?justfile|[^/]+\.just|taskfile[^/]*\.ya?ml|rakefile|[^/]+\.gypi?|cmakelists\.txt|[^/]+\.cmake|meson\.build"
        r"|build\.rs|build(?:\.bazel)?|workspace(?:\.bazel)?|module\.bazel|\.bazelrc|[^/]+\.bzl|(?:settings|build)\.gradle(?:\.kts)?|gradlew(?:\.bat)?|gradle/.*"
        r"|mvnw[^/]*|\.mvn/.*|sconstruct|configure|configure\.ac|earthfile|tiltfile|fabfile\.py|dodo\.py|conanfile\.(?:py|txt)|hatch_build\.py|brewfile"
        r"|(?:flake|shell|default)\.nix|(?:webpack|rollup|esbuild|tsup|gulpfile|gruntfile|next|nuxt|svelte|astro|metro|postcss|tailwind)(?:\.config)?\.[cm]?[jt]s"
        r"|turbo\.json|nx\.json|lerna\.json|[tj]sconfig[^/]*\.json|build\.zig|dune-project|mix\.exs|project\.clj|build\.sbt",
        "it runs on whoever builds the project",
        r"make ?files?|make targets?|just ?files?|task ?files?|build scripts?|tsconfig",
    ),
    (
        "manifest",
        r"pyproject\.toml|setup\.(?:cfg|py)|pipfile(?:\.lock)?|[^/]+\.lock|[^/]+\.lockb|uv\.toml|poetry\.toml|pdm\.toml"
        r"|requirements[^/]*\.(?:txt|in)|requirements/.*|constraints[^/]*\.(?:txt|in)|environment\.ya?ml|conda[^/]*\.ya?ml|pylock[^/]*\.toml"
        r"|(?:package|package-lock|deno|bower|composer)\.jsonc?|pnpm-(?:lock|workspace)\.yaml|npm-shrinkwrap\.json|\.npmrc|\.yarnrc[^/]*"
        r"|cargo\.toml|\.cargo/.*|go\.(?:mod|sum|work)|gemfile|[^/]+\.gemspec|pom\.xml|manifest\.in|\.?pip\.conf|bunfig\.toml|\.pypirc",
        "it holds the dependencies and the tools' configuration; "
        "for a new dependency use ask_architect with kind `dependency`",
        r"lock ?files?|package scripts?|requirements files?",
    ),
    (
        "deployment",
        r"[^/]+\.(?:tf|tfvars|hcl|bicep)|procfile|chart\.yaml|kustomization\.ya?ml|skaffold\.ya?ml|serverless\.(?:ya?ml|ts|js)|(?:fly|netlify|wrangler)\.toml"
        r"|(?:vercel|firebase|now)\.json|render\.yaml|samconfig\.toml|cdk\.json|pulumi[^/]*\.ya?ml|ansible\.cfg",
        "it decides what is deployed, and how",
        r"terraform|helm charts?|procfile|kustomize|deployment (?:file|config\w*|manifest)s?",
    ),
    (
        "hidden",
        r"\.(?!gitkeep$|keep$|nojekyll$)[^/]+(?:/.*)?",
        "its name hides it, and names like this set up tools",
        r"(?!)",
    ),
)  # fmt: skip
_HERE = r"(?:.*/)?(?:{})"
_AS_A_WORD = r"(?<![\w./-])(?:{})(?![\w/-])"
_COMPILED = (
    *((re.compile(_HERE.format(names), re.S), Protection(kind, why, never=True)) for kind, names, why in _NEVER),
    *(
        (re.compile(_HERE.format(names), re.S), Protection(kind, why, re.compile(_AS_A_WORD.format(words))))
        for kind, names, why, words in _ON_REQUEST
    ),
)


def protection(path: str) -> Protection | None:
    """How a path is protected, or None; `path` is clean."""
    name = folded(path)
    return next((found for pattern, found in _COMPILED if pattern.fullmatch(name)), None)
