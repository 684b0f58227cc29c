import base64
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from aurora import logs
from aurora.errors import Refusal
from aurora.settings.webhooks import EVERY_EVENT
from aurora.settings.worker import described, load

SECRET = "whsec_" + base64.b64encode(b"hidden-secret-of-32-bytes-length").decode()
URL = "https://hooks.example.com:8443/hidden/path?sig=hidden"


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> Iterator[pytest.MonkeyPatch]:
    for name in list(os.environ):
        if name.startswith(("AURORA_", "ANTHROPIC_", "TEMPORAL_", "XDG_")):
            monkeypatch.delenv(name)
    yield monkeypatch


def given(**more: Any) -> str:
    return json.dumps([{"name": "team", "url": URL, "secret": SECRET} | more])


def test_a_webhook_takes_everything_of_everyone_unless_it_says_less(
    environment: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    assert load().webhooks == ()
    file = tmp_path / "worker.yaml"
    file.write_text(
        f"webhooks:\n- {{name: team, url: '{URL}', secret: {SECRET}}}\n"
        "- {name: ada, url: 'http://x', secret_env: AURORA_ADA_SECRET, events: [on_reminder], people: [ada]}\n"
    )
    environment.setenv("AURORA_SETTINGS", str(file))
    team, ada = load().webhooks
    assert (team.events, team.people) == (EVERY_EVENT, ())
    assert (ada.events, ada.people) == (("on_reminder",), ("ada",))
    assert team.keys() == (b"hidden-secret-of-32-bytes-length",)


def test_the_secret_of_a_variable_is_looked_up_when_asked(environment: pytest.MonkeyPatch) -> None:
    environment.setenv("AURORA_WEBHOOKS", given(secret=None, secret_env="AURORA_NOTICE_SECRET"))
    settings = load()
    with pytest.raises(ValueError, match="AURORA_NOTICE_SECRET is not set"):
        settings.webhooks[0].keys()
    assert settings.secrets() == ()
    environment.setenv("AURORA_NOTICE_SECRET", SECRET)
    assert settings.webhooks[0].keys() == (b"hidden-secret-of-32-bytes-length",)
    assert settings.secrets() == (SECRET,)
    environment.setenv("AURORA_NOTICE_SECRET", "hidden-but-no-secret")
    with pytest.raises(ValueError, match="whsec_") as caught:
        settings.webhooks[0].keys()
    assert "hidden" not in str(caught.value)


def test_neither_a_secret_nor_a_path_is_ever_shown(environment: pytest.MonkeyPatch) -> None:
    environment.setenv("AURORA_WEBHOOKS", given())
    settings = load()
    for shown in (repr(settings), str(settings), described(settings), repr(settings.webhooks), str(settings.webhooks)):
        assert "hidden" not in shown
        assert SECRET not in shown
    assert settings.webhooks[0].where == "https://hooks.example.com:8443"
    assert settings.secrets() == (SECRET,)
    assert SECRET not in str(logs.redacted(f"signed with {SECRET}"))


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ({"url": "ftp://hidden"}, "http:// or https://"),
        ({"url": "hidden"}, "http:// or https://"),
        ({"url": "https://"}, "with a host"),
        ({"url": "https://hidden:hidden@example.com/"}, "user or password"),
        ({"url": "https://hidden@example.com/"}, "user or password"),
        ({"url": "https://example.com:hidden/"}, "can't be read"),
        ({"url": "https://[hidden/"}, "can't be read"),
        ({"url": "https://example.com/hidden\nx"}, "blanks"),
        ({"url": "https://example.com/#hidden"}, "fragment"),
        ({"secret": "hidden"}, "whsec_"),
        ({"secret": "whsec_" + base64.b64encode(b"hidden").decode()}, "24 to 64 bytes"),
        ({"secret": f"{SECRET} hidden"}, "24 to 64 bytes"),
        ({"secret": " "}, "the secret is empty"),
        ({"secret": None}, "either secret or secret_env"),
        ({"secret_env": "HIDDEN"}, "either secret or secret_env"),
        ({"secret": None, "secret_env": "$hidden"}, "secret_env"),
        ({"name": "../hidden"}, "name"),
        ({"events": []}, "events"),
        ({"events": ["on_hidden"]}, "events"),
        ({"peple": ["hidden"]}, "webhooks.0.peple"),
    ],
)
def test_a_bad_webhook_starts_nothing_and_is_not_repeated(
    environment: pytest.MonkeyPatch, more: dict[str, Any], says: str
) -> None:
    environment.setenv("AURORA_WEBHOOKS", given(**more))
    with pytest.raises(Refusal) as caught:
        load()
    assert says in caught.value.what
    assert "hidden" not in str(caught.value)


def test_two_webhooks_of_one_name_are_refused(environment: pytest.MonkeyPatch) -> None:
    environment.setenv("AURORA_WEBHOOKS", json.dumps(json.loads(given()) * 2))
    with pytest.raises(Refusal, match="'team' is given twice"):
        load()


def test_a_misspelt_list_of_webhooks_is_not_no_webhook(environment: pytest.MonkeyPatch) -> None:
    environment.setenv("AURORA_WEBHOKS", given())
    with pytest.raises(Refusal, match="AURORA_WEBHOOKS"):
        load()
