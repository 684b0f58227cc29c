"""The output of eslint 10, biome 2, prettier 3 and tsc 6, kept from real runs (`lint_output/`), as findings."""

from pathlib import Path

import pytest

from aurora.domain.runs import ExecEnd
from aurora.ports import Execution
from aurora.toolchains.folders import COPY
from aurora.toolchains.node import lint_output
from aurora.toolchains.runs import lint_report

OUTPUT = Path(__file__).with_name("lint_output")


def ended(name: str, code: int = 1) -> Execution:
    return Execution(end=ExecEnd.EXITED, exit_code=code, stdout=(OUTPUT / name).read_text("utf-8"), stderr="")


def found(tool: str, name: str):
    return [(f.check, f.path, f.line, f.fixable) for f in lint_output.parse((tool,), ended(name), COPY)]


def test_eslint_tells_errors_by_rule_and_a_file_it_cant_parse_but_no_file_it_ignores():
    assert found("eslint", "eslint.json") == [
        ("eslint:syntax", "src/bad.ts", 1, False),
        ("eslint:prefer-const", "src/l.ts", 1, True),
        ("eslint:@typescript-eslint/no-unused-vars", "src/l.ts", 3, False),
        ("eslint:no-debugger", "src/l.ts", 4, False),
    ]


def test_what_eslint_would_write_is_read_by_the_files_path():
    outputs = lint_output.eslint_outputs((OUTPUT / "eslint_fixed.json").read_text("utf-8"), COPY)
    assert list(outputs) == ["src/l.ts"] and outputs["src/l.ts"].startswith("const x = 1;\n")


def test_biome_tells_errors_and_that_a_file_is_not_formatted():
    reported = found("biome", "biome.json")
    assert ("biome:suspicious/noDebugger", "src/l.ts", 4, False) in reported
    assert ("biome:format", "src/l.ts", 0, True) in reported
    assert ("biome:parse", "src/bad.ts", 1, False) in reported
    assert not any(check == "biome:correctness/noUnusedVariables" for check, *_ in reported), "a warning is no error"


def test_prettier_tells_files_that_are_not_formatted_and_those_it_cant_parse():
    assert found("prettier", "prettier.txt") == [
        ("prettier", "src/l.ts", 0, True),
        ("prettier", "src/bad.ts", 0, False),
    ]


def test_tsc_tells_codes_and_the_lines_below_belong_to_the_message():
    findings = lint_output.parse(("tsc", "-p", "tsconfig.json"), ended("tsc.txt", 2), COPY)
    assert ("tsc:TS2305", "src/t.ts", 1) in [(f.check, f.path, f.line) for f in findings]
    (deep,) = [f for f in findings if f.check == "tsc:TS2322" and f.line == 4]
    assert "Type 'string' is not assignable to type 'number'" in deep.message


@pytest.mark.parametrize("tool", ["eslint", "biome", "prettier", "tsc"])
def test_a_tool_that_broke_is_one_finding_with_its_words(tool):
    run = Execution(end=ExecEnd.EXITED, exit_code=2, stdout="", stderr="Oops! Something went wrong")
    (finding,) = lint_output.parse((tool,), run, COPY)
    assert finding.check == f"lint:{tool}" and "Oops!" in finding.message


@pytest.mark.parametrize(
    "text", ["[", "{}", '[{"messages": 3}]', '[{"messages": [1, {"severity": 2}]}]', "[" * 100_000]
)
def test_output_that_anybody_may_have_written_is_no_error_of_ours(text):
    for tool in ("eslint", "biome", "prettier", "tsc"):
        run = Execution(end=ExecEnd.EXITED, exit_code=1, stdout=text, stderr="")
        assert lint_output.parse((tool,), run, COPY), "a tool that failed and said nothing readable is a finding"
    lint_output.eslint_outputs(text, COPY)
    lint_output.reported_outputs(text)


def test_a_type_error_in_a_file_nobody_changed_counts_unless_the_base_commit_has_it():
    findings = lint_output.parse(("tsc",), ended("tsc.txt", 2), COPY)
    fresh = lint_report.report(findings, (), ["src/app.ts"])
    assert not fresh.passed and fresh.total == len(findings)
    assert lint_report.report(findings, [f.key for f in findings], ["src/app.ts"]).passed
