"""Play the model by hand: each request is a file to read, its reply is read from a file beside it.

    007.request.md     the whole request, readable          007.request.json   the same, exact
    007.new.md         what is new since this conversation's last request
    007.reply.yaml     written by you: `reply:` of a scenario, without that key
    007.error.txt      what is wrong with it, while it is; correct the file and it is read again

`python -m aurora.messages_double.manual_player DIR --to-scenario FILE` turns the folder into a scenario.
"""

import argparse
import asyncio
import json
import sys
from pathlib import Path
from typing import Any, Final

from pydantic import ValidationError
from ruamel.yaml import YAML

from aurora.messages_double import protocol, written
from aurora.messages_double.asked import Asked
from aurora.messages_double.play import Part
from aurora.messages_double.refusal import Refused
from aurora.messages_double.scenario import BadScenario, Reply, explain, parse, read_yaml

LOOK_SECONDS: Final = 0.2


class ManualPlayer:
    live = True

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        self._numbers = {Asked(body).digest: number for number, body in _requests(folder)}
        """A folder that was begun goes on: a request it knows finds its reply again."""
        self._seen: dict[tuple[str | None, str | None], list[dict[str, Any]]] = {}

    async def play(self, asked: Asked) -> Part:
        number = self._numbers.get(asked.digest)
        if number is None:
            number = max(self._numbers.values(), default=0) + 1
            self._numbers[asked.digest] = number
            self._write(number, asked)
        self._seen[(asked.task, asked.step)] = asked.body["messages"]
        refused_text = None
        while True:
            text = _read(self._path(number, "reply.yaml"))
            if text is not None and text != refused_text:
                try:
                    reply = self._reply(text, asked)
                except (BadScenario, Refused) as error:
                    refused_text = text
                    self._path(number, "error.txt").write_text(f"{error}\n", encoding="utf-8")
                else:
                    self._path(number, "error.txt").unlink(missing_ok=True)
                    return Part(f"{number:03}", reply)
            await asyncio.sleep(LOOK_SECONDS)

    def _reply(self, text: str, asked: Asked) -> Reply:
        try:
            reply = Reply.model_validate(read_yaml(text, "reply"))
        except ValidationError as error:
            raise BadScenario(explain(error, "reply")) from error
        protocol.content(asked, reply)
        return reply

    def _write(self, number: int, asked: Asked) -> None:
        seen = self._seen.get((asked.task, asked.step), [])
        self._path(number, "new.md").write_text(written.new_part(asked, seen), encoding="utf-8")
        self._path(number, "request.md").write_text(written.whole(asked), encoding="utf-8")
        # last, and whole at once: whoever waits for it finds the readable files already there
        exact = self._path(number, "request.json")
        part = exact.with_suffix(".part")
        part.write_text(json.dumps(asked.body, indent=1, ensure_ascii=False), encoding="utf-8")
        part.replace(exact)

    def _path(self, number: int, ending: str) -> Path:
        return self._folder / f"{number:03}.{ending}"


def to_scenario(folder: Path) -> dict[str, Any]:
    """The folder's replies as a scenario, by step; requests without a reply are left out. Raises `BadScenario`."""
    replies = []
    for number, body in _requests(folder):
        source = folder / f"{number:03}.reply.yaml"
        text = _read(source)
        if text is None:
            continue
        step = Asked(body).step
        when = {"when": {"step": step}} if step else {}
        replies.append({"name": f"{number:03} {step or 'reply'}", **when, "reply": read_yaml(text, str(source))})
    by_step = bool(replies) and all("when" in reply for reply in replies)
    scenario = {"model_note": "played by hand", "by_step": by_step, "replies": replies}
    parse(scenario, str(folder))
    return scenario


def _requests(folder: Path) -> list[tuple[int, dict[str, Any]]]:
    found = sorted(folder.glob("*.request.json"))
    return [(int(path.name.split(".")[0]), json.loads(path.read_text(encoding="utf-8"))) for path in found]


def _read(path: Path) -> str | None:
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return None


def main() -> None:
    words = argparse.ArgumentParser(prog="aurora.messages_double.manual_player", description=__doc__)
    words.add_argument("folder", type=Path)
    words.add_argument("--to-scenario", type=Path, required=True, metavar="FILE")
    given = words.parse_args()
    try:
        scenario = to_scenario(given.folder)
    except BadScenario as error:
        sys.exit(str(error))
    yaml = YAML()
    yaml.width = 120
    with given.to_scenario.open("w", encoding="utf-8") as file:
        yaml.dump(scenario, file)


if __name__ == "__main__":
    main()
