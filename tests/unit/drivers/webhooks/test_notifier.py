"""The driver against a real receiver: every promise of docs/operating/notifications.md."""

import email.utils
import itertools
import re
import socket
import time
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr
from starlette.responses import Response

from activities.interceptors.heartbeats import LONGEST_DELAY as LONGEST_REPORTED
from aurora.domain.notices import Notice, NoticeQuestion, Reception
from aurora.domain.outcome import OutcomeKind
from aurora.domain.questions import QuestionKind
from aurora.drivers.retry_after import MAX_RETRY_AFTER, retry_after
from aurora.drivers.webhooks import message
from aurora.drivers.webhooks import notifier as webhooks_notifier
from aurora.drivers.webhooks.notifier import (
    LONGEST_DELAY,
    LONGEST_JITTER,
    OUTAGE_TRIED,
    REFUSALS_TRIED,
    WebhookNotifier,
    delayed,
)
from aurora.errors import NoticeError
from aurora.settings.webhooks import Webhook
from tests.support.webhook_receiver import SECRET, cutting, dripping, flooding, receiving

ROOT = Path(__file__).parents[4]


def notice(**more: Any) -> Notice:
    question = NoticeQuestion(id="q1", kind=QuestionKind.DECISION, text="Soft delete?", options=("yes", "no"))
    given = {"key": "q1-0", "event": "on_question", "to": "ada", "task_id": "t1", "at": 1_790_000_000}
    return Notice(**({"questions": (question,)} | given | more))


def hook(url: str, **more: Any) -> Webhook:
    return Webhook(**({"name": "team", "url": url, "secret": SECRET} | more))


def notifier(url: str, *, seconds: float = 5, **more: Any) -> WebhookNotifier:
    return WebhookNotifier([hook(url, **more)], answer_seconds=seconds)


async def tell(url: str, reported: Notice | None = None, *, attempt: int = 1, **more: Any) -> Reception:
    return await notifier(url, **more).tell("team", reported or notice(), attempt=attempt)


# ── what is sent ─────────────────────────────────────────────────────────────────────────────────────────────────


async def test_a_notice_arrives_signed_named_and_whole() -> None:
    async with receiving() as receiver:
        assert await tell(receiver.url) == Reception(webhook="team", taken=True, said="200")
    (came,) = receiver.received
    assert came.signed_by(SECRET)
    assert came.headers["webhook-id"] == notice().message_id
    assert abs(int(came.headers["webhook-timestamp"]) - time.time()) < 5
    assert came.headers["content-type"] == "application/json; charset=utf-8"
    assert (came.payload["type"], came.payload["timestamp"]) == ("task.question", "2026-09-21T14:13:20Z")
    assert came.payload["data"]["questions"][0]["options"] == ["yes", "no"]
    assert came.payload["data"]["task_id"] == "t1"


def test_the_signature_is_the_one_of_the_specifications_own_library() -> None:
    # made by standardwebhooks 1.1.0: Webhook("whsec_MfKQ…").sign(id, timestamp, data)
    (key,) = hook("http://x", secret="whsec_" + "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLLSw").keys()
    made = message.signature(key, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, b'{"test": 2432232314}')
    assert made == "v1,Js6jdfqhs19sfV+cmZRzd/1WYb0qw4VQ4weezCldsMA="


async def test_the_code_in_the_documentation_verifies_what_is_sent() -> None:
    text = (ROOT / "docs" / "operating" / "notifications.md").read_text(encoding="utf-8")
    code = re.findall(r"```python\n(.*?)```", text, re.DOTALL)[0]
    found: dict[str, Any] = {}
    exec(code, found)
    async with receiving() as receiver:
        await tell(receiver.url)
    (came,) = receiver.received
    assert found["verified"](SECRET, came.headers, came.content)["type"] == "task.question"
    for headers, content in (
        (came.headers, came.content + b" "),
        (came.headers | {"webhook-timestamp": str(int(time.time()) - 3_600)}, came.content),
        (came.headers | {"webhook-id": "msg_other"}, came.content),
    ):
        with pytest.raises(ValueError):
            found["verified"](SECRET, headers, content)


async def test_two_secrets_sign_both() -> None:
    old = SECRET.replace("aw", "bw")
    async with receiving() as receiver:
        await tell(receiver.url, secret=f"{SECRET} {old}")
    assert receiver.received[0].signed_by(SECRET)
    assert receiver.received[0].signed_by(old)


