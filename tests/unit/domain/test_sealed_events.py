import hashlib
import hmac
import json

from aurora.domain.sealed_events import events, new_key


def sealed(key: bytes, *reported: dict[str, object]) -> list[bytes]:
    lines = []
    for event in reported:
        text = json.dumps(event).encode()
        lines.append(hmac.new(key, text, "sha256").hexdigest()[:32].encode() + b" " + text + b"\n")
        key = hashlib.sha256(key).digest()
    return lines


KEY = new_key()
LINES = sealed(KEY, {"n": 0}, {"n": 1}, {"n": 2})


def test_sealed_lines_are_read_in_their_order():
    assert events(b"".join(LINES), whole=True, key=KEY) == ({"n": 0}, {"n": 1}, {"n": 2})


def test_a_line_without_its_seal_is_forged_and_the_next_is_read():
    plain = b'{"n": 9}\n'
    reported = events(LINES[0] + plain + LINES[1] + LINES[1] + LINES[2], whole=True, key=KEY)
    assert [event.get("t", event.get("n")) for event in reported] == [0, "forged", 1, "forged", 2]


def test_a_line_that_was_left_out_or_altered_shows():
    left_out = events(LINES[0] + LINES[2], whole=True, key=KEY)
    altered = events(LINES[0] + LINES[1].replace(b"1}", b"7}") + LINES[2], whole=True, key=KEY)
    assert [event.get("t") for event in left_out] == [None, "forged"]
    assert [event.get("t") for event in altered] == [None, "forged", "forged"]


def test_no_later_key_seals_an_earlier_line():
    later = hashlib.sha256(KEY).digest()
    assert events(sealed(later, {"n": 0})[0], whole=True, key=KEY)[0]["t"] == "forged"


def test_what_is_no_object_is_garbled_and_what_was_cut_is_said():
    assert events(b'[]\nnoise\n{"a": 1}\n', whole=False) == (
        {"t": "garbled", "bytes": 2},
        {"t": "garbled", "bytes": 5},
        {"a": 1},
        {"t": "cut"},
    )
