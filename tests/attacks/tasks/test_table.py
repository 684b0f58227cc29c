from tests.attacks.tasks.table import ATTACKS, IN_EVERY_RUN, SHOWN, table


def test_the_document_shows_the_attacks_as_they_are() -> None:
    assert SHOWN.read() == table(ATTACKS), "run `make attacks-table`"


def test_every_attack_has_a_name_of_its_own_and_a_prize() -> None:
    names = [attack.name for attack in ATTACKS]
    assert len(set(names)) == len(names) >= 35
    assert all(attack.wins for attack in ATTACKS)
    assert set(IN_EVERY_RUN) <= set(names)
