"""A conversation is a chain of artifacts: each node names its parent by digest and holds the messages it appends.

Append-only: thinking blocks are bound to the exact prefix, and a prompt cache to its bytes.
"""

import json
from typing import Any

from aurora.ports import Message, TaskArtifacts


def canonical(value: Any) -> bytes:
    """One value, one sequence of bytes: sorted keys, no spaces, no ASCII escapes."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


async def append(artifacts: TaskArtifacts, parent: str | None, *messages: Message) -> str:
    """Store a node; gives its digest, the conversation's new name."""
    return await artifacts.put(canonical({"parent": parent, "messages": list(messages)}))


async def load(artifacts: TaskArtifacts, head: str | None) -> list[Message]:
    """Every message, oldest first. Raises `ArtifactMissing` when a node is gone."""
    nodes: list[list[Message]] = []
    while head is not None:
        node = json.loads(await artifacts.get(head))
        nodes.append(node["messages"])
        head = node["parent"]
    return [message for node in reversed(nodes) for message in node]
