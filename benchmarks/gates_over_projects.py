"""The findings of gates in checked-out projects, each source file asked about as if it were new.

    python -m benchmarks.gates_over_projects service_layer layers --in ~/checkouts/a ~/checkouts/b --sample 50 --seed 1

Prints each finding with its project, place, and lines of the text around it, to be judged by hand: is it right? Then a
table: project, language, files, findings, and of these advice. `--sample`: so many findings of each gate, drawn by
`--seed`; without it all. `docs/measurements/gates.md` holds the figures.
"""

import argparse
import random
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from aurora.domain.findings import Finding, Weight
from aurora.gates import GATES, gate_runner
from aurora.gates.context import ChangedFile, DraftFacts
from aurora.gates.gate import FileGate
from aurora.toolchains.language import Language
from aurora.toolchains.registry import LANGUAGES
from tests.support.workspaces import workspace

LARGEST = 300_000
"""Bytes of a file that is read."""
SKIPPED = {".git", "node_modules", "dist", "build", ".venv", "vendor", "migrations", "__pycache__"}


class Found:
    def __init__(self, project: str, language: str, finding: Finding, text: str) -> None:
        self.project, self.language, self.finding, self.text = project, language, finding, text

    def shown(self, around: int) -> str:
        finding = self.finding
        lines = self.text.splitlines()
        first = max(0, finding.line - 1 - around)
        part = "\n".join(
            f"    {number:>5} {line[:160]}"
            for number, line in enumerate(lines[first : finding.line + around], first + 1)
        )
        weight = "advice: " if finding.weight is Weight.ADVICE else ""
        return f"[{finding.check}] {self.project}/{finding.path}:{finding.line}\n  {weight}{finding.message}\n{part}\n"


def facts(folder: Path, language: Language, paths: frozenset[str]) -> DraftFacts:
    """The facts of a project of which only the files are known."""
    runner = next(iter(language.runners))
    space = workspace(language=language.name, runner=runner, root="", test_roots=(), usual_tests=())
    configuration = {}
    for path in language.configuration(space.toolchain):
        if (folder / path).is_file():
            configuration[path] = (folder / path).read_text("utf-8", "replace")
    return DraftFacts(space, language, paths, configuration)


def sources(folder: Path) -> dict[str, Path]:
    return {
        str(path.relative_to(folder)): path
        for path in sorted(folder.rglob("*"))
        if not set(path.relative_to(folder).parts) & SKIPPED and path.is_file() and not path.is_symlink()
    }


def over(folder: Path, gates: Sequence[FileGate], counts: Counter[tuple[str, str]]) -> Iterator[Found]:
    files = sources(folder)
    for language in LANGUAGES:
        known = facts(folder, language, frozenset(files))
        asked = [gate for gate in gates if not gate.languages or language.name in gate.languages]
        for path, place in files.items():
            if not path.endswith(language.suffixes) or place.stat().st_size > LARGEST:
                continue
            try:
                text = place.read_text("utf-8")
            except UnicodeDecodeError:
                continue
            counts[folder.name, language.name] += 1
            for gate in asked:
                for finding in gate_runner.in_file(gate, known, ChangedFile.of_edit(path, None, text)):
                    yield Found(folder.name, language.name, finding, text)


def main() -> int:
    named = {gate.name: gate for gate in GATES if isinstance(gate, FileGate)}
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n\n", maxsplit=1)[0])
    parser.add_argument("gates", nargs="+", choices=sorted(named))
    parser.add_argument("--in", dest="folders", nargs="+", type=Path, required=True)
    parser.add_argument("--sample", type=int, help="so many findings of each gate")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--around", type=int, default=2, help="lines shown before and after")
    parser.add_argument("--no-advice", action="store_true", help="only what blocks")
    given = parser.parse_args()
    counts: Counter[tuple[str, str]] = Counter()
    found = [one for folder in given.folders for one in over(folder, [named[name] for name in given.gates], counts)]
    if given.no_advice:
        found = [one for one in found if one.finding.weight is not Weight.ADVICE]
    for name in given.gates:
        of_gate = [one for one in found if one.finding.check == name]
        if given.sample is not None and len(of_gate) > given.sample:
            of_gate = random.Random(given.seed).sample(of_gate, given.sample)
        for one in of_gate:
            print(one.shown(given.around))
    print("project | language | files | findings | advice")
    for (project, language), files in counts.items():
        of_project = [one for one in found if (one.project, one.language) == (project, language)]
        advice = sum(one.finding.weight is Weight.ADVICE for one in of_project)
        print(f"{project} | {language} | {files} | {len(of_project)} | {advice}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
