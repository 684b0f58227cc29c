"""The way workflow code is run: in Temporal's sandbox, with our own modules passed through."""

from temporalio.worker.workflow_sandbox import SandboxedWorkflowRunner, SandboxRestrictions


def workflow_runner() -> SandboxedWorkflowRunner:
    """Our modules and pydantic are loaded once and not for each task: building their models anew takes 50 ms and 1 MB.

    What the sandbox would refuse in them (time, chance, I/O) `tests/unit/test_architecture.py` refuses instead."""
    restrictions = SandboxRestrictions.default.with_passthrough_modules(
        "pydantic", "pydantic_core", "annotated_types", "activities", "aurora", "workflows"
    )
    return SandboxedWorkflowRunner(restrictions=restrictions)
