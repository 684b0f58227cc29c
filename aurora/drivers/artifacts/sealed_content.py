"""Named contents carry their own digest, so that a torn one can be told from a whole one.

A blob's name is its digest; a name like `calls/<id>/reply.json` says nothing of its content. One header line does:
`aurora1 <sha256 hex> <length>`, then the content as it is.
"""

import hashlib

MAGIC = b"aurora1"


def digest_of(content: bytes) -> str:
    return f"sha256:{hashlib.sha256(content).hexdigest()}"


def seal(content: bytes) -> bytes:
    return b"%s %s %d\n%s" % (MAGIC, hashlib.sha256(content).hexdigest().encode(), len(content), content)


def unseal(stored: bytes) -> bytes | None:
    """The content, or None when what is stored is empty, cut or altered."""
    header, newline, content = stored.partition(b"\n")
    if not newline or header + newline + content != seal(content):
        return None
    return content


def is_torn(stored: bytes) -> bool:
    return unseal(stored) is None
