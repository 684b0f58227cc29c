"""The result as it grows: findings by key, operations by name, trouble; written at any moment, by any thread."""

import json
import threading
import time
from typing import Any

from .records import Exercised, ObservedBreach, Order, plain
from .redaction import Redactor

MOST_SEEN = 400
MOST_PROBLEMS = 12
MOST_VARIANTS = 4


class Report:
    """The result so far. One breach of an operation, status and place is kept once, by its smallest request."""

    def __init__(self, order: Order) -> None:
        self.driver = ""
        self.seed = order.seed
        self.redactor = Redactor()
        self.served_document = ""
        self.served_at = ""
        self._started = time.monotonic()
        self._operations: dict[str, Exercised] = {}
        self._seen: dict[str, ObservedBreach] = {}
        self._problems: list[str] = []
        self._untried: list[str] = []
        self._lock = threading.Lock()

    def operation(self, name: str) -> Exercised:
        with self._lock:
            return self._operations.setdefault(name, Exercised(operation=name))

    def see(self, seen: ObservedBreach) -> bool:
        """Keep `seen`; False where its like was known already."""
        with self._lock:
            known = self._seen.get(seen.key)
            like = sum(one.stem == seen.stem for one in self._seen.values()) if known is None and seen.variant else 0
            if known is None and len(self._seen) < MOST_SEEN and like < MOST_VARIANTS:
                self._seen[seen.key] = seen
                return True
            if known is not None and (len(seen.before), seen.request.size) < (len(known.before), known.request.size):
                self._seen[seen.key] = seen
            return False

    def seen(self) -> list[ObservedBreach]:
        with self._lock:
            return list(self._seen.values())

    def keep(self, seen: list[ObservedBreach]) -> None:
        """Replace all that was seen."""
        with self._lock:
            self._seen = {one.key: one for one in seen}

    def problem(self, text: str) -> None:
        with self._lock:
            if text not in self._problems and len(self._problems) < MOST_PROBLEMS:
                self._problems.append(text)

    def untried(self, seen: ObservedBreach) -> None:
        """Say that `seen` could not be tried again."""
        with self._lock:
            self._untried.append(seen.key)

    @property
    def has_problems(self) -> bool:
        return bool(self._problems)

    def written(self) -> str:
        """JSON of the `ExerciseResult`, without any credential."""
        with self._lock:
            said: dict[str, Any] = {
                "driver": self.driver,
                "seed": self.seed,
                "seconds": round(time.monotonic() - self._started, 2),
                "operations": [plain(one) for one in self._operations.values()],
                "seen": [plain(one) for one in self._seen.values()],
                "served_document": self.served_document,
                "served_at": self.served_at,
                "trouble": "; ".join(self._problems),
                "untried": list(self._untried),
            }
        said = {name: held if name == "served_document" else self.redactor.over(held) for name, held in said.items()}
        return json.dumps(said, ensure_ascii=True)
