"""Text cut to what a page, a line or a history can hold."""


def clip(text: str, limit: int = 400) -> str:
    """At most `limit` characters of `text`, its cut marked by an ellipsis."""
    return text if len(text) <= limit else text[: limit - 1] + "…"


def is_text(text: str) -> bool:
    """Return whether it can be kept and shown: what a shell passed on as undecodable bytes, or a NUL, can't."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return "\0" not in text


def counted(number: int, noun: str) -> str:
    """`1 file`, `2 files`."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def fit(text: str, limit: int) -> str:
    """At most `limit` bytes of UTF-8, without control characters: what may travel in a workflow's state.

    JSON writes a control character as six bytes, so a text full of them would be six times its size."""
    head = text[: 2 * limit + 1_000]
    plain = "".join(c for c in head if c >= " " or c in "\n\t").replace("\x7f", "")
    content = plain.encode("utf-8", "replace")
    if len(content) <= limit and len(head) == len(text):
        return content.decode()
    return content[: limit - 3].decode("utf-8", "ignore") + "…"


def money(microdollars: int) -> str:
    """Dollars with as many digits as tell something: $0.012, $3.50."""
    dollars = microdollars / 1_000_000
    return f"${dollars:.2f}" if dollars >= 1 or microdollars == 0 else f"${dollars:.4f}".rstrip("0").rstrip(".")
