"""Node in the sandbox: the base image's own, and the packages of a project by each form of lock."""

import json
import os

import pytest

from aurora import ports
from aurora.domain.task import TaskRef
from aurora.domain.workspace import Dependencies
from aurora.drivers.engine.docker_engine import connect
from aurora.errors import ImageBuildFailed
from tests.support import node_projects
from tests.support.boxes import new_draft, workspace_of

pytestmark = pytest.mark.docker
slow = pytest.mark.skipif(not os.environ.get("AURORA_IMAGES"), reason="slow: make images")

COMMIT = "a" * 40
PNPM_GIT_LOCK = f"""lockfileVersion: '9.0'

importers:

  .:
    dependencies:
      dep:
        specifier: git+https://git.invalid/a.git
        version: git+https://git.invalid/a.git#{COMMIT}

packages:

  dep@git+https://git.invalid/a.git#{COMMIT}:
    resolution: {{commit: {COMMIT}, repo: https://git.invalid/a.git, type: git}}
    version: 1.0.0

snapshots:

  dep@git+https://git.invalid/a.git#{COMMIT}: {{}}
"""
YARN1_GIT_LOCK = f"""# yarn lockfile v1


"dep@git+https://git.invalid/a.git":
  version "1.0.0"
  resolved "git+https://git.invalid/a.git#{COMMIT}"
"""
TEST = ("node", "--test", "--test-reporter=tap")


@pytest.fixture
async def boxes(artifacts, sandbox, tmp_path):
    """`await boxes(files, root)`: a box with those files on an image of their packages, and that image."""
    made = []

    async def box_of(found, root=""):
        image = await sandbox.build(TaskRef(id="images"), await node_projects.dependencies(found, root), None)
        draft = await new_draft(artifacts, tmp_path / f"draft{len(made)}", found)
        opened = sandbox.open(draft, workspace_of(draft, image))
        made.append((draft, opened))
        return await opened.__aenter__(), image

    yield box_of
    for draft, opened in made:
        await opened.__aexit__(None, None, None)
        await sandbox.release(draft.task)


async def outcome(box, cwd=""):
    run = await box.run_tests(ports.TestCommand(argv=TEST, cwd=cwd, seconds=60))
    return run.exit_code, run.stdout + run.stderr


async def built(sandbox, found, root=""):
    return await sandbox.build(TaskRef(id="images"), await node_projects.dependencies(found, root), None)


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


@pytest.mark.parametrize(
    "form", ["npm", *(pytest.param(form, marks=slow) for form in ("pnpm", "yarn1", "yarn", "none"))]
)
async def test_a_test_finds_the_packages_of_its_lock_from_the_copy_and_a_tool_from_the_draft(boxes, form):
    found = node_projects.files(form)
    box, image = await boxes(found)
    code, said = await outcome(box)
    assert code == 0, said
    assert "# pass 2" in said
    assert image.versions["node"].split(".")[0] >= "20"
    assert image.declared == ("is-odd", "ms")
    named = {(one.name, one.version) for one in image.distributions}
    assert {("is-odd", "3.0.1"), ("is-number", "6.0.0"), ("ms", "2.1.3")} <= named
    look = "import isOdd from 'is-odd'; console.log(process.getuid(), import.meta.resolve('is-odd'), isOdd(1))"
    tool = await box.execute(["node", "--input-type=module", "-e", look])
    assert tool.exit_code == 0, tool.stderr
    assert tool.stdout.startswith("1000 file:///opt/project/node_modules/"), tool.stdout
    assert tool.stdout.endswith("index.js true\n")


@slow
@pytest.mark.parametrize("form", ["npm", "pnpm", "yarn1", "yarn"])
@pytest.mark.parametrize("folder", ["", "src/backend"])
async def test_members_of_a_workspace_find_each_other_and_each_its_own_versions(boxes, form, folder):
    found = {f"{folder}/{path}".lstrip("/"): text for path, text in node_projects.files(form, "workspace").items()}
    member = f"{folder}/packages/api".lstrip("/")
    box, image = await boxes(found, member)
    code, said = await outcome(box, member)
    assert code == 0, said
    assert "# pass 1" in said
    assert image.declared == ("is-number", "is-odd", "ms")
    assert "packages/api has ms 2.0.0 of its own; tools outside its tests find 2.1.3" in image.notes
    again, said = await outcome(box, member)
    assert again == 0, said


async def test_nothing_of_the_hosts_npm_settings_stays_in_an_image(boxes, monkeypatch, tmp_path):
    settings = tmp_path / "npmrc"
    settings.write_text(
        "@nobody:registry=https://private.example/\n//private.example/:_authToken=token-of-nobody\nfund=true\n"
    )
    monkeypatch.setenv("NPM_CONFIG_USERCONFIG", str(settings))
    found = node_projects.files("npm")
    found["package.json"] = found["package.json"].replace('"shop"', '"private-shop"')
    found["package-lock.json"] = found["package-lock.json"].replace('"shop"', '"private-shop"')
    _, image = await boxes(found)
    look = "grep -rIlE 'token-of-nobody|private.example' / --exclude-dir=proc --exclude-dir=sys; ls -a /opt /root /tmp"
    listed = connect().containers.run(image.reference, ["sh", "-c", look], remove=True, network_mode="none").decode()
    assert "/opt/project" not in listed and "build" not in listed, listed
    assert ".npmrc" not in listed and ".yarnrc.yml" not in listed
    reported = json.dumps(connect().api.inspect_image(image.reference)) + json.dumps(
        connect().api.history(image.reference)
    )
    assert "private.example" not in reported and "token-of-nobody" not in reported


