"""How often a long step is told of where no spinner shows it."""

from aurora.cli.lines import Lines, Pace
from aurora.client.events import Event


def news(at: float, stage: str, activity: str = "open_workspace") -> Event:
    text = f"{stage}: 1 of 9 tests, {at:.0f} s"
    return Event(at=at, kind="progress", what=activity, activity=activity, stage=stage, text=text)


def test_a_stage_is_told_once_it_lasts_and_then_once_a_minute() -> None:
    pace = Pace()
    reported = [at for at in range(0, 200, 2) if pace.line_of(news(at, "runs the tests of the base commit"))]
    assert reported == [10, 70, 130, 190]


def test_a_short_stage_is_not_told_and_the_next_one_begins_anew() -> None:
    pace = Pace()
    assert not pace.line_of(news(0, "opens"))
    assert not pace.line_of(news(8, "builds"))
    assert not pace.line_of(news(16, "builds"))
    assert "builds: 1 of 9 tests" in (pace.line_of(news(18, "builds")) or "")
    assert not pace.line_of(news(20, "builds", activity="run_tests"))


def test_news_of_a_long_step_is_no_line_of_its_own() -> None:
    assert Lines().line_of(news(1, "builds")) is None
