"""A review's finding counts where it quotes what stands there."""

import pytest

from aurora.domain.findings import Weight
from aurora.domain.review import MOST, Review, ReviewFinding, ReviewKind, grounded

DIFF = """diff --git a/shop/services/users.py b/shop/services/users.py
new file mode 100644
--- /dev/null
+++ b/shop/services/users.py
@@ -0,0 +1,3 @@
+def create(user, notify=True):
+    address = user.email.casefold()
+    return _STORE.setdefault(address, user)
diff --git a/shop/main.py b/shop/main.py
--- a/shop/main.py
+++ b/shop/main.py
@@ -1,2 +1,2 @@
-app = FastAPI()
+app = FastAPI(debug=True)
"""
CHANGED = ("shop/services/users.py", "shop/main.py")
TASK = [("the task", "Create users. A taken address is answered with 409, whatever its case.")]


def said(kind: ReviewKind = ReviewKind.FAULT, path: str = CHANGED[0], quote: str = "") -> ReviewFinding:
    return ReviewFinding(kind=kind, path=path, quote=quote, problem="It is wrong.", change="Change it.")


def found(*findings: ReviewFinding) -> tuple[list[tuple[str, str]], int]:
    kept, dropped = grounded(Review(findings=findings, summary="s"), DIFF, TASK, CHANGED)
    return [(one.check, one.path) for one in kept], dropped


@pytest.mark.parametrize(
    "quote",
    [
        "    return _STORE.setdefault(address, user)",
        "+    return _STORE.setdefault(address, user)",
        "address = user.email.casefold()\nreturn _STORE.setdefault(address, user)",
        "def create(user,   notify=True)",
    ],
)
def test_a_line_of_the_diff_may_be_quoted_as_a_model_quotes(quote: str) -> None:
    assert found(said(quote=quote)) == ([("review: fault", CHANGED[0])], 0)


@pytest.mark.parametrize(
    "finding",
    [
        pytest.param(said(quote="return _STORE.get(address)"), id="a line that stands nowhere"),
        pytest.param(said(quote="app = FastAPI()", path=CHANGED[1]), id="a line that the diff removes"),
        pytest.param(said(quote="app = FastAPI(debug=True)"), id="a line of another file"),
        pytest.param(said(quote="    return _STORE.setdefault(address, user)", path="shop/other.py"), id="other file"),
        pytest.param(said(quote="user"), id="a word"),
        pytest.param(said(quote=""), id="nothing"),
        pytest.param(said(ReviewKind.UNNAMED_RULE, quote="An empty name is refused"), id="a rule of nobody"),
    ],
)
def test_what_quotes_nothing_that_stands_there_is_dropped_and_counted(finding: ReviewFinding) -> None:
    assert found(finding) == ([], 1)


def test_a_rule_is_quoted_from_the_task() -> None:
    rule = said(ReviewKind.UNNAMED_RULE, path="", quote="a taken address is answered with 409, whatever its case")
    kept, _ = grounded(Review(findings=(rule,), summary="s"), DIFF, TASK, CHANGED)
    assert [(one.check, one.weight) for one in kept] == [("review: unnamed rule", Weight.ADVICE)]
    assert kept[0].message.startswith('the task says "a taken address') and kept[0].hint == "Change it."


def test_more_findings_than_anybody_acts_on_are_cut() -> None:
    many = [said(quote="    return _STORE.setdefault(address, user)")] * (MOST + 3)
    assert len(found(*many)[0]) == MOST
