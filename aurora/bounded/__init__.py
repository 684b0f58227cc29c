"""Text that nobody trusts is read with a clock: in a child process that can be killed, with bounds of time, memory and
size of result. docs/design/untrusted-text.md lists what is read so, and what a call costs.

    document = await bounded.call(contract_document.facts, text, path, about=path)

The worker's loop is never blocked, a cancelled caller takes its child along, and a child that dies takes nothing along.
"""

from aurora.bounded.bounds import READING, Bounds
from aurora.bounded.calling import Answers, ask, call, close, warm

__all__ = ["READING", "Answers", "Bounds", "ask", "call", "close", "warm"]
