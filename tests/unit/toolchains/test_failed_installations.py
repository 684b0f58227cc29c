"""The report on an installation that failed: the package, and the line that says why."""

import pytest

from aurora.toolchains.node import image as node
from aurora.toolchains.python import image as python

UV = """\
× Failed to build `psycopg2==2.9.9`
├─▶ The build backend returned an error
╰─▶ Call to `setuptools.build_meta:__legacy__.build_wheel` failed (exit status: 1)
[stderr]
warning: no previously-included files matching '*.so' found
Error: pg_config executable not found.
pg_config is required to build psycopg2 from source.  Please add the directory
hint: `psycopg2` (v2.9.9) was included because
"""
UNSOLVED = """\
error: No solution found when resolving dependencies
  cause: Because python-magic-bin==0.4.14 has no wheels with a matching platform tag and you require \
python-magic-bin==0.4.14, we can conclude that your requirements are unsatisfiable.

hint: Wheels are available for `python-magic-bin` (v0.4.14) on the following platforms: `win32`, `win_amd64`
"""
COMPILER = """\
× Failed to download and build `greenlet==1.1.2`
src/greenlet/greenlet.c:1258:29: error: no member named 'exc_traceback'
error: command 'x86_64-linux-gnu-gcc' failed with exit code 1
"""
NPM = """\
npm warn deprecated bcrypt@3.0.4
npm error code 1
npm error path /opt/project/node_modules/@scope/bcrypt
npm error command failed
npm error command sh -c node-pre-gyp install --fallback-to-build
npm error node-pre-gyp ERR! install response status 403
"""


NO_WHEEL = (
    "no versions fit each other and this image: python-magic-bin==0.4.14 has no wheels with a matching platform tag "
    "and you require python-magic-bin==0.4.14"
)
SOURCE = "can't be built from its source"
PG_CONFIG = f"psycopg2==2.9.9 {SOURCE}: Error: pg_config executable not found."
GCC = f"greenlet==1.1.2 {SOURCE}: error: command 'x86_64-linux-gnu-gcc' failed with exit code 1"
SCRIPT = "@scope/bcrypt's own script fails: node-pre-gyp install --fallback-to-build"
E404 = "npm error code E404\nnpm error 404 Not Found\n"


@pytest.mark.parametrize(
    ("error", "said", "reported"),
    [
        pytest.param(python.error, UV, PG_CONFIG, id="a library is missing"),
        pytest.param(python.error, COMPILER, GCC, id="a compiler"),
        pytest.param(python.error, UNSOLVED, NO_WHEEL, id="no wheel for this platform"),
        pytest.param(python.error, "error: no solution found\n", "", id="nothing was built"),
        pytest.param(node.error, NPM, SCRIPT, id="a script of a package"),
        pytest.param(node.error, E404, "npm error 404 Not Found", id="no script"),
    ],
)
def test_a_failed_installation_names_the_package_and_the_reason(error, said, reported):
    assert error([line.strip() for line in said.splitlines()]) == reported
