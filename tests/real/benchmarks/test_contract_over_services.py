"""The benchmark of served applications in small: a kit with one breach that is there and one that is none."""

import shutil

import pytest
import yaml

from aurora.domain.findings import Finding
from benchmarks import service_kits
from benchmarks.contract_over_services import exercised, line
from benchmarks.service_kits import Kit, Seeded
from tests.support.contract_services import DOCUMENT, LOG_IN, fastapi_shop
from tests.support.git_fixtures import git
from tests.support.projects import written

KIT = {
    "name": "shop",
    "framework": "FastAPI",
    "source": "nobody/shop",
    "commit": "0",
    "document": "committed",
    "seeds": [1],
    "settings": {"contract": {"path": "openapi.yaml", "auth": LOG_IN, "exercise": {"examples": 6, "others": 2}}},
}


@pytest.fixture
def kit(tmp_path):
    """A kit of the shop; each breach is a text of its source in place of another."""

    def made(**breaches):
        folder = tmp_path / "kits" / "shop"
        repo = written(folder / "repo", {**fastapi_shop.FILES, "openapi.yaml": DOCUMENT})
        git(repo, "init", "-q")
        git(repo, "add", "-A")
        git(repo, "commit", "-q", "-m", "shop")
        source = repo / "shop" / "app.py"
        text = source.read_text()
        (folder / "breaches").mkdir()
        for name, (_, (before, after)) in breaches.items():
            source.write_text(text.replace(before, after))
            (folder / "breaches" / f"{name}.patch").write_text(git(repo, "diff") + "\n")
            source.write_text(text)
        shutil.rmtree(repo / ".git")
        seeded = {name: said for name, (said, _) in breaches.items()}
        (folder / "service.yaml").write_text(yaml.safe_dump({**KIT, "breaches": seeded}))
        return folder

    return made


@pytest.mark.docker
@pytest.mark.timeout(600)
async def test_a_kit_is_found_clean_a_breach_is_found_and_what_breaks_nothing_is_missed(kit):
    folder = kit(
        property=({"breach": "response_schema", "operation": "GET /items/{id}"}, fastapi_shop.PROPERTY),
        harmless=({"breach": "server_error", "operation": "POST /items"}, ("import ", "import  ")),
    )
    row = await exercised(folder, "", 1, clean=True, seeded=True)
    assert not row.failed, row.failed
    assert not row.blocking and row.missed == ["harmless"] and not row.right
    assert line(row).endswith("| 0 | 0 | 1 of 2 | harmless |"), line(row)


def test_a_finding_is_the_seeded_one_by_its_operation_and_kind():
    seeded = Seeded.model_validate({"breach": "ignored_auth", "operation": "GET /a"}, strict=False)
    head = "GET /a answered 200: it answers without the log-in that the document demands (ignored_auth)"
    assert seeded.said_by(Finding(check="contract", message=head + "\nrequest: curl"))
    assert not seeded.said_by(Finding(check="contract", message=head.replace("/a ", "/a/b ")))
    assert not seeded.said_by(Finding(check="contract", message=head.replace("ignored_auth", "server_error")))


def test_a_kit_may_set_bounds_and_gets_those_of_the_benchmark_where_it_does_not(tmp_path):
    (tmp_path / "repo").mkdir()
    (tmp_path / "repo" / "app.py").write_text("")
    kit = Kit.model_validate({**KIT, "settings": {"contract": {"exercise": {"examples": 3}}}}, strict=False)
    place = service_kits.repository(tmp_path, kit, tmp_path / "tree")
    said = yaml.safe_load((place / "aurora.yaml").read_text())["agents"]["backend"]["contract"]["exercise"]
    assert said == {"examples": 3, "seconds": service_kits.SECONDS}
    assert git(place, "log", "--format=%s") == "nobody/shop@0"
