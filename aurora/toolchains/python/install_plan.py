"""The meaning of `project.install` of aurora.yaml, as requirement lines, groups and extras."""

import difflib
import posixpath
import re
from collections.abc import Collection, Sequence

from packaging.requirements import InvalidRequirement, Requirement

from aurora.domain.value import Value
from aurora.errors import Refusal
from aurora.toolchains import install_commands
from aurora.toolchains.install_commands import refused
from aurora.toolchains.python.declared import normalised

KEY = "project.install"
"""Key of the lines among a project's groups: no group has a dot in its normalised name."""
_PIP = re.compile(r"pip[\d.]*")
_PYTHON = re.compile(r"(python|py)[\d.]*")
_PROGRAMS = frozenset(
    {"make", "tox", "nox", "just", "task", "npm", "pnpm", "yarn", "bun", "bash", "sh", "cargo", "go", "docker", "conda",
     "mamba", "micromamba", "brew", "curl", "wget", "git", "hatch", "flit", "rye", "pixi", "invoke", "npx", "pipx"}
)  # fmt: skip
_SYNCING = (("uv", "sync"), ("poetry", "install"), ("poetry", "sync"), ("pdm", "install"), ("pdm", "sync"))
_INDEXES = (
    "-i",
    "--index-url",
    "--extra-index-url",
    "-f",
    "--find-links",
    "--trusted-host",
    "--index",
    "--default-index",
)
_FLAGS = frozenset(
    {"-U", "--upgrade", "-q", "--quiet", "-v", "--verbose", "--no-cache-dir", "--user", "--disable-pip-version-check",
     "--no-build-isolation", "--require-hashes", "--no-warn-script-location", "--system", "--break-system-packages",
     "--no-input", "--prefer-binary", "--force-reinstall", "--frozen", "--locked", "--inexact", "--no-install-project",
     "--sync", "-n", "--no-interaction", "--no-ansi", "--no-root", "--compile", "--deploy", "--ignore-pipfile",
     "--compile-bytecode", "--no-progress", "--no-editable", "--check", "--no-lock", "--frozen-lockfile", "--no-self",
     "--all-packages", "--exact", "--active"}
)  # fmt: skip
"""Options that change nothing in a new environment."""
_VALUED = frozenset(
    {"--upgrade-strategy", "--progress-bar", "--timeout", "--retries", "--cache-dir", "--root-user-action", "--python",
     "-p", "--no-binary", "--only-binary", "--link-mode", "--config-settings", "--verbosity"}
)  # fmt: skip
_LISTS = {
    "--group": "groups", "-G": "groups", "--with": "groups", "--categories": "groups", "--extra": "extras",
    "-E": "extras", "--extras": "extras", "--without": "without", "--no-group": "without", "--only": "only",
    "--only-group": "only",
}  # fmt: skip
_SWITCHES = {
    "--all-extras": "all_extras", "--all-groups": "all_groups", "--no-dev": "bare", "--prod": "bare",
    "--production": "bare", "--no-default-groups": "bare", "--dev": "dev", "-d": "dev", "--only-dev": "only_dev",
    "--no-default": "no_runtime",
}  # fmt: skip


class Plan(Value):
    lines: tuple[str, ...] = ()
    """Requirements, folders (`-e ./libs/core`), and `-r` and `-c` of files."""
    runtime: bool = False
    """True if the project itself is installed, with what it needs."""
    groups: tuple[str, ...] = ()
    extras: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    all_groups: bool = False
    all_extras: bool = False
    default_groups: bool = False
    """True if those come, too, that the project's tool installs unasked."""
    locked: bool = False
    """True if the lock's versions count."""
    debian: tuple[str, ...] = ()
    replaces: bool = True
    """True if it stands for what detection would install; packages of Debian alone come beside that."""


def plan(install: Sequence[str]) -> Plan:
    """Raises `Refusal` for what the builder can't do: it has the manifests, not the project."""
    found = Plan(replaces=False)
    for line, words in install_commands.commands(install):
        packages = install_commands.debian(line, words)
        one = Plan(debian=packages, replaces=False) if packages is not None else _command(line, words)
        found = _joined(found, one)
    return found


def _joined(one: Plan, other: Plan) -> Plan:
    said = {
        name: tuple(dict.fromkeys(getattr(one, name) + getattr(other, name)))
        if isinstance(getattr(one, name), tuple)
        else getattr(one, name) or getattr(other, name)
        for name in Plan.model_fields
    }
    return Plan.model_validate(said)


def _command(line: str, words: list[str]) -> Plan:
    if (whole := _requirement(line)) and len(words) > 1 and not whole.isidentifier():
        return Plan(lines=(whole,))  # a marker has blanks
    install_commands.check_plain(line, words)
    name, rest = posixpath.basename(words[0]), words[1:]
    if _PYTHON.fullmatch(name) and rest[:1] == ["-m"]:
        name, rest = (rest[1] if len(rest) > 1 else ""), rest[2:]
    if name == "uv" and rest[:1] == ["pip"]:
        name, rest = "pip", rest[1:]
    verb = rest[0] if rest else ""
    if _PIP.fullmatch(name) and verb == "install":
        return _pip(line, rest[1:])
    if (name, verb) in (("pip", "sync"), ("pip-sync", verb)):
        files = [word for word in (rest[1:] if name == "pip" else rest) if not word.startswith("-")]
        return Plan(lines=tuple(f"-r {file}" for file in files or ["requirements.txt"]))
    if (name, verb) in _SYNCING:
        return _tool(line, rest[1:], default_groups=True)
    if (name, verb) in (("pipenv", "install"), ("pipenv", "sync")):
        return _tool(line, rest[1:], default_groups=False)
    if _PYTHON.fullmatch(name) and verb == "setup.py" and rest[1:2] in (["develop"], ["install"]):
        return Plan(runtime=True)
    if words[0].startswith((".", "-")) or (len(words) == 1 and name not in _PROGRAMS and _requirement(words[0])):
        return _pip(line, words)
    raise refused(line, "is no command that installs from manifests")