async def test_install_scripts_run_as_the_test_user_without_credentials(sandbox, monkeypatch, tmp_path):
    settings = tmp_path / "npmrc"
    settings.write_text("//private.example/:_authToken=token-of-nobody\n")
    monkeypatch.setenv("NPM_CONFIG_USERCONFIG", str(settings))
    monkeypatch.setenv("NO_PROXY", "user:password-of-nobody@nowhere.example")
    look = (
        "(id -u; env; cat /proc/*/environ /opt/build/.npmrc /opt/build/.yarnrc.yml; ls -a /opt/build) >said.txt 2>&1;"
        "echo x >/etc/mark; echo x >/opt/aurora/mark; setsid sleep 600 >/dev/null 2>&1 </dev/null & true"
    )
    package = {"name": "evil", "version": "1.0.0", "scripts": {"install": look}}
    dependencies = Dependencies(
        language="node",
        manager="npm",
        files={
            "package.json": '{"dependencies": {"evil": "file:./evil"}}',
            "evil/package.json": json.dumps(package),
        },
        requirements=(),
    )
    image = await sandbox.build(TaskRef(id="images"), dependencies, None)
    read = "cat /opt/project/evil/said.txt; ls /etc/mark /opt/aurora/mark; stat -c %u /opt/project/evil/said.txt"
    said = connect().containers.run(
        image.reference, ["sh", "-c", read + "; true"], remove=True, network_mode="none", stderr=False
    )
    lines = said.decode(errors="replace").splitlines()
    assert (lines[0], lines[-1]) == ("1002", "0")
    assert "-of-nobody" not in said.decode(errors="replace")
    assert "/etc/mark" not in lines and "/opt/aurora/mark" not in lines
    assert "HOME=/tmp/scripts" in lines, "what the script said is there"


@slow
async def test_native_code_is_built_by_a_compiler_that_does_not_stay(boxes):
    test = (
        "const test = require('node:test'); const dgram = require('unix-dgram');"
        "test('it loads', () => dgram.createSocket('unix_dgram', () => {}).close());\n"
    )
    box, _ = await boxes(
        {"package.json": '{"name": "native", "dependencies": {"unix-dgram": "2.0.6"}}', "native.test.js": test}
    )
    code, said = await outcome(box)
    assert code == 0, said
    assert "# pass 1" in said
    gone = await box.execute(["sh", "-c", "command -v g++ || command -v make || command -v gcc || echo none"])
    assert gone.stdout.strip() == "none"


async def test_a_lock_out_of_step_with_its_manifest_is_refused_with_the_end_of_the_log(sandbox):
    found = node_projects.files("npm")
    found["package.json"] = found["package.json"].replace("^2.1.3", "^1.0.0")
    with pytest.raises(ImageBuildFailed) as failure:
        await built(sandbox, found)
    assert "ms@" in failure.value.log_tail, failure.value.log_tail


@slow
@pytest.mark.parametrize("form", ["pnpm", "yarn1", "yarn"])
async def test_so_is_that_of_every_other_manager(sandbox, form):
    found = node_projects.files(form)
    found["package.json"] = found["package.json"].replace("^2.1.3", "^1.0.0")
    with pytest.raises(ImageBuildFailed) as failure:
        await built(sandbox, found)
    assert "lockfile" in failure.value.log_tail, failure.value.log_tail


@slow
@pytest.mark.parametrize("form", ["npm", "pnpm", "yarn1", "yarn"])
async def test_a_package_from_git_is_not_installed_because_it_would_run_what_it_likes(sandbox, form):
    found = {"package.json": '{"name": "g", "dependencies": {"dep": "git+https://git.invalid/a.git"}}'}
    if form == "pnpm":
        found["pnpm-lock.yaml"] = PNPM_GIT_LOCK
    if form == "yarn1":
        found["yarn.lock"] = YARN1_GIT_LOCK
    if form == "yarn":
        found["yarn.lock"] = "__metadata:\n  version: 10\n"
    with pytest.raises(ImageBuildFailed) as failure:
        await built(sandbox, found)
    refusals = {"npm": 'type "git" have been disabled', "yarn": "approvedGitRepositories"}
    assert refusals.get(form, "transport 'https' not allowed") in failure.value.log_tail, failure.value.log_tail


@slow
async def test_a_package_that_does_not_exist_is_named(sandbox):
    with pytest.raises(ImageBuildFailed) as failure:
        await built(sandbox, {"package.json": '{"dependencies": {"@aurora-nobody/no-such-package": "1"}}'})
    assert "no-such-package" in failure.value.log_tail


@slow
async def test_an_engine_that_the_image_lacks_is_noted_or_where_the_project_is_strict_refused(sandbox):
    found = {"package.json": '{"engines": {"node": ">=99"}}'}
    image = await built(sandbox, found)
    assert image.notes == (f"package.json asks for Node >=99; the sandbox has {image.versions['node']}",)
    with pytest.raises(ImageBuildFailed) as failure:
        await built(sandbox, {**found, ".npmrc": "engine-strict=true\n"})
    assert "EBADENGINE" in failure.value.log_tail
