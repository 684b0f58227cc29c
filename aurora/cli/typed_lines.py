"""Lines typed at a terminal, awaited without a thread: a prompt is given up when it is settled elsewhere."""

import asyncio
import os
from types import TracebackType
from typing import TextIO


class TypedLines:
    """Listens inside each `with` only; what was typed ahead is kept for the next one."""

    def __init__(self, stream: TextIO) -> None:
        self._descriptor = stream.fileno()
        self._lines: asyncio.Queue[str | None] = asyncio.Queue()
        self._rest = b""
        self.ended = False
        """The end of input was met: no further line will come."""

    def __enter__(self) -> "TypedLines":
        asyncio.get_running_loop().add_reader(self._descriptor, self._read)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        asyncio.get_running_loop().remove_reader(self._descriptor)

    async def next(self) -> str:
        """The next line without its end. At the end of input it waits: somebody elsewhere may still answer."""
        line = await self._lines.get()
        if line is None:
            await asyncio.Event().wait()
        assert line is not None
        return line

    def _read(self) -> None:
        read = os.read(self._descriptor, 65_536)
        if not read:
            asyncio.get_running_loop().remove_reader(self._descriptor)
            self.ended = True
            self._lines.put_nowait(None)
            return
        *whole, self._rest = (self._rest + read).split(b"\n")
        for line in whole:
            self._lines.put_nowait(line.decode(errors="replace"))
