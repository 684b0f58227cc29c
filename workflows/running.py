"""How workflow code is run: in Temporal's sandbox, with what it only reads passed through."""

from temporalio.worker.workflow_sandbox import SandboxedWorkflowRunner, SandboxRestrictions


def workflow_runner() -> SandboxedWorkflowRunner:
    """Our own pure modules and pydantic are loaded once, not per workflow; time, random and I/O stay restricted."""
    restrictions = SandboxRestrictions.default.with_passthrough_modules(
        "pydantic", "pydantic_core", "annotated_types", "activities", "aurora"
    )
    return SandboxedWorkflowRunner(restrictions=restrictions)
