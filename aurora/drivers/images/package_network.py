"""The way a builder reaches package indexes: this worker's own settings for pip and uv, and what of them is secret.

They are given to single execs, so they stand in no image; what an exec says is shown without the secrets in them.
"""

import os
import re
from collections.abc import Iterator, Mapping
from urllib.parse import unquote, urlsplit

from aurora.toolchains.image_recipe import PASSED_ON, on_this_host

INDEXES = (
    ("UV_DEFAULT_INDEX", "PIP_INDEX_URL", ("UV_DEFAULT_INDEX", "UV_INDEX_URL", "PIP_INDEX_URL")),
    ("UV_INDEX", "PIP_EXTRA_INDEX_URL", ("UV_INDEX", "UV_EXTRA_INDEX_URL", "PIP_EXTRA_INDEX_URL")),
)
"""(uv's name, pip's name, where it is looked for on this host)."""
_NAMED = re.compile(r"^[\w-]+=(?=https?:)")
"""`company=https://...`, which uv takes and pip does not."""
_CREDENTIAL = re.compile(r"UV_INDEX_[A-Z0-9_]+_(USERNAME|PASSWORD)")
_IN_ADDRESS = re.compile(r"://[^/\s@]+@")
"""User and password of an index or a proxy, as installers print them."""
SHOWN = "[secret]"


def network_environment() -> dict[str, str]:
    """Variables for installers: proxies and indexes but those on this host's loopback: a builder has its own."""
    env = {
        key: value
        for key in PASSED_ON
        if (value := os.environ.get(key)) and ("no_proxy" in key.lower() or not on_this_host(value))
    }
    for uv, pip, names in INDEXES:
        found = (_remote(os.environ.get(name, "")) for name in names)
        if urls := next((one for one in found if one), None):
            env[uv] = " ".join(urls)
            env[pip] = " ".join(_NAMED.sub("", url) for url in urls)
    env |= {key: value for key, value in os.environ.items() if _CREDENTIAL.fullmatch(key)}
    env["PIP_DEFAULT_TIMEOUT"] = env["UV_HTTP_TIMEOUT"] = "180"
    env["PIP_DISABLE_PIP_VERSION_CHECK"] = env["PIP_NO_CACHE_DIR"] = "1"
    env["PIP_ROOT_USER_ACTION"] = "ignore"
    return env


def _remote(value: str) -> list[str]:
    return [url for url in value.split() if _NAMED.sub("", url).startswith("http") and not on_this_host(url)]


def secrets(env: Mapping[str, str]) -> tuple[str, ...]:
    """Passwords and tokens in these variables, as written and as decoded, longest first."""
    found: set[str] = set()
    for key, value in env.items():
        if _CREDENTIAL.fullmatch(key) and key.endswith("_PASSWORD"):
            found.add(value)
        for url in value.split():
            found |= set(_of_url(_NAMED.sub("", url)))
    return tuple(sorted((one for one in found if len(one) > 2), key=len, reverse=True))


def _of_url(url: str) -> Iterator[str]:
    """The password; of a user alone the user, which is a token then."""
    try:
        parts = urlsplit(url)
        said = parts.password or parts.username or ""
    except ValueError:
        return
    yield from (said, unquote(said))


def without(secret: tuple[str, ...], text: str) -> str:
    """The text without these secrets, and without the user in any address: npm has settings of its own."""
    for one in secret:
        text = text.replace(one, SHOWN)
    return _IN_ADDRESS.sub("://…@", text)
