import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from aurora.output import cut, hidden_characters, normalise, plain, present, redact, reveal, strip_ansi

NOISE = st.sampled_from(
    ["in 1.23s", "took 5 ms", "at 0x7f12ab34cd56", "0x7f12ab34cd56", "/tmp/pytest-of-me/pytest-12/test_a0",
     "/tmp/tmpab12", "2026-11-24T00:30:57.123456Z", "2026-11-24 00:30:57 ", "pid 123", "PYTHONHASHSEED=7",
     "localhost:54321", "(0.02s)", "\x1b[31m", "\x1b", "[0m", "\r\n", "\r", "\n", "\u200b", "\0", "1", ".", "s",
     " in ", " ", "at ", "0x", "<", "["]
)  # fmt: skip
TEXT = st.text(max_size=200) | st.lists(NOISE, max_size=12).map("".join)


@pytest.mark.parametrize(
    ("raw", "stable"),
    [
        ("===== 3 passed in 0.12s =====", "===== 3 passed in <duration> ====="),
        ("3 passed in 75.30s (0:01:15)", "3 passed in <duration>"),
        ("0.01s call     tests/test_a.py::test_b", "<duration> call     tests/test_a.py::test_b"),
        ("<Foo object at 0x7f3a2b1c4d50>", "<Foo object at <address>>"),
        ("/tmp/pytest-of-tester/pytest-7/test_x0/f.db", "<tmp>/test_x0/f.db"),
        ("/tmp/tmpa1b2c3d4/x", "<tmp>/x"),
        ("2026-11-24 00:30:57,123 INFO started", "<timestamp> INFO started"),
        ("[2026-11-24T00:30:57] started", "[<timestamp>] started"),
        ("worker pid=4711 ended", "worker pid=<pid> ended"),
        ("Using --randomly-seed=12345", "Using --randomly-seed=<seed>"),
        ("http://127.0.0.1:54321/users", "http://127.0.0.1:<port>/users"),
        ("\x1b[1;31mred\x1b[0m", "red"),
        ("a\r\nb\rc", "a\nb\nc"),
    ],
)
def test_what_differs_from_run_to_run_is_made_stable(raw: str, stable: str) -> None:
    assert normalise(raw) == stable


@pytest.mark.parametrize(
    "news",
    [
        "assert '2024-01-01T00:00:00Z' == '2024-01-02T00:00:00Z'",
        "assert 0xff == 255",
        "timeout: 30 seconds expected, 60 given",
        "assert response.status_code == 201",
        "http://localhost:8000/users",
        "tests/test_users.py:42: AssertionError",
    ],
)
def test_what_an_assertion_is_about_is_left_alone(news: str) -> None:
    assert normalise(news) == news


@given(TEXT)
@example("0000-00-00T00:00:00.000Z0x00000000000")
def test_making_stable_twice_changes_nothing_more(text: str) -> None:
    once = normalise(text)
    assert normalise(once) == once


@given(TEXT)
def test_showing_hidden_characters_twice_changes_nothing_more(text: str) -> None:
    once = reveal(text)
    assert reveal(once) == once
    assert hidden_characters(once) == ()
    once.encode()


@given(TEXT)
def test_no_escape_sequence_survives(text: str) -> None:
    assert "\x1b" not in strip_ansi(text)


@given(TEXT, st.integers(min_value=0, max_value=300))
def test_a_cut_text_is_within_its_bound_and_a_second_cut_changes_nothing(text: str, limit: int) -> None:
    once = cut(text, limit)
    assert len(once) <= limit
    assert cut(once, limit) == once


@given(TEXT, st.lists(st.text(min_size=8, max_size=20), max_size=3), st.integers(min_value=0, max_value=300))
def test_no_text_crashes_the_whole_way(text: str, secrets: list[str], limit: int) -> None:
    assert len(present(text, limit, secrets)) <= limit


@given(st.text(alphabet="abc \n", max_size=80), st.text(alphabet="XYZ0123456789", min_size=8, max_size=30))
def test_a_secret_never_survives(text: str, secret: str) -> None:
    assert secret not in redact(f"{text}{secret}{text}", [secret])


