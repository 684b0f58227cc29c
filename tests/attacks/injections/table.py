"""The lures as a table. `python -m tests.attacks.injections.table` writes it into docs/measurements/injections.md."""

from tests.attacks.injections.acts import ACTS
from tests.attacks.injections.corpus import LURES
from tests.support.shown_table import ShownTable

SHOWN = ShownTable("measurements/injections.md", "injections", "injections-table")


def table() -> str:
    held = {act.name: act.wins for act in ACTS}
    rows = [
        "| " + " | ".join(cell.replace("|", "\\|") for cell in (lure.name, lure.place, lure.act, held[lure.act])) + " |"
        for lure in LURES
    ]
    return "\n".join(
        (
            f"{len(LURES)} lures, {len(ACTS)} acts, 0 tampered commits.",
            "",
            "| lure | comes as | asks to | what held |",
            "|---|---|---|---|",
            *rows,
        )
    )


if __name__ == "__main__":
    SHOWN.write(table())
