from aurora.gates.context import NOTHING
from tests.support.gate_cases import Case

PYPROJECT = '[project]\nname = "a"\ndependencies = ["httpx"]\n[tool.pytest.ini_options]\naddopts = "-q"\n'
PACKAGE = '{"dependencies": {"a": "1"}, "scripts": {"test": "vitest", "start": "node ."}}'
AWAY = "https://elsewhere.example"
BAD = [
    Case("gone, with the settings of the runner", "pyproject.toml", None, PYPROJECT, mode=NOTHING, says="pytest"),
    Case("gone, with the script of the tests", "package.json", None, PACKAGE, mode=NOTHING, says="Restore it"),
    Case("gone, and never readable", "pyproject.toml", None, "[", mode=NOTHING),
    Case("another option of the runner", "pyproject.toml", PYPROJECT.replace("-q", "-p evil"), PYPROJECT),
    Case("what is not linted", "pyproject.toml", PYPROJECT + "[tool.ruff]\nexclude = ['*']\n", PYPROJECT),
    Case("a plugin", "pyproject.toml", PYPROJECT + '[project.entry-points.pytest11]\na = "b"\n', PYPROJECT),
    Case("no TOML", "pyproject.toml", "[", PYPROJECT),
    Case("how it is built", "pyproject.toml", PYPROJECT + '[build-system]\nrequires = ["evil"]\n', PYPROJECT),
    Case("the script of the tests", "package.json", PACKAGE.replace('"vitest"', '"true"'), PACKAGE),
    Case("a script of the installation", "package.json", PACKAGE.replace('"start"', '"postinstall"'), PACKAGE),
    Case("nested too deep", "package.json", "[" * 9_000, PACKAGE),
    Case("the runner's settings", "package.json", PACKAGE[:-1] + ', "jest": {}}', PACKAGE),
    *(
        Case(f"a place of its own: {text}", path, text)
        for path, text in (
            ("requirements.txt", f"httpx\n--extra-index-url {AWAY}/\n"),
            ("requirements/dev.txt", f"-e git+{AWAY}/x\n"),
            ("requirements.txt", f"httpx @ {AWAY}/x.whl\n"),
            ("requirements.in", "./vendored\n"),
            ("pyproject.toml", f'[project]\ndependencies = ["httpx @ {AWAY}/x.whl"]\n'),
            ("pyproject.toml", f'[tool.poetry.dependencies]\nhttpx = {{ git = "{AWAY}/x" }}\n'),
            ("package.json", '{"dependencies": {"zod": "git+ssh://git@elsewhere.example/zod.git"}}'),
            ("package.json", '{"dependencies": {"zod": "npm:other@1"}}'),
            ("package.json", '{"devDependencies": {"zod": "somebody/zod"}}'),
        )
    ),
    *(
        Case(f"no known fact: {text}", path, text)
        for path, text in (
            ("pyproject.toml", f'[tool.uv]\nextra-index-url = ["{AWAY}"]\n'),
            ("pyproject.toml", '[tool.commitizen]\npre_bump_hooks = ["sh x"]\n'),
            ("pyproject.toml", '[tool.semantic_release]\nbuild_command = "sh x"\n'),
            ("package.json", '{"trustedDependencies": ["x"]}'),
            ("package.json", '{"wireit": {"build": {"command": "sh x"}}}'),
        )
    ),
    Case(
        "a script nobody asked for",
        "package.json",
        '{"scripts": {"start": "sh x"}}',
        "{}",
        task="Add zod to package.json.",
    ),
]
GOOD = [
    Case("gone, and it decided nothing", "package.json", None, '{"name": "a"}', mode=NOTHING),
    Case("a list of packages that is gone", "requirements-old.txt", None, "httpx\n", mode=NOTHING),
    Case("a dependency more", "pyproject.toml", PYPROJECT.replace('"httpx"', '"httpx", "rich"'), PYPROJECT),
    Case("another range", "package.json", PACKAGE.replace('"a": "1"', '"a": "2"'), PACKAGE),
    Case("a remark", "requirements.txt", "httpx>=0.27  # see https://www.python-httpx.org\n-r base.txt\n"),
    Case("a hash", "requirements.txt", "httpx==0.27.0 \\\n    --hash=sha256:aa\n"),
    Case("a marker", "pyproject.toml", "[project]\ndependencies = [\"httpx[http2]>=0.27; python_version>'3.10'\"]\n"),
    Case("ranges", "package.json", '{"dependencies": {"zod": "^3.23.0", "@types/node": "~20 || >=22"}}'),
    Case("no manifest", "app/a.py", "[tool.ruff]\n"),
    Case(
        "a script that was asked for",
        "package.json",
        '{"scripts": {"start": "sh x"}}',
        "{}",
        task="Add a start script to package.json.",
    ),
]
