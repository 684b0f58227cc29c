"""Every activity of a task, each declared once: its kind, and what a step may write.

The kind gives it its queue, policy and place in tests; the write access its tools and the files they may write.

A step is a box of the flow chart: its name is its activity's name, its file's name under `activities/` and, where a
model replies, its prompt's name.
"""

from enum import StrEnum
from typing import Self


class ActivityKind(StrEnum):
    MODEL = "model"
    """One reply of a model: has the key, no Docker. Has a prompt."""
    SANDBOX = "sandbox"
    """Works on a draft in a container: Docker, no key."""
    RECORD = "record"
    """Reads or writes a task's artifacts, briefly, in the middle of the flow."""
    CHECKPOINT = "checkpoint"
    """Writes what the next run, or the reader of an ended task, relies on: retried until it is done."""
    NOTICE = "notice"
    """Tells people: retried until a webhook takes it."""


class WriteAccess(StrEnum):
    """The files that the calls of a model step may write; frozen tests never."""

    NONE = "none"
    """It reads and decides: no writing tool is offered."""
    REPORTED = "reported"
    """Only the files that findings of its reports name, and no test."""
    STUBS = "stubs"
    """Code, before tests are frozen."""
    CODE = "code"
    """Code under frozen tests; it may report that one of them contradicts the specification."""
    TESTS = "tests"
    """Tests, and no code."""


class Activity(StrEnum):
    kind: ActivityKind
    write_access: WriteAccess

    def __new__(cls, name: str, kind: ActivityKind, write_access: WriteAccess = WriteAccess.NONE) -> Self:
        member = str.__new__(cls, name)
        member._value_ = name
        member.kind, member.write_access = kind, write_access
        return member


class Step(Activity):
    """A box of the flow chart."""

    OPEN_WORKSPACE = "open_workspace", ActivityKind.SANDBOX
    CHECK_CONTEXT = "check_context", ActivityKind.MODEL
    DRAFT_PLAN = "draft_plan", ActivityKind.MODEL
    DEFINE_INTERFACES = "define_interfaces", ActivityKind.MODEL, WriteAccess.STUBS
    WRITE_TESTS = "write_tests", ActivityKind.MODEL, WriteAccess.TESTS
    WRITE_CODE = "write_code", ActivityKind.MODEL, WriteAccess.CODE
    CHECK_INTERFACES = "check_interfaces", ActivityKind.SANDBOX
    RUN_LINTER = "run_linter", ActivityKind.SANDBOX
    APPLY_LINT_FIXES = "apply_lint_fixes", ActivityKind.SANDBOX
    FIX_LINT = "fix_lint", ActivityKind.MODEL, WriteAccess.REPORTED
    RUN_TESTS = "run_tests", ActivityKind.SANDBOX
    RUN_GATES = "run_gates", ActivityKind.SANDBOX
    OBSERVE_TESTS = "observe_tests", ActivityKind.SANDBOX
    EXERCISE_CONTRACT = "exercise_contract", ActivityKind.SANDBOX
    CHECK_MUTANTS = "check_mutants", ActivityKind.SANDBOX
    ASK_CHECKERS = "ask_checkers", ActivityKind.SANDBOX
    REFLECT = "reflect", ActivityKind.MODEL
    FIX_CODE = "fix_code", ActivityKind.MODEL, WriteAccess.CODE
    CHECK_REPORT = "check_report", ActivityKind.SANDBOX
    JUDGE_CONTRADICTION = "judge_contradiction", ActivityKind.MODEL
    REWRITE_TEST = "rewrite_test", ActivityKind.MODEL, WriteAccess.TESTS
    REPLAY_TEST = "replay_test", ActivityKind.SANDBOX
    REVIEW = "review", ActivityKind.MODEL
    CREATE_COMMIT = "create_commit", ActivityKind.SANDBOX
    DELIVER = "deliver", ActivityKind.SANDBOX


class Auxiliary(Activity):
    """An activity that is no box of the chart: a half of a step's turn, a record, a message to people."""

    USE_TOOLS = "use_tools", ActivityKind.SANDBOX
    RECORD_ANSWERS = "record_answers", ActivityKind.RECORD
    READ_SETTINGS = "read_settings", ActivityKind.RECORD
    NEXT_PART = "next_part", ActivityKind.RECORD
    CHANGE_ENVIRONMENT = "change_environment", ActivityKind.SANDBOX
    TAKE_STOCK = "take_stock", ActivityKind.RECORD
    RECORD_TASK = "record_task", ActivityKind.CHECKPOINT
    KEEP_TEXTS = "keep_texts", ActivityKind.CHECKPOINT
    CLOSE_TASK = "close_task", ActivityKind.CHECKPOINT
    NOTIFY = "notify", ActivityKind.NOTICE


ACTIVITIES: tuple[Activity, ...] = (*Step, *Auxiliary)

MODEL_STEPS: tuple[Step, ...] = tuple(step for step in Step if step.kind is ActivityKind.MODEL)
