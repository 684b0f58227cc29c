"""The keys that seal what Temporal is given, by id, in one file that only its owner reads.

    {"current": "<id>", "keys": {"<id>": "<32 bytes, base64>"}}

The current key seals; each key in the file opens. So a key is replaced by adding one, and an older one is removed when
no open task was sealed with it any more.
"""

import base64
import binascii
import hashlib
import json
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from aurora.errors import Refusal

KEY_BYTES = 32
FORBIDDEN = 0o027
"""Rights on the file that are too many: writing by its group, anything by others."""


@dataclass(frozen=True)
class PayloadKeys:
    current: str
    keys: Mapping[str, bytes]

    def __repr__(self) -> str:
        return f"PayloadKeys(current={self.current!r}, ids={sorted(self.keys)})"

    @property
    def ids(self) -> str:
        """The current key's id and all of them: another text when the file was changed."""
        return f"{self.current} of {' '.join(sorted(self.keys))}"

    @classmethod
    def new(cls) -> "PayloadKeys":
        key = secrets.token_bytes(KEY_BYTES)
        name = hashlib.sha256(b"aurora payload key\0" + key).hexdigest()[:16]
        return cls(name, {name: key})

    @classmethod
    def read(cls, path: Path) -> "PayloadKeys":
        """Raises `Refusal`, which never repeats what the file holds."""
        try:
            with path.open("rb") as file:
                mode = os.fstat(file.fileno()).st_mode
                content = file.read(1_000_000)
        except OSError as error:
            raise Refusal(
                f"the payload keys {str(path)!r} can't be read: {error.strerror}",
                "restore the file from a backup: tasks that were sealed with its keys can't be read without it",
            ) from error
        if mode & FORBIDDEN:
            raise Refusal(
                f"the payload keys {str(path)!r} can be read or written by others (mode {mode & 0o777:04o})",
                f"chmod 600 {path}; when somebody else may have read it, add a new key and make it the current one",
            )
        try:
            found = json.loads(content)
            keys = {str(name): base64.b64decode(key, validate=True) for name, key in found["keys"].items()}
            current = str(found["current"])
        except (ValueError, KeyError, TypeError, AttributeError, binascii.Error, RecursionError):
            raise _malformed(path, "it is not what Aurora writes") from None
        if current not in keys:
            raise _malformed(path, "its current key is not among its keys")
        if any(len(key) != KEY_BYTES for key in keys.values()):
            raise _malformed(path, f"a key has {KEY_BYTES} bytes")
        return cls(current, keys)

    def create(self, path: Path) -> bool:
        """Write the file, mode 0600, unless there is one; whether it was written. A reader sees none or all of it, also
        after a loss of power."""
        keys = {name: base64.b64encode(key).decode() for name, key in self.keys.items()}
        fresh = path.with_name(f".{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
        descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            with os.fdopen(descriptor, "w") as file:
                json.dump({"current": self.current, "keys": keys}, file, indent=2)
                file.flush()
                os.fsync(file.fileno())
            os.link(fresh, path)
        except FileExistsError:
            return False
        finally:
            fresh.unlink()
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
        return True


def _malformed(path: Path, why: str) -> Refusal:
    return Refusal(
        f"the payload keys {str(path)!r} can't be used: {why}",
        "restore the file from a backup: tasks that were sealed with its keys can't be read without it",
    )
