"""What a draft does, where the base commit could not be asked whether it does so, too."""

from aurora.domain.exercise import Breach, ExerciseOrder
from aurora.domain.runs import ExecEnd
from aurora.ports import ServedExercise
from tests.support.exercised_draft import ALL, Bench
from tests.support.served_sandbox import answered, seen, silent

BROKEN = answered(seen(Breach.SERVER_ERROR), seen(Breach.STATUS_CODE, "POST /items", 418))


def late(order: ExerciseOrder) -> ServedExercise:
    return ServedExercise(end=ExecEnd.OUT_OF_TIME, exit_code=137, stdout="", stderr="", not_ready="it did not listen")


async def test_a_base_commit_that_a_busy_machine_keeps_from_being_asked_makes_no_breach_a_new_one() -> None:
    report = await Bench(BROKEN, late).checked()
    assert report.passed
    reported = [note.message for note in report.notes if "could not be determined: it did not listen" in note.message]
    assert [message.partition(" answered")[0] for message in reported] == ["GET /items", "POST /items"]


async def test_of_a_base_commit_that_does_not_start_only_touched_operations_have_to_hold() -> None:
    report = await Bench(BROKEN, silent("it ended with code 1")).checked()
    assert [finding.message.partition(" answered")[0] for finding in report.findings] == ["GET /items"]
    assert any("POST /items" in note.message and "it ended with code 1" in note.message for note in report.notes)


async def test_what_the_base_commit_was_not_sent_before_its_time_was_over_is_no_new_breach() -> None:
    def at_base(order: ExerciseOrder) -> ServedExercise:
        return (answered(left_out=dict.fromkeys(ALL, "the time was over"), trouble="late") if order.again else clean)(
            order
        )

    clean = answered()
    bench = Bench(answered(*(seen(Breach.SERVER_ERROR, status=500 + n) for n in range(3))), at_base)
    report = await bench.checked()
    assert [finding.message.partition(":")[0] for finding in report.findings] == [
        "GET /items answered 500",
        "GET /items answered 501",
    ]
    assert any("GET /items answered 502" in note.message and "could not be determined: late" in note.message
               for note in report.notes)  # fmt: skip
