"""The shape of `agents.backend.project` in aurora.yaml: what detection should not guess of a repository.

Every value is optional, and wins over what is detected. An answer to a question may set some for one task: `over`.
"""

from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field, StringConstraints
from pydantic_core import PydanticCustomError

from aurora.settings import test_environment
from aurora.settings.strict import Strict


def _inside(path: str) -> str:
    if path.startswith("/") or "\\" in path or ".." in path.split("/") or not path.isprintable() or not path.strip():
        raise PydanticCustomError("path_inside", "a path inside the repository")
    return path


def _quoted(said: Any) -> Any:
    """A YAML number has lost its last zero: 3.10 is 3.1."""
    if isinstance(said, int | float) and not isinstance(said, bool):
        raise PydanticCustomError("quoted_version", 'a version in quotes, as "3.12"')
    return said


def _settable(variables: dict[str, str]) -> dict[str, str]:
    for name, value in variables.items():
        if said := test_environment.error_in(name, value):
            raise PydanticCustomError("refused", "{said}", {"at": name, "said": said})
    return variables


PathInside = Annotated[str, StringConstraints(min_length=1, max_length=300), AfterValidator(_inside)]
Version = Annotated[str, BeforeValidator(_quoted), StringConstraints(pattern=r"^3\.[0-9]{1,2}$")]
Group = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,79}$")]
Line = Annotated[str, StringConstraints(min_length=1, max_length=500, pattern=r"^[^\x00-\x1f\x7f]*$")]
VariableName = Annotated[str, StringConstraints(pattern=r"^[A-Za-z_][A-Za-z0-9_]{0,99}$")]
VariableValue = Annotated[str, StringConstraints(max_length=4_000, pattern=r"^[^\x00]*$")]
MOST_VARIABLES = 60


class ProjectSettings(Strict):
    """The project itself, where detection should not decide. What is unset is detected; doctor shows from what."""

    root: PathInside | None = Field(
        default=None,
        description="Folder of the project, from the repository's root; `.` is the root itself. Tests and tools run "
        "there. A folder named on the command line takes precedence.",
    )
    language: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_+-]{0,29}$")] | None = Field(
        default=None, description="Language of the project: `python` or `node`."
    )
    python: Version | None = Field(
        default=None,
        description="Version of Python that runs the project, in quotes: `'3.11'` or `'3.13'`. Unset: 3.11 where "
        "`requires-python` allows it.",
    )
    install: tuple[Line, ...] | None = Field(
        default=None,
        min_length=1,
        max_length=40,
        description="What to install instead of what detection would, as the project's people type it: "
        "`pip install -r requirements/dev.txt`, `uv sync --group test`, `npm ci`, `apt-get install libmagic1`. It is "
        "read, not run: the builder has the manifests, not the project. docs/using/project.md.",
    )
    test_env: Annotated[dict[VariableName, VariableValue], AfterValidator(_settable)] | None = Field(
        default=None,
        max_length=MOST_VARIABLES,
        description="Environment variables of test runs and import checks, each a text in quotes. Never a secret: "
        "whoever reads the repository reads it. Variables that decide what runs or judges are refused.",
    )
    groups: tuple[Group, ...] | None = Field(
        default=None,
        max_length=40,
        description="Dependency groups to install, for those that detection would take; `[]`: none. Of Python.",
    )
    extras: tuple[Group, ...] | None = Field(
        default=None,
        max_length=40,
        description="Extras of the project to install, for those that detection would take; `[]`: none. Of Python.",
    )
    contract: str | None = Field(
        default=None, max_length=300, description="The same as `contract` above; `none`: there is none."
    )

    def named(self) -> tuple[str, ...]:
        """Names of the values that are set, in the order of the schema."""
        return tuple(name for name in type(self).model_fields if getattr(self, name) is not None)

    def over(self, earlier: "ProjectSettings") -> "ProjectSettings":
        """`earlier` with what this one sets; variables one by one, everything else as a whole."""
        said = {name: getattr(self, name) for name in self.named()}
        if self.test_env is not None and earlier.test_env is not None:
            said["test_env"] = {**earlier.test_env, **self.test_env}
        return ProjectSettings.model_validate({**dict(earlier), **said})
