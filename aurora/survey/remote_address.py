"""A remote repository's address and ref, checked before anything is asked of the remote."""

import re

from aurora.errors import Refusal

SAFE_REF = re.compile(r"[A-Za-z0-9_][^\x00-\x20:^~*?\[\\]*")
USERINFO = re.compile(r"(?<=://)[^/@\s]+@")


def without_credentials(text: str) -> str:
    """A URL, or a text with URLs, without names and passwords."""
    return USERINFO.sub("", text)


def check_address(url: str, ref: str) -> None:
    """Raise `Refusal` for an address or ref that git could take for an option or a refspec."""
    if not url or url.startswith("-") or any(ord(char) < 32 for char in url):
        raise Refusal(
            f"{without_credentials(url)!r} is no address of a git repository.", "Give an https, ssh or file URL."
        )
    if not SAFE_REF.fullmatch(ref) or ".." in ref or "@{" in ref:
        raise Refusal(f"{ref!r} is no name of a branch, tag or commit.")
