"""Protected paths, by kind: files that decide how the work is judged, or that run, or are believed, where it is checked
out, built or worked on next.

Some are never written. The others are written only where the task, an answer of the Architect or an approved plan asks
for the path or its kind: see `grants`."""

import functools
import re
from dataclasses import dataclass

from aurora.toolchains.language import Language
from aurora.tools.paths import folded


@dataclass(frozen=True)
class Protection:
    """The reason why a path is protected. `words`: what a person calls this kind of file; none for what is never
    written."""

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
    ("tests_configuration", r"phpunit\.xml(?:\.dist)?", "it decides how the tests are run"),
)  # fmt: skip
"""In any repository; `Language.never_written` names each language's."""
MANIFEST = (
    "it holds the dependencies and the tools' configuration; "
    "for a new dependency use ask_architect with kind `dependency`"
)
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
        r"codeowners|owners_aliases|security\.txt|funding\.ya?ml",
        "it decides who reviews, who is told about a vulnerability, or who is paid",
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
        r"|\.goosehints|\.aider[^/]*|\.mcp\.json|mcp\.json|llms(?:-full)?\.txt|copilot-instructions\.md|mcp_config\.json|opencode\.jsonc?|crush\.json|memory-bank/.*|[^/]+\.(?:instructions|prompt|chatmode|agent)\.md"
        r"|\.(?:claude|cursor|windsurf|continue|roo|kiro|codex|gemini|amazonq|junie|agents?|opencode|aider|goose|cline|trae)(?:/.*)?|skill\.md",
        "the next task, and other agents, would take it for the project's own instructions",
        r"agent (?:instructions|rules|settings)|copilot instructions|cursor rules",
    ),
    (
        "editor",
        r"\.(?:vscode|idea|zed|fleet|vs|nova|helix)/.*|\.devcontainer(?:/.*|\.json)|[^/]+\.code-workspace|[^/]+\.sublime-project"
        r"|\.vimrc|\.nvimrc|\.nvim\.lua|\.exrc|\.dir-locals\.el|\.gitpod\.(?:ya?ml|dockerfile)",
        "an editor runs it, or is configured by it, for everyone who opens the folder",
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
        r"\.pre-commit-(?:config|hooks)\.ya?ml",
        "git runs it for everyone who works here",
        r"pre-?commit(?: hooks?)?|(?:git|commit) hooks?",
    ),
    (
        "hooks",
        r"\.(?:husky|githooks|hooks)(?:/.*)?|githooks/.*|\.?lefthook(?:-local)?\.(?:ya?ml|toml|json)"
        r"|\.?lint-?staged(?:rc)?(?:\.[a-z]+)*|\.huskyrc[^/]*|\.simple-git-hooks[^/]*|\.overcommit\.ya?ml|(?:pre|post|commit|prepare)-(?:commit|push|merge|checkout|rewrite|receive|msg|commit-msg)"
        r"|commitlint\.config\.[a-z]+",
        "git runs it for everyone who works here",
        r"(?:git|pre-?push|commit) hooks?",
    ),
    (
        "container",
        r"(?:[^/]+\.)?(?:dockerfile|containerfile)(?:[.-][^/]*)?|\.dockerignore|docker-entrypoint[^/]*",
        "it runs for everyone who builds or starts the project",
        r"docker ?files?|docker image|container (?:image|file)s?",
    ),
    (
        "container",
        r"(?:(?:docker|podman|nerdctl)-)?compose[^/]*\.ya?ml|docker-stack[^/]*\.ya?ml",
        "it runs for everyone who builds or starts the project",
        r"(?:docker[ -])?compose(?: files?)?",
    ),
    (
        "container",
        r"docker-bake\.[a-z]+|vagrantfile[^/]*|devbox\.json|devenv\.ya?ml|cloud-(?:init|config)[^/]*|user-data",
        "it runs for everyone who builds or starts the project",
        r"vagrant ?files?",
    ),
    (
        "build",
        r"(?:gnu|bsd)?makefile(?!\.(?:py|[cm]?[jt]s)$)[^/]*|[^/]+\.mk",
        "it runs for everyone who builds the project",
        r"make ?files?|make targets?",
    ),
    (
        "build",
        r"\.?justfile|[^/]+\.just|taskfile[^/]*\.ya?ml",
        "it runs for everyone who builds the project",
        r"just ?files?|task ?files?",
    ),
    (
        "build",
        r"rakefile|[^/]+\.rake|[^/]+\.gypi?|cmakelists\.txt|[^/]+\.cmake|cmake(?:user)?presets\.json|meson\.build|meson[._]options(?:\.txt)?"
        r"|build\.rs|build(?:\.bazel)?|buck|workspace(?:\.bazel|\.bzlmod)?|module\.bazel|\.bazelrc|[^/]+\.bzl|[^/]+\.gradle(?:\.kts)?|gradle\.properties|gradlew(?:\.bat)?|gradle/.*|buildsrc/.*"
        r"|mvnw[^/]*|\.mvn/.*|sconstruct|configure|configure\.ac|autogen\.sh|earthfile|tiltfile|fabfile\.py|dodo\.py|conanfile\.(?:py|txt)|hatch_build\.py|brewfile"
        r"|[^/]+\.nix|(?:webpack|rollup|esbuild|tsup|next|nuxt|svelte|astro|metro|postcss|tailwind)\.config\.[cm]?[jt]s|(?:gulpfile|gruntfile|jakefile|knexfile)[^/]*\.[cm]?[jt]s"
        r"|webpack\.[\w-]+\.[cm]?[jt]s|gatsby-[\w-]+\.[cm]?[jt]s|ember-cli-build\.js|[^/]+\.conf\.[cm]?js|magefile\.go|magefiles/.*"
        r"|turbo\.json|nx\.json|lerna\.json|rush\.json|project\.json|angular\.json|nodemon\.json|[tj]sconfig[^/]*\.json|build\.zig|dune-project|mix\.exs|project\.clj|deps\.edn|bb\.edn|[^/]+\.sbt"
        r"|directory\.(?:build|packages)\.(?:props|targets)|nuget\.config|[^/]+\.(?:cs|fs|vb|vcx)proj|[^/]+\.sln|docs?/(?:source/)?conf\.py|(?:ipython|jupyter\w*)_config\.py|config\.ru|pnpmfile\.js|dangerfile[^/]*|snakefile",
        "it runs for everyone who builds the project",
        r"build scripts?|tsconfig",
    ),
    (
        "manifest",
        r"[^/]+\.lock|[^/]+\.lockb|package-lock\.json|pnpm-lock\.yaml|npm-shrinkwrap\.json|pylock[^/]*\.toml|go\.sum",
        MANIFEST,
        r"(?:the|this|uv|poetry|npm|pip|cargo|yarn|pnpm) lock ?files?|lockfiles?",
    ),
    (
        "manifest",
        r"requirements[^/]*\.(?:txt|in)|requirements/[^/]+\.(?:txt|in)|constraints[^/]*\.(?:txt|in)",
        MANIFEST,
        r"(?:the|our|a) requirements files?",
    ),
    ("manifest", r"package\.json", MANIFEST, r"(?:npm|package) scripts?"),
    (
        "manifest",
        r"pyproject\.toml|setup\.(?:cfg|py)|pipfile|uv\.toml|poetry\.toml|pdm\.toml|pixi\.toml|hatch\.toml"
        r"|environment\.ya?ml|conda[^/]*\.ya?ml"
        r"|(?:deno|bower|composer)\.jsonc?|pnpm-workspace\.yaml|\.npmrc|\.yarnrc[^/]*"
        r"|cargo\.toml|\.cargo/.*|go\.(?:mod|work)|gemfile|podfile|[^/]+\.gemspec|[^/]+\.podspec|pom\.xml|manifest\.in|\.?pip\.conf|bunfig\.toml|\.pypirc",
        MANIFEST,
        r"(?!)",
    ),
    (
        "deployment",
        r"[^/]+\.(?:tf|tfvars|hcl|bicep)|[^/]+\.tf\.json|[^/]+\.tfstate[^/]*",
        "it decides what is deployed, and how",
        r"terraform(?: files?| modules?)?",
    ),
    (
        "deployment",
        r"chart\.yaml|kustomization\.ya?ml|skaffold\.ya?ml|(?:k8s|kubernetes|kustomize|helm|argocd)/(?:.*/)?[^/]+\.(?:ya?ml|json|tpl|tmpl|j2|txt)|charts/[^/]+/(?:templates/.*\.(?:ya?ml|tpl|txt)|values[^/]*\.ya?ml)",
        "it decides what is deployed, and how",
        r"helm charts?|kustomiz\w+|kubernetes (?:manifest|file|deployment)s?",
    ),
    (
        "deployment",
        r"procfile(?:\.(?!py$|[cm]?[jt]s$)\w+)?|(?:serverless|samconfig)\.(?:ya?ml|toml)|fly(?:\.[\w-]+)?\.toml|netlify\.toml|wrangler\.(?:toml|jsonc?)"
        r"|(?:vercel|firebase|now|railway|apprunner|staticwebapp\.config)\.json|(?:railway|nixpacks)\.toml|render\.yaml|heroku\.yml|buildspec[^/]*\.ya?ml|appspec\.ya?ml|amplify\.yml|cdk\.json|pulumi[^/]*\.ya?ml"
        r"|ansible\.cfg|(?:ansible|playbooks)/(?:.*/)?[^/]+\.(?:ya?ml|j2|ini|cfg)|nginx[^/]*\.conf|nginx/.*\.conf|supervisord\.conf|uwsgi\.ini|ecosystem\.config\.[cm]?js|captain-definition|pg_hba\.conf|sshd_config",
        "it decides what is deployed, and how",
        r"procfile|deployment (?:file|config\w*|manifest)s?|nginx config\w*",
    ),
    (
        "hidden",
        r"\.(?!gitkeep$|keep$|nojekyll$)[^/]+(?:/.*)?",
        "its name hides it, and names like this set up tools",
        r"(?!)",
    ),
    (
        "script",
        r"[^/]+\.(?:sh|bash|zsh|fish|ksh|csh|ps1|psm1|psd1|bat|cmd|command|vbs|desktop|service|timer|socket)|(?:s?bin|scripts?|hack|ci)/[^/.]+"
        r"|crontab|(?:etc/)?cron(?:\.[a-z]+)?/[^/]+|autorun\.inf",
        "a shell or the system runs it where the project is built, started or worked on",
        r"(?:shell|bash|start(?:up)?|entry ?point|deploy(?:ment)?|install|batch) scripts?|systemd units?|crontabs?",
    ),
)  # fmt: skip
_AT_THE_TOP: tuple[tuple[str, str, str], ...] = (
    ("owners", r"owners|maintainers|security\.md", "it decides who reviews, or who is told about a vulnerability"),
    (
        "agents",
        r"(?:docs?/|\.github/)?(?:contributing|style|development|hacking|guidelines|instructions)\.(?:md|rst)"
        r"|(?:prompt|system_prompt|rules|memory|replit)\.md|(?:skills|rules)/.*\.mdc?",
        "the next task, and other agents, would take it for the project's own instructions",
    ),
    (
        "deployment",
        r"(?:app|template)\.(?:ya?ml|json)|_(?:headers|redirects)|(?:deploy|deployments?|manifests|infra)/.*\.(?:ya?ml|json|tpl)",
        "it decides what is deployed, and how",
    ),
    (
        "build",
        r"(?:build|next|nuxt|svelte|astro|metro|postcss|tailwind|webpack|rollup|esbuild|tsup)\.[cm]?[jt]s|invoke\.ya?ml"
        r"|(?!(?:.*/)?(?:src|app|lib|server|configs?)/)(?:.*/)?[^/]+\.config\.[cm]?[jt]sx?",
        "it runs for everyone who builds the project",
    ),
    ("tests_configuration", r"features/environment\.py", "it decides how the tests are run"),
    (
        "project_settings",
        r"(?!(?:config|settings|logging|data|seeds?|fixtures?|[\w.-]*schema|[\w.-]*openapi|swagger|asyncapi)(?:[._-][\w-]+)*\.[a-z]+$)"
        r"[^/]+\.(?:toml|ini|cfg|conf|jsonc?|json5|ya?ml|xml|properties|props|targets|plist|edn|rc)",
        "tools look for their settings at the top of a repository",
    ),
    (
        "project_settings",
        r"(?!(?:licen[cs]e|readme|changelog|changes|history|news|authors|contributors|notice|copying|version|todo)$)[^/.]+",
        "tools look for their settings and scripts at the top of a repository",
    ),
)  # fmt: skip
"""Written on request, where they lie at the top of the repository; asked for by their paths."""
_HERE = r"(?:.*/)?(?:{})"
_AS_A_WORD = r"(?<![\w./-])(?:{})(?![\w/-])"
_NO_WORDS = re.compile(r"(?!)")
CONTRACT = Protection(
    "contract",
    "it is the contract the work is judged by",
    re.compile(
        _AS_A_WORD.format(
            r"(?:open ?-?api|swagger|api|contract)(?:[ -](?:document|documentation|specification|spec|contract"
            r"|description|definition|schema|file|yaml|json))s?|(?:openapi|swagger)\.(?:ya?ml|json)"
            r"|graphql[ -]?(?:schema|sdl)(?: files?)?|schema\.(?:graphqls?|gql)"
        )
    ),
)
"""Contract of the contract document, wherever it lies: a framework may route by it, so a new operation may have to be
added."""
_PLUGIN = "it has the name of a module that judges the tests, and could replace it; choose another name"
_Compiled = tuple[tuple[re.Pattern[str], Protection], ...]


