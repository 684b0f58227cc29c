"""The values that cross between the workflow and the activities: orders in, results out. Small by construction.

Every result has a `summary`, one line a person may read in Temporal's UI or in `aurora watch`.
"""

from activities.messages.checks import CheckInput, CheckMode, CheckResult, FixResult
from activities.messages.contradictions import CheckReportInput, CheckReportResult, ReplayTestInput, ReplayTestResult
from activities.messages.delivery import CommitInput, CommitResult, DeliverInput, DeliverResult
from activities.messages.environment import (
    ChangeEnvironmentInput,
    ChangeEnvironmentResult,
    ReadSettingsInput,
    ReadSettingsResult,
)
from activities.messages.records import (
    CloseTaskInput,
    CloseTaskResult,
    KeepTextsInput,
    KeepTextsResult,
    NextPartInput,
    RecordAnswersInput,
    RecordTaskInput,
    RecordTaskResult,
    Stock,
)
from activities.messages.result import ActivityResult
from activities.messages.turns import (
    CALL_CHARS,
    Asked,
    Attempt,
    CallHead,
    Judgement,
    PastConversation,
    ToolAnswer,
    ToolsInput,
    ToolsResult,
    TurnInput,
    TurnReply,
)
from activities.messages.workspace import Bounds, OpenedWorkspace, OpenWorkspaceResult

__all__ = [
    "CALL_CHARS",
    "ActivityResult",
    "Asked",
    "Attempt",
    "Bounds",
    "CallHead",
    "ChangeEnvironmentInput",
    "ChangeEnvironmentResult",
    "CheckInput",
    "CheckMode",
    "CheckReportInput",
    "CheckReportResult",
    "CheckResult",
    "CloseTaskInput",
    "CloseTaskResult",
    "CommitInput",
    "CommitResult",
    "DeliverInput",
    "DeliverResult",
    "FixResult",
    "Judgement",
    "KeepTextsInput",
    "KeepTextsResult",
    "NextPartInput",
    "OpenWorkspaceResult",
    "OpenedWorkspace",
    "PastConversation",
    "ReadSettingsInput",
    "ReadSettingsResult",
    "RecordAnswersInput",
    "RecordTaskInput",
    "RecordTaskResult",
    "ReplayTestInput",
    "ReplayTestResult",
    "Stock",
    "ToolAnswer",
    "ToolsInput",
    "ToolsResult",
    "TurnInput",
    "TurnReply",
]
