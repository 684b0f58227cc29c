"""A question for a package says what a `yes` will change, or at once that no answer can."""

from activities.turns.dependency_questions import completed, named
from aurora.domain.questions import QuestionDraft, QuestionKind
from aurora.domain.workspace import Toolchain
from tests.support.projects import detected

ASKED = QuestionDraft(kind=QuestionKind.DEPENDENCY, text="Redis for the cache?", options=("yes", "a dict instead"))


async def of(files: dict[str, str]) -> Toolchain:
    return await detected(files | {"tests/test_a.py": "def test_a(): ...\n"})


async def test_a_yes_names_packages_and_files_and_allows_both() -> None:
    chain = await of({"pyproject.toml": '[project]\nname = "a"\nversion = "1"\n', "uv.lock": "version = 1\n"})
    question = completed(ASKED, ("redis>=5",), chain)
    assert question.text == (
        "The answer `yes` adds redis>=5 to pyproject.toml and uv.lock and builds the image anew, before the step goes "
        "on; any other answer adds nothing.\n\nRedis for the cache?"
    )
    assert question.options == ("yes", "no", "a dict instead")
    assert question.packages == ("redis>=5",) and question.allows == ("pyproject.toml", "uv.lock")


async def test_where_nothing_can_be_added_no_yes_is_offered() -> None:
    pipenv = await of({"Pipfile": "[packages]\n"})
    for chain, packages in ((pipenv, ("redis",)), (await of({"requirements.txt": ""}), ("git+https://x/y",))):
        question = completed(ASKED, packages, chain)
        assert "can't be added in this task" in question.text and "No answer adds it." in question.text
        assert question.options == ("a dict instead",) and not question.packages and not question.allows


def test_packages_of_a_call_are_taken_as_words_each_once() -> None:
    assert named(["redis  >= 5", "redis >= 5", " ", 3]) == ("redis >= 5", "3")
    assert named("redis") == () and named(None) == ()
