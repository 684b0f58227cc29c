"""The number of seeded faults that the gates find, and of near misses that they take for faults.

    python -m benchmarks.seeded_faults [python] [--gate sql] [--all]

Prints each missed fault and each false alarm, then a table: gate, framework, faults, found, reported as advice only,
near misses, false alarms; then recall and precision of each gate. `docs/measurements/gates.md` holds the figures.
"""

import argparse
import asyncio
import sys
from collections import defaultdict
from collections.abc import Sequence

from tests.support.seeded_faults.asking import Answer, asked, rates
from tests.support.seeded_faults.seeded import seeded


def wrong(answer: Answer) -> str:
    case = answer.case
    if case.fault:
        kind = "advice only" if answer.advised else "elsewhere" if answer.blocking else "missed"
    else:
        kind = "false alarm"
    findings = answer.findings if answer.advised or not case.fault else answer.blocking
    reported = "".join(f"\n    {finding.path}:{finding.line} {finding.message[:200]}" for finding in findings)
    return f"{kind}: {case.id}: {case.why}{reported}"


def row(name: str, answers: Sequence[Answer]) -> str:
    faults = [answer for answer in answers if answer.case.fault]
    clean = [answer for answer in answers if not answer.case.fault]
    found = sum(answer.found for answer in faults)
    advised = sum(answer.advised for answer in faults)
    alarms = sum(not answer.right for answer in clean)
    return f"| {name} | {len(faults)} | {found} | {advised} | {len(clean)} | {alarms} |"


async def answered(language: str, gate: str = "*") -> list[Answer]:
    return [await asked(case) for case in seeded(language, gate)]


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n\n", maxsplit=1)[0])
    parser.add_argument("language", nargs="?", default="python")
    parser.add_argument("--gate", default="*")
    parser.add_argument("--all", action="store_true", help="what is found, too")
    given = parser.parse_args()
    answers = asyncio.run(answered(given.language, given.gate))
    for answer in answers:
        if not answer.right:
            print(wrong(answer))
        elif given.all:
            for finding in answer.findings:
                print(f"right: {answer.case.id}: {finding.path}:{finding.line} {finding.weight}: {finding.message}")
    groups: dict[tuple[str, str], list[Answer]] = defaultdict(list)
    gates: dict[str, list[Answer]] = defaultdict(list)
    for answer in answers:
        groups[answer.case.gate, answer.case.framework].append(answer)
        gates[answer.case.gate].append(answer)
    print("\n| gate | framework | faults | found | advice only | near misses | false alarms |")
    print("|---|---|---|---|---|---|---|")
    for (gate, framework), of_group in groups.items():
        print(row(f"{gate} | {framework}", of_group))
    print("\n| gate | faults | found | advice only | near misses | false alarms | recall | precision |")
    print("|---|---|---|---|---|---|---|---|")
    for gate, of_gate in gates.items():
        recall, precision = rates(of_gate)
        print(f"{row(gate, of_gate)} {recall:.2f} | {precision:.2f} |")
    return 0


if __name__ == "__main__":
    sys.exit(main())
