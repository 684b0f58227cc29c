"""The environment of one run, and the leftovers that may reach the next one's."""

from tests.attacks.escapes.attempt import Attempt, as_tests
from tests.attacks.escapes.ground import Ground

GROUP = "environment"
KNOWN = {
    "PATH", "HOME", "TMPDIR", "LANG", "USER", "LOGNAME", "PYTHONHASHSEED", "PYTHONUNBUFFERED", "PYTHONPATH",
    "VIRTUAL_ENV", "AURORA_EVENTS_FD", "LC_CTYPE",
}  # fmt: skip


async def variables(ground: Ground) -> str:
    run = await ground.tests("import os, json; print('\\n'.join(f'{k}={v}' for k, v in os.environ.items()))")
    tool = await ground.tool("import os; print('\\n'.join(f'{k}={v}' for k, v in os.environ.items()))")
    names = {line.partition("=")[0] for line in run.stdout.splitlines()}
    assert "PATH" in names
    if ground.host.secret in run.stdout + tool.stdout:
        return "the worker's environment"
    return str(names - KNOWN) if names - KNOWN else ""


async def worker_files(ground: Ground) -> str:
    """An empty file holds none: npm itself ships such an `.npmrc`."""
    code = "import os\nfor f, _, ns in os.walk('/'):\n    if f.startswith(('/proc', '/sys')): _.clear(); continue\n" \
        "    for n in ns:\n        if n in ('.env', 'credentials', '.netrc', 'id_rsa', 'id_ed25519', '.pypirc', 'config.json', '.npmrc'):" \
        "\n            if os.path.getsize(f + '/' + n): print('FOUND', f + '/' + n)\nprint('OVER')"  # fmt: skip
    run = await ground.tests(code)
    assert "OVER" in run.stdout, run.stderr
    found = [line for line in run.stdout.splitlines() if "FOUND" in line and "/site-packages/" not in line]
    return "; ".join(found)


POISON = """
import site
home = os.environ["HOME"]
packages = site.getusersitepackages()
os.makedirs(packages, exist_ok=True)
for path in (f"{packages}/usercustomize.py", f"{packages}/x.pth", f"{home}/.pythonrc.py", "/work/tree/sitecustomize.py",
             "/work/tree/tests/conftest.py", "/work/tree/pytest.ini", f"{home}/.profile", f"{home}/.bashrc"):
    with open(path, "w") as file: file.write("import os; os.environ['POISON'] = '1'\\n")
"""

ATTEMPTS = (
    Attempt("variables of the worker", GROUP, "keys and tokens", variables),
    Attempt("files with credentials", GROUP, "keys and tokens", worker_files),
    Attempt(
        "start-up files for the next run", GROUP, "code in the interpreter of every later run",
        as_tests(POISON, then="if 'POISON' in os.environ or os.path.lexists('sitecustomize.py') or os.path.lexists('pytest.ini'): won('poison')"),
    ),
    Attempt(
        "LD_PRELOAD for others", GROUP, "code in another user's process",
        as_tests("tries(lambda: opened('/etc/ld.so.preload', os.O_WRONLY | os.O_CREAT), lambda: opened('/etc/ld.so.conf.d/x', os.O_WRONLY | os.O_CREAT),"
                 " lambda: opened('/etc/environment', os.O_WRONLY | os.O_CREAT))"),
    ),
)  # fmt: skip
