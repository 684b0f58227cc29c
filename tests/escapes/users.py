"""Tool user, test user and keeper, from the test user's side."""

from tests.escapes.attempt import Attempt, as_tests, of_code
from tests.escapes.ground import Ground

GROUP = "other users"

MARK = "import os; open('/work/private/found', 'w').write('ran')"


async def plant_programs(ground: Ground) -> str:
    """Programs and settings left where the tool user might find them."""
    await ground.tests(
        "import os\n"
        "for folder in ('/tmp', '/dev/shm', '/work/tree', '/tmp/tests/home', '/tmp/tests'):\n"
        "    for name in ('git', 'ruff', 'python3', 'sitecustomize.py', '.gitconfig', 'ruff.toml', 'pyproject.toml'):\n"
        "        try:\n"
        "            open(f'{folder}/{name}', 'w').write('#!/bin/sh\\ntouch /work/private/found\\n')\n"
        "            os.chmod(f'{folder}/{name}', 0o755)\n"
        "        except OSError: pass\n"
    )
    for argv in (["git", "status"], ["ruff", "check", "app.py"], ["python3", "-c", "print()"]):
        await ground.box.execute(argv)
    left = await ground.tool(
        "import os; print([p for p in ('/tmp/git', '/dev/shm/git', '/work/tree') if os.path.lexists(p)])"
    )
    return "" if left.stdout.strip() == "[]" else left.stdout


ATTEMPTS = (
    of_code(
        "read the draft, git's folder and the tool user's home", GROUP, "what the tests are not given: other branches, notes",
        "tries(*(lambda p=p: os.listdir(p) for p in ('/work', '/work/draft', '/work/git', '/work/private')),"
        " *(lambda p=p: open(p).read() for p in ('/work/draft/app.py', '/work/git/config', '/work/git/HEAD')))",
    ),
    of_code(
        "write into the draft", GROUP, "code committed that nobody checked",
        "tries(*(lambda p=p: opened(p, os.O_WRONLY | os.O_CREAT) for p in ('/work/draft/app.py', '/work/draft/new.py', '/work/git/HEAD', '/work/x')),"
        " lambda: os.rename('/work/draft', '/work/other'), lambda: os.symlink('/etc', '/work/private2'), lambda: os.rmdir('/work/private'))",
    ),
    of_code(
        "change the draft's files through their hard links in the copy", GROUP, "the same, by the other name",
        "tries(lambda: opened('app.py', os.O_WRONLY), lambda: os.truncate('app.py', 0), lambda: os.chmod('app.py', 0o777),"
        " lambda: os.chown('app.py', 1002, 1002), lambda: os.utime('app.py', (0, 0)), lambda: os.setxattr('app.py', 'user.x', b'1'),"
        " lambda: os.link('app.py', 'linked.py') or opened('linked.py', os.O_WRONLY))",
    ),
    of_code(
        "remove, move or replace tests and code in the copy", GROUP, "a suite that tests something else",
        "open('mine.py', 'w').close()\n"
        "tries(lambda: os.unlink('tests/test_app.py'), lambda: os.rename('tests', 'x'), lambda: os.rename('mine.py', 'app.py'),"
        " lambda: os.rename('tests/test_app.py', 'y'), lambda: os.rename('/work/tree', '/work/x'), lambda: os.rmdir('tests'),"
        " lambda: os.replace('mine.py', 'tests/test_app.py'), lambda: os.link('mine.py', 'app.py'))",
    ),
    of_code(
        "kill, stop and wake processes of other users", GROUP, "the draft's server, the keeper, or what they do next",
        "pids = list(others())\nassert {1000, 1001} <= {user for _, user in pids}\n"
        "for pid, user in pids:\n"
        "    tries(*(lambda s=s: os.kill(pid, s) for s in (0, signal.SIGSTOP, signal.SIGCONT, signal.SIGTERM, signal.SIGKILL)),"
        " lambda: signal.pidfd_send_signal(os.pidfd_open(pid), signal.SIGKILL))",
    ),
    of_code(
        "limits and priority of other users' processes", GROUP, "the draft's server starved",
        "import resource\nfor pid, _ in others():\n"
        "    tries(lambda: resource.prlimit(pid, resource.RLIMIT_NOFILE, (3, 3)), lambda: os.setpriority(os.PRIO_PROCESS, pid, 19),"
        " lambda: os.sched_setaffinity(pid, {0}), lambda: os.setpriority(os.PRIO_PROCESS, 0, -20))",
    ),
    of_code(
        "become the tool user or the keeper", GROUP, "the draft itself",
        "tries(*(lambda u=u, f=f: f(u) for u in (1000, 1001, 0) for f in (os.setuid, os.seteuid, os.setgid, os.setegid)),"
        " *(lambda u=u: os.setresuid(u, u, u) for u in (1000, 1001)), lambda: os.initgroups('tool', 1000))",
    ),
    of_code(
        "raise one's own limits", GROUP, "more memory, files and processes than allowed",
        "import resource\n"
        "for name in ('FSIZE', 'NOFILE', 'CORE'):\n"
        "    kind = getattr(resource, 'RLIMIT_' + name)\n"
        "    try: resource.setrlimit(kind, (resource.RLIM_INFINITY,) * 2)\n"
        "    except (OSError, ValueError): continue\n"
        "    won(name)",
    ),
    Attempt(
        "programs left for the tool user", GROUP, "code run by who may write the draft", plant_programs,
    ),
    Attempt(
        "poisoned bytecode left for the next run", GROUP, "a test module that is not what the file says",
        as_tests(
            "import py_compile\nopen('/tmp/evil.py', 'w').write('def test_value(): pass\\n')\n"
            "os.makedirs('tests/__pycache__', exist_ok=True)\n"
            "py_compile.compile('/tmp/evil.py', cfile=f'tests/__pycache__/test_app.{sys.implementation.cache_tag}.pyc')",
            then="if os.path.lexists('tests/__pycache__'): won('left')",
        ),
    ),
)  # fmt: skip
