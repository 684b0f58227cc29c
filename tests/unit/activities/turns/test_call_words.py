"""Tool calls in plain English, before and after they were made."""

from activities.turns.call_words import asked_for, done, subject_of
from aurora.ports import Block
from aurora.tools.tool_results import tool_result


def use(name: str, **given: object) -> Block:
    return {"type": "tool_use", "id": f"toolu_{name}", "name": name, "input": given}


CALLS = [
    use("write_file", path="app/users.py", content="x"),
    use("edit_file", path="app/main.py"),
    use("edit_file", path="app/main.py"),
    use("search_code", pattern="409|conflict"),
    use("move_file", path="a.py", to="b.py"),
    use("run_pytest", selection=["tests/test_users.py"]),
    use("finish", summary="Models and routes are wired in."),
]


def test_calls_are_told_as_what_is_to_be_done_and_as_what_was_done() -> None:
    assert asked_for(CALLS) == (
        "write app/users.py, edit app/main.py (2 times), search for '409|conflict', move a.py to b.py, "
        "run tests tests/test_users.py, finish"
    )
    results = [tool_result(one, "5 passed, 3 failed\nmore") for one in CALLS]
    assert done(CALLS, results) == (
        "wrote app/users.py; edited app/main.py (2 times); searched for '409|conflict'; moved a.py to b.py; "
        "ran tests tests/test_users.py: 5 passed, 3 failed; finished: Models and routes are wired in."
    )


def test_a_refused_call_says_what_could_not_be_done_and_why() -> None:
    call = use("edit_file", path="tests/test_a.py")
    assert done([call], [tool_result(call, "It is frozen.", True)]) == "could not edit tests/test_a.py: It is frozen."


def test_a_tool_that_has_no_words_yet_is_told_by_its_name() -> None:
    call = use("dance", path="a.py")
    assert asked_for([call]) == "dance a.py"
    assert done([call], [tool_result(call, "")]) == "dance a.py"


def test_an_input_that_is_no_object_has_no_subject() -> None:
    assert subject_of({"name": "read_file", "input": "a.py"}) == ""
