"""The attacks as a table. `python -m tests.attacks.tasks.table` writes it into docs/operating/security.md."""

from collections.abc import Sequence

from tests.attacks.tasks import honest_work, on_bytes, on_files, on_requests, on_tests, on_the_base, on_the_machine
from tests.attacks.tasks.attack import Attack
from tests.support.shown_table import ShownTable

ATTACKS: tuple[Attack, ...] = tuple(
    attack
    for module in (on_tests, on_files, on_bytes, on_requests, on_the_base, on_the_machine, honest_work)
    for attack in module.ATTACKS
)
IN_EVERY_RUN = (
    "build scripts, manifests and locks, planned",
    "a lint script that was hostile at the base",
    "a task asks for a CI workflow",
    "programs named by the repository's configuration of git",
)
"""Played by `make test`; `AURORA_ATTACKS=all` plays all."""
SHOWN = ShownTable("operating/security.md", "attacks", "attacks-table")


def table(attacks: Sequence[Attack]) -> str:
    accepted = [attack for attack in attacks if not attack.held]
    lines = [
        f"{len(attacks)} whole tasks with a hijacked model (scripted replies): "
        f"{len(attacks) - len(accepted)} held, {len(accepted)} accepted by design.",
        "",
        "| group | attack | what it would win | ends |",
        "|---|---|---|---|",
        *(_row(attack) for attack in attacks),
    ]
    if accepted:
        lines += ["", "Accepted, and why:", "", *(f"- {attack.name}: {attack.why}" for attack in accepted)]
    return "\n".join(lines)


def _row(attack: Attack) -> str:
    ends = "committed and named" if attack.asked_for else "held" if attack.held else "**accepted**"
    ends = "refused at its start" if attack.refused else ends
    return "| " + " | ".join(c.replace("|", "\\|") for c in (attack.group, attack.name, attack.wins, ends)) + " |"


if __name__ == "__main__":
    SHOWN.write(table(ATTACKS))
