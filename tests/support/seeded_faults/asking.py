"""Seeded faults, put to the gates as `run_gates` asks them."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from aurora.domain.findings import Finding, Weight
from aurora.domain.workspace import Contract, DependencyImage, Distribution, Toolchain, Workspace
from aurora.gates import GATES, gate_runner
from aurora.gates.context import REGULAR, ChangedFile, DraftFacts
from aurora.gates.gate import FileGate, ProjectGate
from aurora.toolchains import registry
from tests.support.projects import detected
from tests.support.seeded_faults.seeded import Seeded
from tests.support.workspaces import DIGEST, workspace

ASKED = {
    "service_layer": ("service_layer", "layers"),
    "input_validation": ("input_validation", "unchecked_input", "contract_bounds"),
}
"""Gates that answer for what a case is about, where that is not the gate of this name alone."""
NEAR = 6
"""Lines between a finding and the mark that still say the same place."""


@dataclass(frozen=True)
class Answer:
    case: Seeded
    findings: tuple[Finding, ...]

    @property
    def blocking(self) -> tuple[Finding, ...]:
        return tuple(finding for finding in self.findings if finding.weight is Weight.BLOCKS)

    @property
    def found(self) -> bool:
        """True if a finding that blocks stands where the fault is; of a ring of imports, at any file of it."""
        return any(self._there(finding) for finding in self.blocking)

    @property
    def advised(self) -> bool:
        """True if only advice stands there."""
        reported = (finding for finding in self.findings if finding.weight is Weight.ADVICE)
        return not self.found and any(self._there(finding) for finding in reported)

    @property
    def right(self) -> bool:
        return self.found if self.case.fault else not self.blocking

    def _there(self, finding: Finding) -> bool:
        if self.case.gate == "circular_imports":
            return finding.path in self.case.draft
        return any(abs(finding.line - line) <= NEAR for line in self.case.lines.get(finding.path, ()))


def rates(answers: Sequence[Answer]) -> tuple[float, float]:
    """Recall, and precision: of the cases that a finding blocks, the share that are faults."""
    faults = [answer for answer in answers if answer.case.fault]
    found = sum(answer.found for answer in faults)
    blocked = sum(bool(answer.blocking) for answer in answers if not answer.case.fault) + found
    return found / len(faults) if faults else 1.0, found / blocked if blocked else 1.0


async def asked(case: Seeded) -> Answer:
    """The findings of the case's gates in its draft, in this process."""
    space = await _workspace(case)
    language = registry.language(space.toolchain)
    contract = (space.contract.path,) if space.contract is not None else ()
    named = (*language.configuration(space.toolchain), *contract)
    configuration = {path: case.files[path] for path in named if path in case.files}
    facts = DraftFacts(space, language, frozenset(case.files), configuration)
    files = tuple(_changed(case, path) for path in sorted(case.draft))
    gates = [gate for gate in GATES if gate.name in ASKED.get(case.gate, (case.gate,))]
    found = list(gate_runner.in_files(tuple(gate.name for gate in gates if isinstance(gate, FileGate)), facts, files))
    for gate in gates:
        if isinstance(gate, ProjectGate):
            found += gate_runner.in_project(gate.name, facts, files, case.files)
    return Answer(case, tuple(found))


def _changed(case: Seeded, path: str) -> ChangedFile:
    before = case.there.get(path)
    if before is None:
        return ChangedFile(path, content=case.draft[path].encode())
    return ChangedFile(path, REGULAR, content=case.draft[path].encode(), before=before)


async def _workspace(case: Seeded) -> Workspace:
    toolchain = await detected(case.there or case.files)
    space = workspace(image=_image(toolchain), **{name: getattr(toolchain, name) for name in Toolchain.model_fields})
    if "openapi.yaml" not in case.there:
        return space
    contract = Contract(path="openapi.yaml", digest=DIGEST, operations=())
    return space.model_copy(update={"contract": contract})


MODULES = {
    "attrs": ("attr", "attrs"),
    "beautifulsoup4": ("bs4",),
    "django-debug-toolbar": ("debug_toolbar",),
    "django-environ": ("environ",),
    "django-filter": ("django_filters",),
    "django-ninja": ("ninja",),
    "django-ninja-extra": ("ninja_extra",),
    "djangorestframework": ("rest_framework",),
    "djangorestframework-simplejwt": ("rest_framework_simplejwt",),
    "factory-boy": ("factory",),
    "google-cloud-storage": ("google.cloud.storage", "google.cloud._storage_v2"),
    "mypy-boto3-s3": ("mypy_boto3_s3",),
    "opencv-python-headless": ("cv2",),
    "pillow": ("PIL",),
    "pyjwt": ("jwt",),
    "python-dateutil": ("dateutil",),
    "python-dotenv": ("dotenv",),
    "python-multipart": ("multipart", "python_multipart"),
    "pyyaml": ("_yaml", "yaml"),
    "scikit-learn": ("sklearn",),
    "strawberry-graphql": ("strawberry",),
}
"""Import names as the distributions' own metadata has them, where they are not the distribution's name."""


def _image(toolchain: Toolchain) -> DependencyImage:
    """The image that would have been built: everything that the project declares or locks, and nothing more."""
    names = sorted(set(_declared(toolchain)))
    return DependencyImage(
        reference="aurora/deps:0",
        versions={toolchain.language: "3.11.2" if toolchain.language == "python" else "22.0.0"},
        distributions=tuple(_distributions(sorted({*names, *_locked(toolchain)}))),
        declared=tuple(names),
    )


def _declared(toolchain: Toolchain) -> Iterable[str]:
    for line in toolchain.dependencies.requirements:
        yield line.rpartition("@")[0] if toolchain.language == "node" else canonicalize_name(Requirement(line).name)


def _locked(toolchain: Toolchain) -> Iterable[str]:
    """The packages that `npm ci` installs beside the declared ones."""
    lock = json.loads(toolchain.dependencies.files.get("package-lock.json", "{}"))
    return (path.rpartition("node_modules/")[2] for path in lock.get("packages", {}) if path)


def _distributions(names: Iterable[str]) -> Iterable[Distribution]:
    for name in names:
        yield Distribution(name=name, version="1.0.0", modules=MODULES.get(name, (name.replace("-", "_"),)))
