"""Run by the dependency image's interpreter as root in the builder: registers the project without its build code.

stdin: {"name", "version", "entry_points": {group: {name: target}}, "roots": [absolute folders],
        "generated": {absolute path: source of a module that the build would write}}
"""

import configparser
import io
import json
import re
import sys
import sysconfig
from pathlib import Path


def register(given: dict[str, object], site: Path) -> None:
    name, version = str(given["name"]), str(given["version"])
    folder = site / f"{re.sub(r'[^A-Za-z0-9.]+', '_', name)}-{version}.dist-info"
    folder.mkdir()
    (folder / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n", encoding="utf-8")
    (folder / "INSTALLER").write_text("aurora\n", encoding="utf-8")
    points = configparser.RawConfigParser(delimiters=("=",))
    points.optionxform = str  # type: ignore[assignment,method-assign]
    groups = given["entry_points"]
    assert isinstance(groups, dict)
    points.read_dict(groups)
    text = io.StringIO()
    points.write(text)
    (folder / "entry_points.txt").write_text(text.getvalue(), encoding="utf-8")
    roots = given["roots"]
    assert isinstance(roots, list)
    lines = [*roots, *_generated(given.get("generated"), site)]
    (site / "aurora_project.pth").write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    _scripts(groups, Path(sys.executable).parent)
    made = ["METADATA", "INSTALLER", "entry_points.txt", "RECORD"]
    record = [f"{folder.name}/{one},," for one in made] + ["aurora_project.pth,,"]
    (folder / "RECORD").write_text("\n".join(record) + "\n", encoding="utf-8")


def _generated(sources: object, site: Path) -> list[str]:
    """The line of the `.pth` that lets them be found; none where there are none."""
    if not sources:
        return []
    finder = Path(__file__).with_name("generated_modules.py").read_text(encoding="utf-8")
    (site / "aurora_generated_modules.py").write_text(finder, encoding="utf-8")
    (site / "aurora_generated_modules.json").write_text(json.dumps(sources), encoding="utf-8")
    return ["import aurora_generated_modules"]


def _scripts(groups: dict[str, dict[str, str]], folder: Path) -> None:
    """The project's commands, as an installer writes them; one that a package has brought stays."""
    for group in ("console_scripts", "gui_scripts"):
        for name, target in groups.get(group, {}).items():
            module, _, attribute = target.partition("[")[0].strip().partition(":")
            path = folder / name
            named = re.fullmatch(r"[\w.-]+", name) and all(map(str.isidentifier, f"{module}.{attribute}".split(".")))
            if not named or path.exists():
                continue
            path.write_text(
                f"#!{sys.executable}\nimport sys\nfrom {module} import {attribute.partition('.')[0]}\n"
                f"if __name__ == '__main__':\n    sys.exit({attribute}())\n",
                encoding="utf-8",
            )
            path.chmod(0o755)


if __name__ == "__main__":
    register(json.load(sys.stdin), Path(sysconfig.get_paths()["purelib"]))
