"""The workspaces of all tests: an ordinary FastAPI project, but for what a test names."""

from typing import Any

from aurora.domain.findings import TestCounts
from aurora.domain.task import Task, Uploaded
from aurora.domain.workspace import (
    Baseline,
    Dependencies,
    DependencyImage,
    Distribution,
    ProjectIdentity,
    Toolchain,
    Workspace,
)
from aurora.settings.repository import BackendSettings

DIGEST = "sha256:" + "0" * 64
SHA = "0" * 40

INSTALLED = (
    ("fastapi", "0.120.0", ("fastapi",)),
    ("starlette", "1.10.0", ("starlette",)),
    ("pydantic", "2.14.3", ("pydantic",)),
    ("anyio", "4.16.0", ("anyio",)),
    ("httpx", "0.28.1", ("httpx",)),
    ("httpcore", "1.0.9", ("httpcore",)),
    ("pyyaml", "6.0.3", ("_yaml", "yaml")),
    ("beautifulsoup4", "4.13.0", ("bs4",)),
    ("pillow", "12.0.0", ("PIL",)),
    ("pyjwt", "2.10.1", ("jwt",)),
    ("python-dateutil", "2.9.0", ("dateutil",)),
    ("six", "1.17.0", ("six",)),
    ("google-cloud-storage", "3.0.0", ("google.cloud.storage", "google.cloud._storage_v2")),
    ("google-cloud-core", "2.4.0", ("google.cloud.client", "google.cloud.exceptions")),
    ("protobuf", "7.36.2", ("google.protobuf",)),
    ("typing-extensions", "4.16.0", ("typing_extensions",)),
    ("pytest", "9.2.0", ("_pytest", "pytest")),
    ("pluggy", "1.7.0", ("pluggy",)),
    ("freezegun", "1.5.0", ("freezegun",)),
    ("shop", "1.0.0", ("shop",)),
)
DECLARED = (
    "fastapi",
    "httpx",
    "pyyaml",
    "beautifulsoup4",
    "pillow",
    "pyjwt",
    "python-dateutil",
    "google-cloud-storage",
    "freezegun",
    "pytest",
)
PYPROJECT = """
[project]
name = "shop"
version = "1.0.0"
dependencies = [
  "fastapi", "httpx>=0.28", "PyYAML", "beautifulsoup4", "pillow", "PyJWT", "python-dateutil",
  "google-cloud-storage", "tomli; python_version < '3.11'",
]
[dependency-groups]
dev = ["pytest", "freezegun"]
"""
UV_LOCK = """
version = 1
[[package]]
name = "httpx"
version = "0.28.1"
dependencies = [{ name = "httpcore" }, { name = "anyio" }]
[[package]]
name = "starlette"
version = "1.10.0"
dependencies = [{ name = "anyio" }]
"""


PROJECT = ProjectIdentity(name="shop", version="1.0.0", import_roots=("", "src"))
DEPENDENCIES = Dependencies(
    language="python",
    manager="uv",
    files={"pyproject.toml": PYPROJECT, "uv.lock": UV_LOCK},
    requirements=("fastapi", "httpx>=0.28", "tomli; python_version < '3.11'"),
)
IMAGE = DependencyImage(
    reference="aurora/deps:0",
    versions={"python": "3.11.2"},
    distributions=tuple(Distribution(name=n, version=v, modules=m) for n, v, m in INSTALLED),
    declared=DECLARED,
)
TOOLCHAIN = Toolchain(
    language="python",
    root="",
    runner="pytest",
    test=("pytest",),
    lint=(),
    fix=(),
    test_roots=("tests",),
    usual_tests=("test_*.py", "*_test.py"),
    manifests=("pyproject.toml",),
    project=PROJECT,
    dependencies=DEPENDENCIES,
)


def uploaded(
    task_id: str = "t1", text: str = "x", *, base: str = SHA, pack: str = DIGEST, submitted_at: int = 0
) -> Task:
    """A task on a base commit that was handed in as a pack."""
    source = Uploaded(base=base, pack=pack, label="shop")
    return Task(id=task_id, text=text, source=source, submitted_at=submitted_at)


def workspace(
    task: Task | None = None,
    *,
    settings: BackendSettings | None = None,
    image: DependencyImage = IMAGE,
    listing: str = DIGEST,
    base: str = SHA,
    **toolchain: Any,
) -> Workspace:
    """`toolchain`: its fields that differ; `listing`: the artifact that holds the paths of the base commit."""
    return Workspace(
        task=task or uploaded(base=base),
        settings=settings or BackendSettings(),
        toolchain=TOOLCHAIN.model_copy(update=toolchain),
        image=image,
        baseline=Baseline(counts=TestCounts(), red=(), lint=()),
        contract=None,
        files=1,
        base=base,
        listing=listing,
    )
