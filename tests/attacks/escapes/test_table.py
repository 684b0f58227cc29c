from tests.attacks.escapes.table import ATTEMPTS, SHOWN, share, table


def test_the_document_shows_the_attempts_as_they_are():
    assert SHOWN.read() == table(ATTEMPTS), "run `make escapes-table`"


def test_there_are_enough_attempts_each_with_a_name_of_its_own_and_a_prize():
    assert len(ATTEMPTS) >= 60
    assert len({(attempt.group, attempt.name) for attempt in ATTEMPTS}) == len(ATTEMPTS)
    assert all(attempt.wins and len(attempt.wins) < 100 for attempt in ATTEMPTS)


def test_a_run_of_all_tests_plays_a_part_of_every_group():
    played = share(ATTEMPTS)
    assert {attempt.group for attempt in played} == {attempt.group for attempt in ATTEMPTS}
    assert not any(attempt.slow for attempt in played)
    assert sum(attempt.held for attempt in ATTEMPTS) >= 60
