"""Runs the project's own pyright or basedpyright, and prints its errors a line each, with paths from here.

`python aurora_pyright.py pyright|basedpyright`. Standard library only, Python 3.8 and later: it runs in the *project's*
interpreter. pyright prints absolute paths and messages of several lines. Its warnings fail nothing, so they are left.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path


def main(tool: str) -> int:
    # asked for nothing, it looks for a newer version; told of another one, it downloads it
    env = {name: value for name, value in os.environ.items() if not name.startswith("PYRIGHT_PYTHON_")}
    env["PYRIGHT_PYTHON_IGNORE_WARNINGS"] = "1"
    # a configuration may name a virtual environment that is not here
    argv = [str(Path(sys.executable).with_name(tool)), "--outputjson", "--pythonpath", sys.executable]
    ended = subprocess.run(argv, env=env, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, check=False)
    try:
        found = json.loads(ended.stdout)["generalDiagnostics"]
    except (ValueError, KeyError, TypeError):
        sys.stderr.write(ended.stdout.decode("utf-8", "replace"))
        return ended.returncode or 3
    for one in found:
        if one["severity"] == "error":
            start = one.get("range", {}).get("start", {"line": 0, "character": 0})
            place = f"{os.path.relpath(one['file'])}:{start['line'] + 1}:{start['character'] + 1}"
            sys.stdout.write(f"{place}: error: {' '.join(one['message'].split())}  [{one.get('rule', 'syntax')}]\n")
    return ended.returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
