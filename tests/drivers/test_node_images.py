"""Node in the sandbox: the base image's own, and the packages of a project."""

import pytest

from aurora import ports

pytestmark = pytest.mark.docker


async def test_node_runs_the_draft_as_the_test_user_and_reads_typescript(box):
    code = (
        "import assert from 'node:assert'; const port: number = 0; import { createServer } from 'node:http';"
        "const server = createServer((_, answer) => answer.end('well'));"
        "await new Promise<void>(done => server.listen(port, '127.0.0.1', done));"
        "const { port: bound } = server.address() as { port: number };"
        "const answer = await fetch(`http://127.0.0.1:${bound}`); assert.equal(await answer.text(), 'well');"
        "server.close(); console.log(process.getuid(), process.versions.node.split('.')[0] >= '20')"
    )
    argv = ("node", "--input-type=module-typescript", "-e", code)
    run = await box.run_tests(ports.TestCommand(argv=argv, seconds=60))
    assert (run.exit_code, run.stdout.strip()) == (0, "1002 true"), run.stderr
