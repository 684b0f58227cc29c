"""The forgeries as a table. `python -m tests.attacks.forgeries.table` writes it into docs/design/tampering.md."""

from collections import Counter
from collections.abc import Sequence

from tests.attacks.forgeries import (
    cases,
    endings,
    of_django,
    of_jest_and_mocha,
    of_node_test,
    of_vitest,
    outcomes,
    reports,
    selection,
)
from tests.attacks.forgeries.forgery import Forgery, Witness
from tests.support.shown_table import ShownTable

FORGERIES: tuple[Forgery, ...] = tuple(
    forgery
    for module in (
        endings,
        selection,
        outcomes,
        reports,
        cases,
        of_django,
        of_jest_and_mocha,
        of_node_test,
        of_vitest,
    )
    for forgery in module.FORGERIES
)
SHOWN = ShownTable("design/tampering.md", "forgeries", "forgeries-table")
SEEN_BY = {
    Witness.RESULT: "no effect: red",
    Witness.RUN: "run",
    Witness.MISSING_TESTS: "missing_tests",
    Witness.SENTINEL: "sentinel",
    Witness.MUTANTS: "mutants",
    Witness.NOBODY: "**nobody**",
}


def table(forgeries: Sequence[Forgery]) -> str:
    lost = [forgery for forgery in forgeries if not forgery.caught]
    count = Counter(forgery.seen_by for forgery in forgeries)
    lines = [
        f"{len(forgeries)} forgeries, {len(forgeries) - len(lost)} caught, {len(lost)} not: "
        + ", ".join(f"{SEEN_BY[witness].strip('*')} {count[witness]}" for witness in Witness)
        + ".",
        "",
        "| runner | forgery | seen by | in kind also for |",
        "|---|---|---|---|",
        *(
            f"| {f.toolchain} | {f.name} | {SEEN_BY[f.seen_by]} | {', '.join(sorted(f.also))} |".replace("`", "")
            for f in forgeries
        ),
        "",
        "Seen by nobody, and why:",
        "",
        *(f"- {forgery.name}: {forgery.why}" for forgery in lost),
    ]
    return "\n".join(lines)


if __name__ == "__main__":
    SHOWN.write(table(FORGERIES))
