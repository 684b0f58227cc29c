"""Run by the dependency image's interpreter as root in the builder: registers the project without its build code.

stdin: {"name", "version", "entry_points": {group: {name: target}}, "roots": [absolute folders]}
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
    (site / "aurora_project.pth").write_text("".join(f"{root}\n" for root in roots), encoding="utf-8")
    made = ["METADATA", "INSTALLER", "entry_points.txt", "RECORD"]
    record = [f"{folder.name}/{one},," for one in made] + ["aurora_project.pth,,"]
    (folder / "RECORD").write_text("\n".join(record) + "\n", encoding="utf-8")


if __name__ == "__main__":
    register(json.load(sys.stdin), Path(sysconfig.get_paths()["purelib"]))
