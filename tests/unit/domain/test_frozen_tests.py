"""The tests of a part, and those of the parts before it."""

from aurora.domain.frozen_tests import EarlierTests, FrozenTests, Rewrite, Snapshot

OLD, NEW = Snapshot(commit="a" * 40), Snapshot(commit="b" * 40)
USERS = EarlierTests(part=1, title="users", files=("tests/test_users.py", "tests/u.test.ts"), tests=2, seen_red=OLD)
REWRITTEN = Rewrite(test="tests/test_users.py::test_a", clause="", decided_by="check", before="", after="")
BOTH = FrozenTests(
    files={"tests/test_users.py": "1", "tests/u.test.ts": "2", "tests/test_orders.py": "3"},
    test_ids=("tests/test_orders.py::test_b[x]", "tests/test_users.py::test_a", "tests/u.test.ts > u > works"),
    red=("tests/test_orders.py::test_b[x]", "tests/u.test.ts > u > works"),
    red_against={"tests/test_users.py::test_a": "x -> y"},
    rewrites=(REWRITTEN,),
    seen_red=NEW,
    earlier=(USERS,),
)


def test_a_parts_own_tests_are_told_from_those_of_earlier_parts() -> None:
    own = BOTH.of_part
    assert list(own.files) == ["tests/test_orders.py"]
    assert own.test_ids == own.red == ("tests/test_orders.py::test_b[x]",)
    assert own.red_against == {} and own.rewrites == ()
    assert len(BOTH.protected) == 3 and not BOTH.of_earlier_parts


def test_without_parts_all_are_its_own() -> None:
    alone = BOTH.model_copy(update={"earlier": ()})
    assert alone.of_part is alone and not alone.of_earlier_parts


def test_before_the_next_parts_tests_are_frozen_there_are_only_those_of_earlier_parts() -> None:
    before = FrozenTests(
        files={"tests/test_users.py": "1"}, test_ids=("tests/test_users.py::t",), red=(), earlier=(USERS,)
    )
    assert before.of_earlier_parts


def test_a_test_is_replayed_where_its_own_part_was_red() -> None:
    assert BOTH.bare("tests/test_users.py") == (None, OLD)
    assert BOTH.bare("tests/test_orders.py") == (None, NEW)
