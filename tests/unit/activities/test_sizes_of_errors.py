"""Whatever is raised with 3 MB in it, what Temporal is given of it stays below 64 KiB, and says what happened."""

from collections.abc import Callable

import pytest
from temporalio.api.failure.v1 import Failure
from temporalio.exceptions import ApplicationError

from activities.interceptors.heartbeats import translated
from aurora import errors
from aurora.client.converter import data_converter
from tests.support.large_texts import LIMIT, big

ERRORS: list[Callable[[str], Exception]] = [
    errors.Refusal,
    errors.EndpointError,
    errors.QuotaExhausted,
    errors.RequestRefused,
    errors.ArtifactMissing,
    errors.AuroraError,
    lambda said: errors.ImageBuildFailed(said, said),
    lambda said: errors.Refusal(said, said),
    ValueError,
    KeyError,
    OSError,
    lambda said: UnicodeDecodeError("utf-8", said.encode("utf-8", "replace"), 0, 1, said),
]


def failure_of(error: Exception) -> Failure:
    """As Temporal is sent it."""
    with pytest.raises(ApplicationError) as caught, translated():
        raise error
    failure = Failure()
    data_converter().failure_converter.to_failure(caught.value, data_converter().payload_converter, failure)
    return failure


def chained(error: Exception, said: str, depth: int) -> Exception:
    if depth:
        error.__cause__ = chained(type(f"Deep{depth}", (OSError,), {})(said), said, depth - 1)
    return error


@big
@pytest.mark.parametrize("kind", ERRORS)
@pytest.mark.parametrize("depth", [0, 1, 50])
def test_an_error(text: str, kind: Callable[[str], Exception], depth: int) -> None:
    assert failure_of(chained(kind(text), text, depth)).ByteSize() < LIMIT


def test_an_endless_recursion() -> None:
    def here(n: int) -> int:
        return there(n + 1)

    def there(n: int) -> int:
        return here(n + 1)

    with pytest.raises(RecursionError) as caught:
        here(0)
    failure = failure_of(caught.value)
    assert failure.ByteSize() < LIMIT
    assert failure.application_failure_info.type == "RecursionError"


def test_a_failure_says_what_lies_behind_it() -> None:
    error = errors.SandboxLost("the container is gone")
    error.__cause__ = OSError("connection reset")
    failure = failure_of(error)
    assert (failure.message, failure.application_failure_info.type) == ("the container is gone", "SandboxLost")
    assert (failure.cause.message, failure.cause.application_failure_info.type) == ("connection reset", "OSError")
    assert "test_sizes_of_errors.py" in failure.stack_trace


def test_an_error_nobody_foresaw_may_be_tried_again_as_the_policies_say() -> None:
    failure = failure_of(ConnectionResetError("gone"))
    assert not failure.application_failure_info.non_retryable
    assert failure.application_failure_info.type == "ConnectionResetError"


def test_a_failure_of_temporals_own_passes_as_it_is() -> None:
    ours = ApplicationError("as it is", type="X", non_retryable=True)
    with pytest.raises(ApplicationError) as caught, translated():
        raise ours
    assert caught.value is ours
