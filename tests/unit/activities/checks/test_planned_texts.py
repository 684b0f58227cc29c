"""The planned files' text in the opening of a conversation: whole or around the symbols, redacted, of one commit."""

from typing import Any, cast

from activities.checks.planned_texts import MOST, with_texts
from activities.checks.project_tools import ProjectTools
from activities.turns.turn import gather
from aurora.domain.plan import Plan, PlannedFile
from aurora.domain.planned_texts import PlannedTexts
from aurora.domain.steps import Step
from aurora.domain.task import Draft
from aurora.ports import Box
from aurora.settings.repository import BackendSettings, ContextWindow
from aurora.stored_values import fetch, workspace_of
from tests.support.desk_of_one import Table, plan, table
from tests.support.memory_box import MemoryBox, MemorySandbox

KEY = "ghp_" + "a1B2" * 9
LONG = "".join(f"def other_{n}():\n    return {n}\n\n\n" for n in range(900))


def planned(*files: tuple[str, str]) -> Plan:
    return plan(files=tuple(PlannedFile(path=path, purpose="x", symbols=(symbol,)) for path, symbol in files))


async def kept(at: Table, given: Plan, hidden: str = "", **tree: str | bytes) -> Draft:
    window = ContextWindow(exclude=(hidden,)) if hidden else ContextWindow()
    draft = await at.draft(settings=BackendSettings(context_window=window), plan=given)
    sandbox = MemorySandbox()
    sandbox.tree = {path: t.encode() if isinstance(t, str) else t for path, t in tree.items()}
    tools = ProjectTools(at.kept(), await workspace_of(at.kept(), draft), Step.RUN_TESTS)
    return await with_texts(tools, cast(Box, MemoryBox(sandbox, cast(Any, None))), draft, given)


async def texts(at: Table, draft: Draft) -> dict[str, str]:
    assert draft.planned_texts is not None
    return {p: one.text for p, one in (await fetch(at.kept(), draft.planned_texts, PlannedTexts)).files.items()}


async def test_a_planned_file_is_kept_whole_without_secrets_and_with_its_hidden_characters_shown() -> None:
    async with table() as at:
        draft = await kept(at, planned(("app/a.py", "f")), **{"app/a.py": f'def f():\n    return "{KEY}\u202e"\n'})
        text = (await texts(at, draft))["app/a.py"]
        assert text.startswith("def f():") and KEY not in text and "⟦U+202E⟧" in text


async def test_of_a_long_file_the_planned_symbols_stand_there_with_what_is_around_them() -> None:
    async with table() as at:
        body = f"{LONG}import a\n\n\nclass Users:\n    def create(self):\n        return 7\n\n\nx = 1\n{LONG}"
        draft = await kept(at, planned(("app/a.py", "Users.create(self)")), **{"app/a.py": body})
        text = (await texts(at, draft))["app/a.py"]
        assert "class Users:" in text and "return 7" in text and "other_3()" not in text and len(text) < 1_000


async def test_where_only_bodies_change_the_functions_that_the_plan_speaks_of_stand_there() -> None:
    async with table() as at:
        two = "def settle(amount, other_7):\n    return amount\n\n\ndef reactivate(member):\n    return member\n"
        code: dict[str, str] = {"app/a.py": f"{LONG}{two}{LONG}"}
        file = PlannedFile(path="app/a.py", purpose="Scope reactivate() to the project; the amount stays.")
        given = plan(files=(file,), reasoning="It is looked up as settle does.")
        text = (await texts(at, await kept(at, given, **code)))["app/a.py"]
        assert "def reactivate(member):" in text and "def settle(amount" in text and "other_3()" not in text
        silent = plan(files=(file.model_copy(update={"purpose": "Fix the amount."}),))
        assert (await kept(at, silent, **code)).planned_texts is None, "a parameter is no definition"


async def test_what_is_hidden_absent_or_no_text_is_left_out() -> None:
    async with table() as at:
        given = planned(("secret/a.py", "f"), ("new.py", "g"), ("a.bin", "h"), ("../x.py", "i"), ("app/b.py", "j"))
        draft = await kept(
            at,
            given,
            "secret/**",
            **{"secret/a.py": "f = 1\n", "a.bin": b"\x89PNG\r\n\x1a\n\0\0\xff", "app/b.py": "j = 1\n"},
        )
        assert await texts(at, draft) == {"app/b.py": "j = 1\n"}


async def test_a_plan_of_many_files_and_a_draft_without_one_are_bounded() -> None:
    async with table() as at:
        many = {f"app/{n}.py": "x = 1\n" * 1_500 for n in range(40)}
        draft = await kept(at, planned(*((path, "x") for path in many)), **many)
        found = await texts(at, draft)
        assert len(found) <= MOST and sum(map(len, found.values())) <= 36_000


async def test_the_opening_holds_them_at_their_commit_and_not_after_a_change() -> None:
    async with table() as at:
        draft = await kept(at, planned(("app/a.py", "f")), **{"app/a.py": "def f(): ...\n"})
        workspace = await workspace_of(at.kept(), draft)
        now = await gather(at.kept(), await at.order(draft=draft), workspace)
        later = await gather(at.kept(), await at.order(draft=draft.at("c" * 40, draft.base_pack)), workspace)
        assert now.planned_texts is not None and later.planned_texts is None
