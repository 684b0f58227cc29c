"""Observations while tests run, which are never judged: blocked event loops, SQL statements, HTTP exchanges.

Standard library only, Python 3.8 and later: it runs in the *project's* interpreter. Without AURORA_WATCH nothing is
observed. Told are `witness`, one for each kind and place (`kind`, `what`, `path`, `line`, `function`, `certain`,
`count`, `node`, `via`), where AURORA_WATCH has `exchanges` each `exchange` (see `aurora_exchanges`), and one `watched`
(`calls`, `statements`, `libraries`, `exchanges`) or `not_watched`.
"""

from __future__ import annotations

import sys
from typing import Any

from aurora_blocking import Blocking  # type: ignore[import-not-found]  # beside this file, in the box
from aurora_events import MESSAGE_BYTES, Pipe, cut  # type: ignore[import-not-found]  # beside this file, in the box
from aurora_exchanges import Exchanges  # type: ignore[import-not-found]  # beside this file, in the box
from aurora_stacks import PROJECT, WANTED, Changed, SeenFrame, calling  # type: ignore[import-not-found]  # beside this file
from aurora_statements import Statements  # type: ignore[import-not-found]  # beside this file, in the box

MOST = 200
VIA = 6


class Witness:
    """The measuring from here to `tell`. Begun before the project is imported, so that its names are those that are
    watched."""

    def __init__(self) -> None:
        self.node = ""
        self.found: dict[Any, dict[str, Any]] = {}
        self.on = bool(WANTED) and hasattr(sys, "addaudithook")
        self.why = "" if self.on or not WANTED else "the project's Python has no audit hooks"
        self.blocking = Blocking(self._blocked)
        self.statements = Statements(self._executed, self.blocking.called)
        self.exchanges = Exchanges()
        if self.on:
            self.blocking.begin()
        if self.on and WANTED.get("exchanges") is True:
            self.exchanges.begin()

    def begin(self, node: str) -> None:
        """A test begins."""
        if self.on:
            self.node = self.exchanges.node = node
            self.statements.end_of_test()
            self.blocking.wrap()
            self.statements.wrap()

    def _blocked(self, what: str, place: Changed, frames: list[SeenFrame]) -> None:
        self._note("blocking", what, place, frames, 1)

    def _executed(self, kind: str, text: str, place: Changed, frames: list[SeenFrame], count: int) -> None:
        self._note(kind, text, place, frames, count)

    def _note(self, kind: str, what: str, place: Changed, frames: list[SeenFrame], count: int) -> None:
        key = (kind, place.path, place.line, what if kind != "blocking" else "")
        known = self.found.get(key)
        if known is not None:
            known["count"] = max(known["count"], count)
            known["certain"] = known["certain"] or place.certain
        elif len(self.found) < MOST:
            via = [str(one) for one in calling(frames) if one.role == PROJECT][:VIA]
            self.found[key] = {
                "kind": kind, "what": cut(what, MESSAGE_BYTES), "count": count, "node": self.node, "via": via,
                **place._asdict(),
            }  # fmt: skip

    def tell(self, pipe: Pipe, why_not: str = "") -> None:
        """`why_not`: what ran did not run here."""
        if not WANTED:
            return
        if why_not or not self.on:
            pipe.send("not_watched", message=cut(why_not or self.why, MESSAGE_BYTES))
            return
        self.on = False
        for facts in self.found.values():
            pipe.send("witness", **facts)
        for facts in self.exchanges.found.values():
            pipe.send("exchange", **facts)
        pipe.send(
            "watched",
            calls=self.blocking.asked,
            statements=self.statements.seen,
            exchanges=self.exchanges.observed,
            libraries=sorted({name.partition(".")[0] for name in self.statements.watched} - {"fastapi"}),
        )
