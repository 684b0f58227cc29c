from aurora.bootstrap.fingerprint import fingerprint, outdated

KEY = {"ANTHROPIC_API_KEY": "sk-something-secret"}


def test_a_fingerprint_holds_no_key() -> None:
    assert "secret" not in str(fingerprint(KEY, "salt"))


def test_another_key_or_setting_or_version_outdates_a_worker() -> None:
    running = fingerprint(KEY, "salt")
    assert outdated(running, fingerprint({"ANTHROPIC_API_KEY": "sk-another"}, "salt"))
    assert outdated(running, fingerprint(KEY | {"AURORA_POLICY__MAX_DOLLARS": "5"}, "salt"))
    assert outdated(running | {"code": "0.0.9+abc"}, fingerprint(KEY, "salt"))
    assert outdated(fingerprint({}, "salt") | {"code": "0.0.9+abc"}, fingerprint({}, "salt"))


def test_the_same_surroundings_and_a_caller_without_a_key_leave_it_alone() -> None:
    running = fingerprint(KEY, "salt")
    assert not outdated(running, fingerprint(KEY | {"AURORA_HOME": "elsewhere", "TERM": "dumb"}, "salt"))
    assert not outdated(running, fingerprint({}, "salt"))
    # a new version is no reason either: the worker that took over would have no key
    assert not outdated(running | {"code": "0.0.9+abc"}, fingerprint({}, "salt"))
