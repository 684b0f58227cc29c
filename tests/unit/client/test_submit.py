"""A request validated before anything starts: on real repositories, with nothing of a machine but a record."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from aurora.client.submit import LocalSource, TaskRequest, Validator
from aurora.domain.task import Remote
from aurora.drivers.git.local_repository import LocalRepository
from aurora.errors import Reason, Refusal, RefusalCode
from aurora.settings.policy import Policy
from aurora.settings.repository import BackendSettings
from tests.support.git_fixtures import commit, repository

RETIRED, SUCCESSOR = "claude-3-sonnet-20240229", "claude-sonnet-5-5"


@dataclass
class RecordedPreflight:
    """A machine that has all a task needs."""

    asked: list[BackendSettings | None] = field(default_factory=list)

    async def check(self, settings: BackendSettings | None) -> Sequence[str]:
        self.asked.append(settings)
        return ["the machine is slow"]


@pytest.fixture
def work(tmp_path: Path) -> Path:
    return repository(tmp_path / "shop")


def settings(work: Path, text: str) -> None:
    commit(work, aurora__yaml=f"agents: {{backend: {{{text}}}}}\n")


def validator(policy: Policy | None = None, preflight: RecordedPreflight | None = None) -> Validator:
    return Validator(LocalRepository.open, policy or Policy(), preflight)


async def test_a_retired_model_whose_successor_the_policy_permits_is_submitted(work: Path) -> None:
    settings(work, f"model: {RETIRED}")
    preflight = RecordedPreflight()
    request = TaskRequest("do it", LocalSource(str(work)), submitted_by="ada")
    validated = await validator(Policy(models=(SUCCESSOR,)), preflight).validate(request)
    assert [one.model for one in preflight.asked if one] == [SUCCESSOR]
    assert any(RETIRED in note and SUCCESSOR in note for note in validated.notes)
    assert validated.notes[-1] == "the machine is slow"


async def test_a_model_that_the_policy_does_not_permit_is_forbidden_and_the_machine_is_not_asked(work: Path) -> None:
    settings(work, f"model: {SUCCESSOR}")
    preflight = RecordedPreflight()
    with pytest.raises(Refusal, match="does not permit") as refused:
        await validator(Policy(models=("another",)), preflight).validate(TaskRequest("do it", LocalSource(str(work))))
    assert refused.value.code is RefusalCode.FORBIDDEN
    assert preflight.asked == []


async def test_what_is_validated_is_what_is_imported_though_the_branch_moves(work: Path) -> None:
    first = commit(work)

    class Moving(RecordedPreflight):
        async def check(self, settings: BackendSettings | None) -> Sequence[str]:
            await asyncio.to_thread(commit, work)
            return await super().check(settings)

    validated = await validator(preflight=Moving()).validate(TaskRequest("do it", LocalSource(str(work), "main")))
    assert validated.imported is not None
    assert validated.imported.base == first


async def test_an_unknown_base_names_no_option(work: Path) -> None:
    with pytest.raises(Refusal, match="no branch, tag or commit 'mian'") as refused:
        await validator().validate(TaskRequest("do it", LocalSource(str(work), "mian")))
    assert "--" not in str(refused.value)


async def test_a_folder_that_is_not_there_is_told_by_its_reason(tmp_path: Path) -> None:
    with pytest.raises(Refusal) as refused:
        await validator().validate(TaskRequest("do it", LocalSource(str(tmp_path / "nowhere"))))
    assert (refused.value.code, refused.value.reason) == (RefusalCode.INVALID, Reason.REPOSITORY)


@pytest.mark.parametrize("odd", [pytest.param("a\0b", id="a NUL"), pytest.param("a\ud800", id="half a surrogate pair")])
@pytest.mark.parametrize("where", ["path", "base", "spec_path"])
async def test_a_name_that_no_file_or_ref_can_have_is_refused(work: Path, where: str, odd: str) -> None:
    """JSON can hold both, an argument of a command neither."""
    named = {"path": str(work), "base": "main", "spec_path": None} | {where: odd}
    request = TaskRequest("do it", LocalSource(str(named["path"]), named["base"]), spec_path=named["spec_path"])
    with pytest.raises(Refusal, match="is not a valid name") as refused:
        await validator().validate(request)
    assert refused.value.code is RefusalCode.INVALID


async def test_a_remote_is_left_to_the_worker_but_for_its_address_and_the_machine() -> None:
    preflight = RecordedPreflight()
    remote = Remote(url="https://git.example.org/shop.git", ref="main")
    validated = await validator(preflight=preflight).validate(TaskRequest("do it", remote))
    assert validated.imported is None
    assert preflight.asked == [None]


@pytest.mark.parametrize(
    "remote",
    [
        pytest.param(Remote(url="--upload-pack=touch x", ref="main"), id="an option for an address"),
        pytest.param(Remote(url="https://git.example.org/shop", ref="main:x"), id="a refspec for a ref"),
    ],
)
async def test_a_remote_that_git_would_misread_is_refused(remote: Remote) -> None:
    with pytest.raises(Refusal, match="is no"):
        await validator().validate(TaskRequest("do it", remote))


async def test_the_folder_that_was_named_goes_with_the_task_and_what_is_stated_is_checked(work: Path) -> None:
    commit(work, **{"api/requirements.txt": "pytest\n"})
    named = TaskRequest("do it", LocalSource(str(work / "api")))
    validated = await validator().validate(named)
    assert validated.imported is not None
    assert validated.imported.folder == "api"
    settings(work, "project: {root: apo}")
    with pytest.raises(Refusal, match="Did you mean 'api'"):
        await validator().validate(TaskRequest("do it", LocalSource(str(work))))


@pytest.mark.parametrize("key", ["", "  ", "k" * 201])
async def test_a_key_that_names_nothing_is_refused(work: Path, key: str) -> None:
    with pytest.raises(Refusal, match="a key has 1 to 200 characters"):
        await validator().validate(TaskRequest("do it", LocalSource(str(work)), key=key))
