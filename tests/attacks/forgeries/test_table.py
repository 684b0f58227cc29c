from tests.attacks.forgeries.grounds import GROUNDS
from tests.attacks.forgeries.table import FORGERIES, SHOWN, table


def test_the_document_shows_the_forgeries_as_they_are():
    assert SHOWN.read() == table(FORGERIES), "run `make forgeries-table`"


def test_there_are_enough_forgeries_each_with_a_name_of_its_own():
    assert sum(forgery.toolchain == "pytest" for forgery in FORGERIES) >= 30
    assert len({(forgery.toolchain, forgery.name) for forgery in FORGERIES}) == len(FORGERIES)
    assert all(set(forgery.files) <= set(GROUNDS[forgery.toolchain].places) for forgery in FORGERIES)
    assert all(forgery.caught != bool(forgery.why) for forgery in FORGERIES)
