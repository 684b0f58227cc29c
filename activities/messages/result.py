"""The base of results of activities that count as work."""

from aurora.domain.value import Value


class ActivityResult(Value):
    seconds: float | None = None
    """The time for which the activity ran, its earlier tries included, by the clocks of the workers that ran it: the
    time in which no worker lived is not part of it. Set by the interceptor of activities; None in histories that are
    older."""