def test_a_cut_says_how_much_and_where_the_whole_is() -> None:
    shown = cut("x" * 5_000 + "the end", 500, "sha256:abc")
    assert "characters cut; whole output in artifact sha256:abc …]" in shown
    assert shown.startswith("xxx") and shown.endswith("the end")


def test_the_count_of_a_cut_is_exact() -> None:
    text = "\n".join(f"line {n}" for n in range(1_000))
    shown = cut(text, 400)
    head, tail = shown.split("\n[… ")[0], shown.split("…]\n")[1]
    said = int(shown.split("[… ")[1].split()[0])
    assert text.startswith(head) and text.endswith(tail)
    assert said == len(text) - len(head) - len(tail)
    assert all(line in text.split("\n") for line in (head + "\n" + tail).split("\n") if line)


@pytest.mark.parametrize(
    ("hidden", "shown"),
    [
        ("a\u200bb", "a⟦U+200B⟧b"),
        ("a\u202eb", "a⟦U+202E⟧b"),
        ("a\ufeffb", "a⟦U+FEFF⟧b"),
        ("a\0b", "a⟦U+0000⟧b"),
        ("a\U000e0041b", "a⟦U+E0041⟧b"),
        ("a\U000e0101b", "a⟦U+E0101⟧b"),
        ("a\ud800b", "a⟦U+D800⟧b"),
        ("a\u3164b", "a⟦U+3164⟧b"),
        ("a\u2028b", "a⟦U+2028⟧b"),
    ],
)
def test_characters_nobody_sees_are_shown(hidden: str, shown: str) -> None:
    assert reveal(hidden) == shown
    assert plain(hidden) == shown


def test_letters_of_every_script_are_left_alone() -> None:
    text = "naïve – 日本語 العربية हिन्दी ⚠️ 🎉\ttab\n"
    assert reveal(text) == text


@pytest.mark.parametrize(
    ("text", "secret"),
    [
        ("key sk-ant-api03-" + "a" * 40, "a" * 40),
        ("Authorization: Bearer abcdefgh12345678", "abcdefgh12345678"),
        ('"x-api-key": "abcdefgh12345678"', "abcdefgh12345678"),
        ("https://user:hunter22hunter@host/x", "hunter22hunter"),
        ("-----BEGIN PRIVATE KEY-----\nMIIEabc\n-----END PRIVATE KEY-----", "MIIEabc"),
        ("-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nMIIEabc\n-----END RSA PRIVATE KEY-----", "MIIEabc"),
        ("-----BEGIN PRIVATE KEY-----\n" + "MIIE" * 16 + "\n" + "MIIE" * 16, "MIIE"),
    ],
)
def test_what_has_a_credentials_shape_is_taken_out(text: str, secret: str) -> None:
    once = redact(text)
    assert secret not in once
    assert "[redacted]" in once
    assert redact(once) == once


def test_a_secret_is_taken_out_in_its_other_forms_too() -> None:
    secret = "top/secret+value=="
    assert "dG9wL3NlY3JldCt2YWx1ZT09" not in redact("dG9wL3NlY3JldCt2YWx1ZT09", [secret])
    assert "secret" not in redact("top%2Fsecret%2Bvalue%3D%3D", [secret])


def test_a_word_too_short_to_be_a_secret_is_left_alone() -> None:
    assert redact("a test of tests", ["test"]) == "a test of tests"


def test_a_secret_at_the_cut_does_not_leave_a_half() -> None:
    secret = "ABCDEFGH12345678"
    shown = present("x" * 100 + secret + "y" * 4_000, 260, [secret])
    assert "ABCD" not in shown


@pytest.mark.timeout(30)
@pytest.mark.parametrize(
    "unit",
    ["-----BEGIN PRIVATE KEY-----", "https://u:", "\x1b[", "\x1b]", "\x1bP", "sk-", "/tmp/tmp", "0x", "2026-11-24 "],
)
def test_no_output_is_made_to_hang_the_worker(unit: str) -> None:
    present(unit * (500_000 // len(unit)), 1_000, ["a-known-secret"])
