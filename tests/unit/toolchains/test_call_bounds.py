"""Bounds on how often a client may call, told by the names of variables."""

import pytest

from aurora.toolchains.call_bounds import LIFTED, lifted


@pytest.mark.parametrize(
    ("name", "value", "there"),
    [
        ("COMMON_RATE_LIMIT_MAX_REQUESTS", "20", LIFTED),
        ("THROTTLE_LIMIT", "10", LIFTED),
        ("RATE_LIMIT_PER_MINUTE", "60", LIFTED),
        ("RATELIMIT_DEFAULT", "200 per day; 50 per hour", f"{LIFTED} per day; {LIFTED} per hour"),
        ("THROTTLE_RATE", "5/minute", f"{LIFTED}/minute"),
    ],
)
def test_a_bound_is_lifted(name: str, value: str, there: str) -> None:
    assert lifted({name: value}) == {name: there}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("COMMON_RATE_LIMIT_WINDOW_MS", "1000"),
        ("THROTTLE_TTL", "60"),
        ("RATE_LIMIT_ENABLED", "true"),
        ("UPLOAD_LIMIT", "10"),
        ("PAGE_LIMIT", "20"),
        ("CORPORATE_LIMIT", "20"),
    ],
)
def test_what_bounds_something_else_is_left(name: str, value: str) -> None:
    assert lifted({name: value}) == {}


def test_a_bound_that_only_the_code_names_is_lifted() -> None:
    text = "limit: Number(process.env.RATE_LIMIT_MAX ?? 100), windowMs: env.RATE_LIMIT_WINDOW_MS, x: RATE_LIMIT_STORE"
    assert lifted({}, [text]) == {"RATE_LIMIT_MAX": LIFTED}
