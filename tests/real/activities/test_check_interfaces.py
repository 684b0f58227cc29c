"""check_interfaces: what the tests can't be judged without must be there before they are written."""

import pytest
from temporalio.testing import ActivityEnvironment

from activities.check_interfaces import CheckInterfacesActivity
from activities.messages import CheckInput
from aurora.domain.findings import Report
from aurora.domain.task import TaskRef
from aurora.drivers.sandbox.docker_sandbox import DockerSandbox
from aurora.settings.repository import BackendSettings
from aurora.stored_values import fetch, keep
from tests.support.boxes import DEPENDENCIES, PROJECT, new_draft, workspace_of
from tests.support.memory_artifacts import MemoryArtifacts

pytestmark = [pytest.mark.docker, pytest.mark.timeout(600)]
NODE = {"language": "node", "runner": "vitest", "root": ""}
FIRST = "prisma/migrations/20240101000000_init/migration.sql"
SCHEMA = """datasource db {
  provider = "postgresql"
}

model Order {
  id Int @id
}
"""
BASE = {"prisma/schema.prisma": SCHEMA, FIRST: 'CREATE TABLE "Order" ();\n'}
MODEL = SCHEMA + "\nmodel Line {\n  id Int @id\n}\n"
WRITTEN = {"prisma/migrations/20240202000000_line/migration.sql": 'CREATE TABLE "Line" ();\n'}


@pytest.fixture
def artifacts():
    return MemoryArtifacts()


@pytest.fixture
async def sandbox(artifacts):
    made = DockerSandbox(artifacts)
    yield made
    await made.close()


async def checked(artifacts, sandbox, folder, changes, gates=None):
    image = await sandbox.build(TaskRef(id="images"), DEPENDENCIES, PROJECT)
    made = await new_draft(artifacts, folder, BASE)
    workspace = workspace_of(made, image)
    toolchain = workspace.toolchain.model_copy(update=NODE)
    settings = BackendSettings(sandbox=workspace.settings.sandbox, gates=gates or {})
    workspace = workspace.model_copy(update={"toolchain": toolchain, "settings": settings})
    mine = artifacts.of(made.task)
    base = made.model_copy(update={"workspace": await keep(mine, workspace)})
    try:
        async with sandbox.open(base, workspace) as box:
            for path, text in changes.items():
                await box.write(path, text.encode())
            draft = await box.seal("change")
        checker = CheckInterfacesActivity(artifacts, sandbox)
        seen = await ActivityEnvironment().run(checker.check_interfaces, CheckInput(draft=draft))
        return await fetch(mine, seen.report.whole, Report)
    finally:
        await sandbox.release(made.task)


async def test_a_model_without_its_migration_is_sent_back_before_tests_are_written(artifacts, sandbox, tmp_path):
    report = await checked(artifacts, sandbox, tmp_path / "shop", {"prisma/schema.prisma": MODEL})
    assert not report.passed
    assert [finding.check for finding in report.findings] == ["migrations"], report


async def test_a_model_with_its_migration_passes(artifacts, sandbox, tmp_path):
    report = await checked(artifacts, sandbox, tmp_path / "shop", {"prisma/schema.prisma": MODEL, **WRITTEN})
    assert report.passed and report.checker == "imports", report


async def test_the_gate_can_be_turned_off(artifacts, sandbox, tmp_path):
    change = {"prisma/schema.prisma": MODEL}
    report = await checked(artifacts, sandbox, tmp_path / "shop", change, {"migrations": "off"})
    assert report.passed, report


async def test_other_gates_wait_for_the_code(artifacts, sandbox, tmp_path):
    stub = 'export function add(id: number): number {\n  throw new Error("not implemented");\n}\n'
    report = await checked(artifacts, sandbox, tmp_path / "shop", {"src/lines.ts": stub})
    assert report.passed, report
