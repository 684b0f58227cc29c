"""`project` of aurora.yaml in `aurora doctor`: each value with where it came from, and a block for the file."""

import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from aurora.bootstrap.row import Row
from aurora.domain.workspace import Toolchain
from aurora.errors import Refusal
from aurora.settings import repository_file, yaml_merge
from aurora.settings.repository import BackendSettings
from aurora.text import clip
from aurora.toolchains import registry
from aurora.toolchains.example_environment import Example

_WIDTH = 300


def rows(settings: BackendSettings, lines: Mapping[str, int], toolchain: Toolchain, folder: str) -> Iterator[Row]:
    """`lines`: of aurora.yaml, by key of `project`; `folder`: that the repository was named by."""
    project, needs = settings.project, toolchain.dependencies
    why = {line.partition(":")[0]: line.partition(": ")[2] for line in reversed(toolchain.why)}
    named = next((line for line in toolchain.why if line.startswith("the project is looked for in")), "")
    found = {
        "root": (toolchain.root or ".", named or why.get("root", "by code and manifests")),
        "language": (toolchain.language, f"by its manifests and code in {toolchain.root or '.'!r}"),
        "python": (
            needs.python or "the sandbox's usual",
            why.get("python", f"{needs.interpreter or 'nothing'} is required"),
        ),
        "install": (f"{needs.manager}, {len(needs.requirements)} requirements", "by manifests and locks"),
        "groups": (", ".join(needs.groups) or "none", "by their names and what they bring; see why"),
        "extras": (", ".join(needs.extras) or "none", "by their names and what they bring; see why"),
        "test_env": (", ".join(_variables(toolchain)) or "none", "by the project's own environments and scripts"),
    }
    known = registry.named(toolchain.language).project_settings
    for key, (value, by) in found.items():
        if key not in known:
            continue
        said = getattr(project, key)
        stated = said is not None and not (key == "root" and named)
        if stated and key in ("install", "test_env"):
            value = "; ".join(said) if key == "install" else ", ".join(said)
        where = f"{repository_file.FILE_NAME}:{lines.get(key, 1)}" if stated else f"detected: {by}"
        unmet = "and the sandbox can have" in by and not stated
        yield Row(what=key, state="note" if unmet else "ok", found=clip(f"{value}  ({where})", _WIDTH))
    if named:
        yield Row(
            what="root", state="note", found=f"{folder!r} was named; without it, aurora.yaml and detection decide"
        )


def proposed(settings: BackendSettings, toolchain: Toolchain, contract: str, example: Example) -> dict[str, Any]:
    """Settings that aurora.yaml could have and does not have yet: the same as was detected, and variables of
    examples."""
    needs = toolchain.dependencies
    values: dict[str, Any] = {"root": toolchain.root or ".", "language": toolchain.language}
    listed = {"groups": list(needs.groups), "extras": list(needs.extras)}
    values |= {key: names for key, names in listed.items() if names}
    if settings.project.install is not None:
        values = {key: value for key, value in values.items() if key not in ("groups", "extras")}
    variables = {name: value for name, value in example.variables.items() if name not in _variables(toolchain)}
    if variables:
        values["test_env"] = variables
    if settings.contract.path is None and contract:
        values["contract"] = contract
    return {key: value for key, value in values.items() if getattr(settings.project, key) is None}


def proposal(values: Mapping[str, Any], example: Example) -> Iterator[Row]:
    if not values:
        yield Row(what="proposal", state="ok", found="aurora.yaml says all of `project` that is known here")
        return
    said = f"aurora.yaml may say of the project, written there by `--write`: {', '.join(values)}"
    yield Row(what="proposal", state="note", found=said, hint=yaml_merge.block(values).rstrip())
    if "test_env" in values:
        yield Row(
            what="proposal", state="note", found=f"test_env is from {', '.join(example.files)}: look at each value"
        )
    for why in example.left_out[:5]:
        yield Row(what="proposal", state="note", found=f"not proposed for test_env: {why}")


def write(top: Path, values: Mapping[str, Any], contract: Mapping[str, Any] | None = None) -> Row:
    """Add the values to the aurora.yaml of a work tree, `contract` to the block of that name; nothing that is written
    there is changed."""
    path = top / repository_file.FILE_NAME
    if not (top / ".git").exists():
        return Row(what="aurora.yaml", state="bad", found=f"{top} has no work tree to write into", hint="Use a clone.")
    if path.is_symlink() or (path.exists() and not path.is_file()):
        return Row(what="aurora.yaml", state="bad", found=f"{path} is no plain file", hint="Write the block by hand.")
    added = [f"project.{key}" for key in values] + [f"contract.{key}" for key in contract or ()]
    if not added:
        return Row(what="aurora.yaml", state="ok", found="nothing to add")
    try:
        before = path.read_bytes().decode("utf-8") if path.exists() else ""
        after = yaml_merge.merged(before, repository_file.FILE_NAME, values) if values else before
        if contract:
            after = yaml_merge.merged(after, repository_file.FILE_NAME, contract, yaml_merge.CONTRACT)
        _check(after)
    except UnicodeDecodeError:
        return Row(what="aurora.yaml", state="bad", found=f"{path} is not UTF-8", hint="Write the block by hand.")
    except Refusal as refusal:
        return Row(what="aurora.yaml", state="bad", found=refusal.what, hint=refusal.hint)
    try:
        _replaced(path, after)
    except OSError as error:
        found = f"{path} can't be written: {error.strerror}"
        return Row(what="aurora.yaml", state="bad", found=found, hint="Write the block by hand.")
    made = "added to" if before else "written to a new"
    said = f"{', '.join(added)} {made} {path}; commit it: only commits count"
    return Row(what="aurora.yaml", state="ok", found=said)


def _check(text: str) -> None:
    """Raises `Refusal` where the whole would not be read."""
    from aurora.gates import choice

    repository_file.load(text, repository_file.FILE_NAME, choice.TUNABLE)


def _replaced(path: Path, text: str) -> None:
    mode = path.stat().st_mode & 0o777 if path.exists() else 0o644
    with tempfile.NamedTemporaryFile("wb", dir=path.parent, prefix=".aurora-", delete=False) as made:
        made.write(text.encode())
    Path(made.name).chmod(mode)
    Path(made.name).replace(path)


def _variables(toolchain: Toolchain) -> list[str]:
    """Names that the command of the tests sets."""
    if toolchain.test[:1] != ("env",):
        return []
    found = []
    for word in toolchain.test[1:]:
        name, sign, _ = word.partition("=")
        if not sign or not name.isidentifier():
            break
        found.append(name)
    return found
