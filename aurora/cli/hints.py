"""Advice that helps after a refusal, as a command or an option of this program: the client names none."""

from aurora.errors import Reason, Refusal, RefusalCode

NOT_REACHABLE = 3
EXIT_CODES = {
    RefusalCode.INVALID: 2,
    RefusalCode.NOT_FOUND: 2,
    RefusalCode.CONFLICT: 2,
    RefusalCode.FORBIDDEN: 2,
    RefusalCode.UNREACHABLE: NOT_REACHABLE,
}

HINTS = {
    Reason.REPOSITORY: "`--repo PATH` names a repository",
    Reason.BASE: "`--base REF` names another base commit",
    Reason.TASK_TEXT: "for example: aurora run - < task.md",
    Reason.UNKNOWN_TASK: "`aurora list` shows all tasks",
    Reason.TASK_ENDED: "`aurora status {task_id}` shows how it ended",
    Reason.TASK_STATE: "`aurora status {task_id}` shows its state",
    Reason.NOTHING_MADE: "`aurora status {task_id}` shows more",
    Reason.NO_QUESTION: "`aurora questions` lists open questions",
    Reason.SEVERAL_QUESTIONS: "choose one with `--question ID`",
    Reason.NOT_TAKEN: "`aurora status {task_id}` shows its state",
    Reason.NO_SERVER: "`aurora dev` starts the embedded server",
    Reason.SERVER_SILENT: "`aurora doctor` checks what is reachable",
    Reason.KEY_USED: "`aurora status {task_id}` shows the task",
    Reason.OTHER_KEYS: "stop it with `aurora stop`",
}
"""Hints for each reason a command or an option; `{task_id}` is the task it is about."""


def hint_of(refusal: Refusal) -> str:
    """The refusal's own hint, then the command or option that helps; empty when there is neither."""
    own = HINTS[refusal.reason].format(task_id=refusal.task_id) if refusal.reason else ""
    if not (refusal.hint and own):
        return refusal.hint or own
    return f"{refusal.hint} {own}" if refusal.hint.endswith("?") else f"{refusal.hint.removesuffix('.')}; {own}"
