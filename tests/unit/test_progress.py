"""The progress of a long operation, bounded and cleaned, and the reading of it."""

from aurora import progress
from aurora.progress import Doing, Progress


def at(progress_of: Progress) -> str:
    assert progress_of.doing is not None
    return str(progress_of.doing)


def test_a_stage_tells_its_seconds_and_forgets_the_details_of_the_one_before() -> None:
    now = [100.0]
    reported = Progress(_clock=lambda: now[0])
    assert reported.doing is None
    reported.stage("builds the image")
    reported.line("Downloading torch (800 MiB)\n")
    now[0] = 147.9
    assert at(reported) == "builds the image: Downloading torch (800 MiB), 47 s"
    reported.stage("runs the tests")
    assert at(reported) == "runs the tests, 0 s"


def test_a_program_s_line_is_one_line_without_codes_hidden_characters_or_credentials() -> None:
    reported = Progress()
    reported.stage("builds")
    reported.line("\x1b[31mFetching\x1b[0m https://ada:hunter2secret@index.example/simple\u200b\r\n" + "x" * 5_000)
    said = at(reported)
    assert "\x1b" not in said and "\u200b" not in said and "hunter2secret" not in said and "\n" not in said
    assert len(said) < 250
    reported.line(" \n")
    assert at(reported) == said


def test_counts_of_tests_are_bounded_whatever_the_box_says() -> None:
    reported = Progress()
    reported.stage("runs")
    reported.tests(12, 850)
    assert "12 of 850 tests" in at(reported)
    reported.tests(0, 0)
    assert "collecting" in at(reported)
    reported.tests(13, 12)
    assert "13 tests" in at(reported)
    reported.tests(-5, 10**40)
    assert "0 of 10000000 tests" in at(reported)


def test_a_reader_takes_what_was_sent_and_nothing_else() -> None:
    sent = Doing(stage="runs", detail="1 of 2 tests", seconds=3)
    assert progress.read({progress.DETAIL: sent.model_dump(mode="json")}) == sent
    for other in (None, 3, {}, {"progress": "x"}, {"progress": {}}, {"progress": {"stage": 4}}):
        assert progress.read(other) is None
    odd = progress.read({"progress": {"stage": "a\x1b[2Jb" * 500, "detail": ["x"], "seconds": -4}})
    assert odd is not None and odd.detail == "" and odd.seconds == 0 and "\x1b" not in odd.stage
    assert len(odd.stage) <= progress.STAGE_CHARS


async def test_nothing_is_told_where_nobody_listens() -> None:
    progress.stage("alone")
    assert progress.CURRENT.get() is None
