"""How a project's application is served in the sandbox: what aurora.yaml says, else what was detected."""

from aurora.domain.workspace import Toolchain
from aurora.ports import ServeCommand
from aurora.settings.repository import BackendSettings

PORT = 18080


def serve_command(settings: BackendSettings, toolchain: Toolchain) -> ServeCommand | str:
    """The command, or why there is none."""
    contract, recipe = settings.contract, toolchain.serve
    argv = contract.serve or (recipe.argv if recipe is not None else ())
    if not argv:
        return "how the application is served could not be told; `contract.serve` of aurora.yaml says it"
    port = contract.port or (recipe.port if recipe is not None else None) or PORT
    prepare = contract.prepare if contract.prepare is not None else (recipe.prepare if recipe is not None else ())
    env = {
        **(settings.project.test_env or {}),
        **(recipe.env if recipe is not None else {}),
        **(contract.env or {}),
    }
    return ServeCommand(
        argv=tuple(word.replace("{port}", str(port)) for word in argv),
        prepare=prepare,
        cwd=recipe.cwd if recipe is not None and contract.serve is None else toolchain.root,
        env={name: value.replace("{port}", str(port)) for name, value in env.items()},
        port=port,
        print_header=(contract.auth.command or ()) if contract.auth is not None else (),
    )
