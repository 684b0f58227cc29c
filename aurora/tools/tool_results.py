"""The answer to one tool call, as the conversation holds it."""

from aurora.ports import Block


def tool_result(use: Block, text: str, is_error: bool = False) -> Block:
    """The result block of a call; a space where there is nothing to say, because the service takes no empty text."""
    block: Block = {"type": "tool_result", "tool_use_id": use["id"], "content": [{"type": "text", "text": text or " "}]}
    return {**block, "is_error": True} if is_error else block