def _pip(line: str, words: Sequence[str]) -> Plan:
    rest, lines, groups, extras, runtime = list(words), [], [], [], False
    while rest:
        word = rest.pop(0)
        option, _, value = word.partition("=") if word.startswith("--") else (word, "", "")
        if attached := re.fullmatch(r"(-[rce])(\S+)", word):
            option, value = attached[1], attached[2]
        if option in ("-r", "--requirement", "-c", "--constraint", "-e", "--editable", "--group"):
            value = value or (rest.pop(0) if rest else "")
            if not value:
                raise refused(line, f"names nothing after {option}", "Name a file or folder.")
            if option == "--group":
                groups.append(value)
            elif option in ("-e", "--editable"):
                rest.insert(0, value)
            else:
                lines.append(f"{'-r' if option in ('-r', '--requirement') else '-c'} {value}")
        elif word.startswith("-"):
            _option(line, option, rest if not value else [value])
        elif own := re.fullmatch(r"(?:\.|\./|\$PWD)(?:\[([^\]]*)\])?", word):
            runtime = True
            extras += [one.strip() for one in (own[1] or "").split(",") if one.strip()]
        elif word.startswith("/"):
            raise refused(line, f"names {word!r}, which is no path inside the repository", "Name it from the project.")
        elif word.startswith(".") or ("/" in word and "://" not in word and "@" not in word):
            lines.append(word if word.startswith(".") else f"./{word}")
        elif said := _requirement(word):
            lines.append(said)
        else:
            raise refused(line, f"names {word!r}, which is neither a requirement of an index nor a folder or file here")
    return Plan(lines=tuple(lines), runtime=runtime, groups=tuple(groups), extras=tuple(extras))


def _tool(line: str, words: Sequence[str], *, default_groups: bool) -> Plan:
    rest = list(words)
    lists: dict[str, list[str]] = {"groups": [], "extras": [], "without": [], "only": []}
    said: set[str] = set()
    while rest:
        word = rest.pop(0)
        option, _, value = word.partition("=")
        if option in _LISTS:
            value = value or (rest.pop(0) if rest else "")
            lists[_LISTS[option]] += [one for one in re.split(r"[\s,]+", value) if one]
        elif option in _SWITCHES:
            said.add(_SWITCHES[option])
        else:
            _option(line, option, rest if not value else [value])
    groups, only = lists["groups"], lists["only"]
    runtime = (not only and not said & {"only_dev", "no_runtime"}) or "main" in only
    groups += [one for one in only if one != "main"] + (["dev"] if said & {"dev", "only_dev"} else [])
    every = ":all" in groups
    return Plan(
        runtime=runtime,
        groups=tuple(one for one in groups if one != ":all"),
        extras=tuple(lists["extras"]),
        without=tuple(lists["without"]),
        all_groups="all_groups" in said or every,
        all_extras="all_extras" in said,
        default_groups=default_groups and not only and not said & {"bare", "only_dev"},
        locked=True,
    )


def _option(line: str, option: str, rest: list[str]) -> None:
    """One that changes nothing is passed over with its value; any other is refused."""
    if option in _INDEXES:
        raise refused(line, f"names an index by {option}", "The worker's own settings say where packages come from.")
    if option in _VALUED:
        rest[:1] = []
    elif option not in _FLAGS:
        raise refused(
            line, f"has the option {option!r}, which is not known here", "Leave it out, or name what to install."
        )


def _requirement(text: str) -> str:
    """A requirement that an index can serve; empty for anything else."""
    try:
        found = Requirement(text)
    except (InvalidRequirement, RecursionError):
        return ""
    return "" if found.url else str(found)


def names(plan: Plan, optional: Collection[str], extras: Collection[str], default: Sequence[str]) -> tuple[str, ...]:
    """Groups and extras that a plan takes, in its order. Raises `Refusal` for one that no manifest declares."""
    own = [one for one in optional if one != KEY]
    asked = [normalised(name) for name in (*plan.groups, *plan.extras)]
    for name in asked:
        if name not in own:
            raise unknown("install", name, own)
    if plan.default_groups:
        asked += [one for one in (*default, *([] if default else ["dev"])) if one in own]
    asked += [one for one in own if (plan.all_extras and one in extras) or (plan.all_groups and one not in extras)]
    left_out = {normalised(name) for name in plan.without}
    return tuple(dict.fromkeys(one for one in asked if one not in left_out))


def missing(line: str, name: str, paths: Collection[str]) -> Refusal:
    close = difflib.get_close_matches(name, [p for p in paths if p.endswith((".txt", ".in", ".pip"))], n=1, cutoff=0.4)
    near = f"Did you mean {close[0]!r}?" if close else "Only committed files count."
    return refused(line, f"names {name!r}, which is not in this commit", near)


def unknown(key: str, name: str, known: Collection[str]) -> Refusal:
    close = difflib.get_close_matches(name, list(known), n=1, cutoff=0.5)
    near = f"Did you mean {close[0]!r}? " if close else ""
    declared = f"The manifests declare {', '.join(sorted(known)[:20])}." if known else "The manifests declare none."
    return Refusal(f"project.{key} of aurora.yaml: there is no group or extra {name!r}.", near + declared)