async def test_every_script_survives_the_way() -> None:
    text = "Größe in 平方メートル? \u202e \u0000 😀 \\u0041 </script>"
    asked = NoticeQuestion(id="q1", kind=QuestionKind.DECISION, text=text)
    async with receiving() as receiver:
        await tell(receiver.url, notice(to="Žofie", key="q1/Žofie\n", questions=(asked,)))
    (came,) = receiver.received
    assert came.signed_by(SECRET)
    assert came.payload["data"]["questions"][0]["text"] == text
    assert came.payload["data"]["to"] == "Žofie"


async def test_several_questions_travel_in_one_message() -> None:
    asked = tuple(NoticeQuestion(id=f"q{n}", kind=QuestionKind.DECISION, text="?") for n in range(5))
    async with receiving() as receiver:
        await tell(receiver.url, notice(questions=asked))
    assert [one["id"] for one in receiver.received[0].payload["data"]["questions"]] == ["q0", "q1", "q2", "q3", "q4"]
    assert len(receiver.received) == 1


async def test_every_try_has_the_same_name_and_body_and_its_own_time(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = itertools.count(1_790_000_000, 600)
    monkeypatch.setattr(webhooks_notifier, "time", type("Clock", (), {"time": staticmethod(lambda: next(clock))}))
    async with receiving(Response(status_code=503)) as receiver:
        with pytest.raises(NoticeError):
            await tell(receiver.url)
        await tell(receiver.url, attempt=2)
    first, second = receiver.received
    assert first.headers["webhook-id"] == second.headers["webhook-id"]
    assert first.content == second.content
    assert int(second.headers["webhook-timestamp"]) - int(first.headers["webhook-timestamp"]) == 600
    assert second.signed_by(SECRET)


def test_a_message_has_a_name_of_its_own_that_fits_a_header_and_a_path() -> None:
    reported = [notice(), notice(task_id="t2"), notice(tenant="b"), notice(key="q1-1"), notice(key="Ž.\n")]
    assert len({one.message_id for one in reported}) == len(reported)
    assert all(re.fullmatch(r"msg_[0-9a-f]{32}", one.message_id) for one in reported)
    assert notice(summary="changed").message_id == notice().message_id


# ── who is told ──────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_webhook_takes_its_events_and_its_people_only() -> None:
    every = WebhookNotifier(
        [
            hook("http://x", name="all"),
            hook("http://x", name="ada", people=("ada",)),
            hook("http://x", name="ends", events=("on_outcome",)),
        ]
    )
    assert every.webhooks(notice()) == ["all", "ada"]
    assert every.webhooks(notice(to="")) == ["all"]
    assert every.webhooks(notice(event="on_outcome", to="bob", outcome=OutcomeKind.COMMITTED)) == ["all", "ends"]
    assert every.tells("on_reminder")
    assert not WebhookNotifier([hook("http://x", events=("on_outcome",))]).tells("on_question")


# ── what the receiver may say ────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("status", [200, 201, 202, 204, 299])
async def test_any_2xx_takes_it(status: int) -> None:
    async with receiving(Response(status_code=status)) as receiver:
        assert (await tell(receiver.url)).taken


@pytest.mark.parametrize("status", [408, 425, 429, 500, 501, 502, 503, 504, 529])
async def test_not_now_is_trouble_for_days(status: int) -> None:
    async with receiving(*[Response("busy", status_code=status)] * 3) as receiver:
        for attempt in (1, OUTAGE_TRIED - 1):
            with pytest.raises(NoticeError, match=f"{status} busy"):
                await tell(receiver.url, attempt=attempt)
        assert not (await tell(receiver.url, attempt=OUTAGE_TRIED)).taken


def test_the_bounds_on_tries_are_as_long_as_they_say() -> None:
    def waited(tries: int, asked: float | None) -> float:
        return sum(delayed("t1", attempt, asked) for attempt in range(1, tries))

    assert 5 * 60 < waited(REFUSALS_TRIED, None) < 31 * 60
    assert 1.5 < waited(OUTAGE_TRIED, None) / 86_400 < waited(OUTAGE_TRIED, MAX_RETRY_AFTER) / 86_400 < 5.5


async def test_gone_is_final_at_once() -> None:
    async with receiving(Response(status_code=410)) as receiver:
        assert await tell(receiver.url) == Reception(webhook="team", taken=False, said="410")


@pytest.mark.parametrize("status", [301, 304, 400, 401, 403, 404, 405, 409, 413, 422])
async def test_a_refusal_is_final_only_when_it_was_said_often(status: int) -> None:
    async with receiving(*[Response("no", status_code=status)] * 2) as receiver:
        with pytest.raises(NoticeError):
            await tell(receiver.url, attempt=REFUSALS_TRIED - 1)
        reception = await tell(receiver.url, attempt=REFUSALS_TRIED)
    assert not reception.taken
    assert reception.said.startswith(str(status))


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize("where", ["other", "/elsewhere", "//other", "file:///etc/passwd", "https://[broken"])
async def test_a_redirect_is_not_followed_and_said_without_its_path(status: int, where: str) -> None:
    async with receiving() as other:
        port = other.url.rsplit(":", 1)[1]
        to = {"other": f"http://127.0.0.1:{port}?token=hidden", "//other": f"//127.0.0.1:{port}"}.get(where, where)
        redirect = Response(status_code=status, headers={"location": to})
        async with receiving(*[redirect] * 2) as receiver:
            with pytest.raises(NoticeError, match=f"{status} a redirect to .*not followed") as caught:
                await tell(receiver.url)
            reception = await tell(receiver.url, attempt=REFUSALS_TRIED)
            assert [one.path for one in receiver.received] == ["/hook"] * 2
    assert (reception.taken, "a redirect to" in reception.said) == (False, True)
    assert "hidden" not in str(caught.value) and "passwd" not in str(caught.value)
    assert other.received == []


async def test_neither_a_proxy_nor_credentials_of_the_environment_are_taken(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    async with receiving() as proxy, receiving() as receiver:
        for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
            monkeypatch.setenv(name, proxy.url.removesuffix("/hook"))
        monkeypatch.delenv("NO_PROXY", raising=False)
        monkeypatch.delenv("no_proxy", raising=False)
        (tmp_path / ".netrc").write_text("machine 127.0.0.1 login me password hidden\n")
        (tmp_path / ".netrc").chmod(0o600)
        monkeypatch.setenv("HOME", str(tmp_path))
        monkeypatch.setenv("NETRC", str(tmp_path / ".netrc"))
        assert (await tell(receiver.url)).taken
        assert proxy.received == []
        assert "authorization" not in receiver.received[0].headers


async def test_a_proxy_that_a_webhook_names_is_taken() -> None:
    async with cutting(b"HTTP/1.1 204 Through\r\ncontent-length: 0\r\n\r\n") as proxy, receiving() as receiver:
        reception = await tell(receiver.url, proxy=proxy.removesuffix("/hook"))
    assert (reception.taken, reception.said, receiver.received) == (True, "204", [])


def test_a_proxy_is_an_address_and_never_shown() -> None:
    one = hook("https://example.com/x", proxy="http://me:hidden@proxy:3128")
    assert "hidden" not in repr(one) and one.through() == "http://me:hidden@proxy:3128"
    with pytest.raises(ValueError, match="proxy must be"):
        hook("https://example.com/x", proxy="ftp://proxy")


@pytest.mark.parametrize("head", [b"", b"HTTP/1.1 200", b"garbage\r\n\r\n"], ids=["silent", "half a line", "no HTTP"])
async def test_a_cut_connection_is_trouble(head: bytes) -> None:
    async with cutting(head) as url:
        with pytest.raises(NoticeError) as caught:
            await tell(url)
    assert caught.value.retry_after is not None


async def test_a_2xx_counts_although_its_body_is_cut() -> None:
    async with cutting(b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nhalf") as url:
        assert (await tell(url)).taken


async def test_nobody_there_is_trouble() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    with pytest.raises(NoticeError, match=f"'team' at http://127.0.0.1:{port} did not take"):
        await tell(f"http://127.0.0.1:{port}/secret-path?token=hidden")


async def test_the_token_in_an_address_is_never_shown() -> None:
    async with receiving(Response(status_code=500)) as receiver:
        with pytest.raises(NoticeError) as caught:
            await tell(receiver.url + "/hidden?sig=hidden")
    assert receiver.received[0].path == "/hook/hidden"
    assert "hidden" not in str(caught.value)


async def test_a_slow_receiver_is_left() -> None:
    async with receiving(5.0) as receiver:
        began = time.monotonic()
        with pytest.raises(NoticeError, match="no answer in time"):
            await tell(receiver.url, seconds=0.3)
    assert time.monotonic() - began < 2


async def test_a_body_without_end_is_not_read() -> None:
    for answer in (flooding(200), dripping(200, every=0.01)):
        async with receiving(answer) as receiver:
            began = time.monotonic()
            assert (await tell(receiver.url)).taken
        assert time.monotonic() - began < 1
    for answer in (flooding(500), dripping(500, every=0.2)):
        async with receiving(answer) as receiver:
            began = time.monotonic()
            with pytest.raises(NoticeError) as caught:
                await tell(receiver.url)
        assert time.monotonic() - began < 3
        assert len(str(caught.value)) < 600


async def test_a_secret_that_is_not_there_sends_nothing_unsigned(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AURORA_NOTICE_SECRET", raising=False)
    async with receiving() as receiver:
        lacking = {"secret": None, "secret_env": "AURORA_NOTICE_SECRET"}
        with pytest.raises(NoticeError, match="AURORA_NOTICE_SECRET is not set"):
            await tell(receiver.url, **lacking)
        assert receiver.received == []
        monkeypatch.setenv("AURORA_NOTICE_SECRET", SECRET)
        assert (await tell(receiver.url, attempt=2, **lacking)).taken
        assert receiver.received[0].signed_by(SECRET)


# ── when it is told again ────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("status", [429, 503])
async def test_the_delay_asked_for_is_kept_and_spread(status: int) -> None:
    dated = email.utils.formatdate(time.time() + 60, usegmt=True)
    delays = []
    async with receiving(*[Response(status_code=status, headers={"retry-after": "60"})] * 2) as receiver:
        for task in ("t1", "t2"):
            with pytest.raises(NoticeError) as caught:
                await tell(receiver.url, notice(task_id=task))
            delays.append(caught.value.retry_after or 0)
        receiver.answers.append(Response(status_code=status, headers={"retry-after": dated}))
        with pytest.raises(NoticeError) as caught:
            await tell(receiver.url)
        delays.append(caught.value.retry_after or 0)
    assert all(58 <= delay <= 76 for delay in delays), delays
    assert len(set(delays)) == 3


def test_delays_grow_within_their_bounds() -> None:
    for attempt, ceiling in ((1, 5), (2, 10), (3, 20), (8, LONGEST_DELAY), (10_000, LONGEST_DELAY)):
        spread = [delayed(f"t{n}", attempt, None) for n in range(500)]
        assert 1 <= min(spread) < 1 + ceiling * 0.05
        assert ceiling * 0.9 < max(spread) <= ceiling


def test_tasks_that_waited_out_an_outage_do_not_come_back_at_once() -> None:
    spread = sorted(delayed(f"t{n}", 9, None) for n in range(1_000))
    busiest = max(sum(second <= one < second + 1 for one in spread) for second in range(int(LONGEST_DELAY)))
    assert busiest <= 12
    assert delayed("t1", 9, None) == delayed("t1", 9, None)


@pytest.mark.parametrize("asked", [0.0, 1.0, 60.0, 900.0, MAX_RETRY_AFTER])
def test_a_delay_asked_for_never_loses_its_jitter(asked: float) -> None:
    for attempt in (1, 5, 100):
        spread = [delayed(f"t{n}", attempt, asked) for n in range(200)]
        assert len(set(spread)) == 200
        assert min(spread) >= min(asked, LONGEST_DELAY)
        assert max(spread) <= min(asked, LONGEST_DELAY) + LONGEST_JITTER < LONGEST_REPORTED.total_seconds()


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("30", 30),
        ("0", 0),
        ("-5", 0),
        ("1e9", MAX_RETRY_AFTER),
        ("inf", MAX_RETRY_AFTER),
        ("nan", None),
        ("soon", None),
        ("", None),
        ("Wed, 21 Oct 2015 07:28:00 GMT", 0),
        ("Wed, 21 Oct 99999 07:28:00 GMT", None),
        ("Wed, 99 Xyz 2015 07:28:00 GMT", None),
    ],
)
def test_a_delay_is_read_whatever_is_written(text: str, seconds: float | None) -> None:
    assert retry_after({"retry-after": text}) == seconds


def test_a_secret_is_shown_nowhere() -> None:
    one = hook("https://example.com/T0/hidden", secret=SecretStr(SECRET))
    assert SECRET not in repr(one) and "hidden" not in repr(one)
    assert one.where == "https://example.com"
