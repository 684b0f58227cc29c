"""Addresses that the worker's operator names and that are sent signed requests. Never from aurora.yaml."""

import base64
import binascii
import os
from typing import Annotated, Self
from urllib.parse import SplitResult, urlsplit

from pydantic import Field, SecretStr, StringConstraints, field_validator, model_validator

from aurora.settings.repository import Strict

PREFIX = "whsec_"
FEWEST_BYTES, MOST_BYTES = 24, 64
"""The fewest bytes of a secret, as the Standard Webhooks specification bounds it."""
MAKE_ONE = "python3 -c 'import base64, os; print(\"whsec_\" + base64.b64encode(os.urandom(32)).decode())'"


class SignedAddress(Strict):
    """One receiver. Its secret is given here or named by the variable that holds it, and one of the two must be.

    Neither the secret nor the URL, which may hold a token of its own, is shown by `repr`.
    """

    name: Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_-]{0,59}$")] = Field(
        description="Its name among those of its kind; a new name is a new receiver."
    )
    url: SecretStr = Field(description="Address, http:// or https://; at most 2,000 characters.")
    secret: SecretStr | None = Field(
        default=None,
        description="Signing secret: `whsec_` and the base64 of 24 to 64 bytes. Of two, a blank between, each signs.",
    )
    secret_env: Annotated[str, StringConstraints(pattern=r"^[A-Za-z_][A-Za-z0-9_]*$")] | None = Field(
        default=None,
        description="Variable that holds the secret. One whose name begins with AURORA_ is noticed when changed.",
    )
    proxy: SecretStr | None = Field(
        default=None, description="An http:// proxy to go through, user and password included; none of the environment."
    )

    @field_validator("url")
    @classmethod
    def _plain(cls, url: SecretStr) -> SecretStr:
        _checked(url.get_secret_value())
        return url

    @field_validator("proxy")
    @classmethod
    def _a_proxy(cls, proxy: SecretStr | None) -> SecretStr | None:
        if proxy is not None:
            parts = urlsplit(proxy.get_secret_value())
            if parts.scheme not in ("http", "https") or not parts.hostname:
                raise ValueError("proxy must be http:// or https:// with a host")
        return proxy

    @model_validator(mode="after")
    def _signed(self) -> Self:
        if (self.secret is None) == (self.secret_env is None):
            raise ValueError("give either secret or secret_env: every request is signed")
        if self.secret is not None:
            _keys(self.secret.get_secret_value())
        return self

    @property
    def where(self) -> str:
        """Scheme and host: all of the URL that is ever shown."""
        parts = _checked(self.url.get_secret_value())
        return f"{parts.scheme}://{parts.netloc}"

    def through(self) -> str | None:
        return None if self.proxy is None else self.proxy.get_secret_value()

    def spoken(self) -> str:
        """The secret as it was given, looked up when asked; empty when its variable is not set."""
        if self.secret is not None:
            return self.secret.get_secret_value()
        return os.environ.get(self.secret_env or "", "").strip()

    def keys(self) -> tuple[bytes, ...]:
        """Each signs: two secrets with a blank between them let a receiver change from one to the other without a gap.

        Raises `ValueError`, which repeats no secret, when there is none or it is none."""
        if not self.spoken():
            raise ValueError(f"variable {self.secret_env} is not set")
        return _keys(self.spoken())


def _keys(secrets: str) -> tuple[bytes, ...]:
    if not secrets.split():
        raise ValueError(f"the secret is empty; make one: {MAKE_ONE}")
    return tuple(_key(secret) for secret in secrets.split())


def _key(secret: str) -> bytes:
    try:
        key = base64.b64decode(secret.removeprefix(PREFIX), validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if not FEWEST_BYTES <= len(key) <= MOST_BYTES:
        raise ValueError(
            f"a secret is {PREFIX} and the base64 of {FEWEST_BYTES} to {MOST_BYTES} bytes; make one: {MAKE_ONE}"
        )
    return key


def _checked(url: str) -> SplitResult:
    """Raises `ValueError`, which repeats nothing of the URL."""
    if len(url) > 2_000 or any(c.isspace() or not c.isprintable() for c in url):
        raise ValueError("url has blanks or unprintable characters, or is over 2,000 characters long")
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise ValueError("url is no URL: its host or port can't be read") from None
    if parts.scheme not in ("http", "https") or not parts.hostname or port == 0:
        raise ValueError("url must be http:// or https:// with a host")
    if "@" in parts.netloc:
        raise ValueError("url must not hold a user or password: requests are signed with the secret")
    if parts.fragment:
        raise ValueError("url must not have a #fragment: it is never sent")
    return parts
