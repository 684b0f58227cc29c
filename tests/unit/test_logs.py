import json

import pytest
import structlog

from aurora.logs import HIDDEN, configure, redacted


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("sk-ant-api03-abcdefghijkl", id="model key"),
        pytest.param("Authorization: Bearer abcdefghijklmnop", id="bearer"),
        pytest.param("https://me:hunter22@example.org/x.git", id="password in a URL"),
        pytest.param("ghp_abcdefghijklmnopqrstuvwxyz", id="forge token"),
    ],
)
def test_a_credential_in_a_text_is_hidden(text: str) -> None:
    assert HIDDEN in redacted(text)


def test_a_value_under_a_secret_name_is_hidden_and_token_counts_are_not() -> None:
    assert redacted({"api_key": "abc", "input_tokens": 7, "nested": [{"password": "x"}]}) == {
        "api_key": HIDDEN,
        "input_tokens": 7,
        "nested": [{"password": HIDDEN}],
    }


def test_a_log_line_is_json_without_a_credential(capsys: pytest.CaptureFixture[str]) -> None:
    configure(json_lines=True)
    try:
        raise ValueError("refused sk-ant-api03-abcdefghijkl")
    except ValueError:
        structlog.get_logger().exception("call_failed", step="write_code")
    line = json.loads(capsys.readouterr().err)
    structlog.reset_defaults()
    assert line["event"] == "call_failed"
    assert line["step"] == "write_code"
    assert "abcdefghijkl" not in str(line)