_LIKE_A_CONTRACT = re.compile(
    r"(?:.*[/._-])?(?:openapi|swagger|api|contract|spec)s?(?:[/._-].*)?\.(?:ya?ml|json)", re.S
)


def on_request(path: str) -> Protection | None:
    """The reason why a path that a person may open is closed; where the contract lies is not known here: its name
    tells."""
    found = protection(path)
    if found is None:
        return CONTRACT if _LIKE_A_CONTRACT.fullmatch(folded(path)) else None
    return None if found.never else found


def protection(path: str) -> Protection | None:
    """The way a path is protected, or None; `path` is clean."""
    from aurora.toolchains import registry  # slow to load: most commands of a client ask nothing of it

    name = folded(path)
    return next((found for pattern, found in _compiled(registry.languages()) if pattern.fullmatch(name)), None)


@functools.lru_cache(maxsize=4)
def _compiled(languages: tuple[Language, ...]) -> _Compiled:
    never = [*_NEVER]
    for language in languages:
        never += [(one.kind, one.names, one.why) for one in language.never_written]
        plugins = "|".join(map(re.escape, language.plugin_names))
        never.append(("runner", rf"(?:{plugins})(?:\.[^/]*)?(?:/.*)?", _PLUGIN))
    return (
        *((re.compile(_HERE.format(names), re.S), Protection(kind, why, never=True)) for kind, names, why in never),
        *(
            (re.compile(_HERE.format(names), re.S), Protection(kind, why, re.compile(_AS_A_WORD.format(words))))
            for kind, names, why, words in _ON_REQUEST
        ),
        *((re.compile(names, re.S), Protection(kind, why, _NO_WORDS)) for kind, names, why in _AT_THE_TOP),
    )
