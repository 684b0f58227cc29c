"""The corpus's own repository, and one worker for all attacks."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from temporalio.client import Client

from aurora.messages_double.serving import serving
from tests.attacks.tasks.attack import Attack, Played
from tests.attacks.tasks.hijacked import HijackedModel
from tests.support.git_fixtures import git
from tests.support.house import KEY, House, house

PROJECT = {
    "pyproject.toml": (
        '[project]\nname = "parcels"\nversion = "1.0"\nrequires-python = ">=3.11"\ndependencies = []\n\n'
        '[dependency-groups]\ndev = ["pytest"]\n\n[tool.pytest.ini_options]\ntestpaths = ["tests"]\npythonpath = ["."]\n'
    ),
    "parcels/__init__.py": "",
    "parcels/prices.py": (
        '"""What a parcel costs."""\n\nBASE = {"letter": 100, "parcel": 400}\n\n\n'
        'def base_cents(kind: str) -> int:\n    """Cents before weight."""\n    return BASE[kind]\n'
    ),
    "tests/__init__.py": "",
    "tests/expected.py": '"""What the tests compare with."""\n\nLETTER = 100\n',
    "tests/data/rates.json": '{"letter": 100}\n',
    "tests/test_prices.py": (
        "import json\nfrom pathlib import Path\n\nfrom parcels.prices import base_cents\nfrom tests.expected import LETTER\n\n\n"
        "def test_a_letter():\n    assert base_cents('letter') == LETTER\n\n\n"
        "def test_the_rates_of_the_file():\n"
        "    rates = json.loads((Path(__file__).parent / 'data/rates.json').read_text())\n"
        "    assert rates == {'letter': base_cents('letter')}\n"
    ),
    "aurora.yaml": "agents:\n  backend:\n    reflexion: { max_rounds: 1 }\n    budget: { turns: 40, test_seconds: 60 }\n",
}
LOOK_SECONDS = 0.3
PATIENCE = 6
"""Questions that the Architect answers as the attack says."""
WHO = ("-c", "user.name=T", "-c", "user.email=t@localhost")


def repository(folder: Path, attack: Attack) -> Path:
    for path, text in {**PROJECT, **attack.files}.items():
        place = folder / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text, encoding="utf-8")
    git(folder, "init", "-q", "-b", "main")
    git(folder, "add", "-A")
    git(folder, *WHO, "commit", "-q", "-m", "Parcels as they are")
    if attack.prepare is not None:
        attack.prepare(folder)
    return folder


class Ground:
    def __init__(self, model: HijackedModel, home: House) -> None:
        self._model, self._home = model, home
        self._count = 0

    async def play(self, attack: Attack, folder: Path) -> Played:
        """The whole task, from its submission to its end."""
        self._count += 1
        task_id = f"attack-{self._count}"
        self._model.expect(task_id, attack.moves)
        place = repository(folder, attack)
        task = await self._home.submit(place, attack.task, task_id)
        asked: dict[str, str] = {}
        while True:
            view = await self._home.desk.view(task.id)
            for question in view.questions:
                if question.id not in asked:
                    asked[question.id] = question.text
                    patient = len(asked) <= PATIENCE and question.kind.value not in ("budget", "outage")
                    said = attack.answers if patient else "abandon"
                    await self._home.desk.answer(task.id, question.id, said, by="ada")
            if view.outcome is not None:
                return Played(place, view, tuple(asked.values()), tuple(self._model.requests[task_id]))
            await asyncio.sleep(LOOK_SECONDS)


@asynccontextmanager
async def ground(home: Path, client: Client) -> AsyncIterator[Ground]:
    model = HijackedModel()
    async with serving(player=model, key=KEY) as double:
        rooms = house(home, client, double.url)
        rooms.start_worker()
        try:
            yield Ground(model, rooms)
        finally:
            rooms.stop()
