"""Sealed payloads: what opens, and what never does."""

import os
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from temporalio.api.common.v1 import Payload
from temporalio.api.failure.v1 import Failure
from temporalio.converter import ActivitySerializationContext, DataConverter, WorkflowSerializationContext
from temporalio.exceptions import ApplicationError

from aurora.client.converter import data_converter
from aurora.domain.outcome import Usage
from aurora.errors import Refusal
from aurora.payloads.codec import SealedPayloads
from aurora.payloads.history import HistoryPayloads
from aurora.payloads.keys import PayloadKeys
from aurora.payloads.unreadable import PayloadUnreadable, Unreadable, why_unreadable
from tests.support.sealing import OTHER_KEYS, SAME_NAME, TEST_KEYS


def of(workflow_id: str, *, namespace: str = "default", keys: PayloadKeys = TEST_KEYS) -> DataConverter:
    return data_converter(keys).with_context(WorkflowSerializationContext(namespace, workflow_id))


def activity_of(workflow_id: str) -> DataConverter:
    context = ActivitySerializationContext(
        "default", "7", "write_code", "aurora-model", workflow_id, "BackendTask", False
    )
    return data_converter(TEST_KEYS).with_context(context)


async def test_what_a_workflow_seals_its_activity_opens_and_the_other_way_round() -> None:
    for sender, receiver in ((of("one"), activity_of("one")), (activity_of("one"), of("one"))):
        assert await receiver.decode(await sender.encode([Usage(calls=3)]), [Usage]) == [Usage(calls=3)]


@pytest.mark.parametrize(
    "reader",
    [
        pytest.param(of("another"), id="another workflow"),
        pytest.param(of("one", namespace="other"), id="another namespace"),
        pytest.param(of("", namespace="defaultone"), id="the same letters, divided otherwise"),
        pytest.param(of("one", keys=OTHER_KEYS), id="another key"),
        pytest.param(of("one", keys=SAME_NAME), id="another key of the same id"),
        pytest.param(data_converter(TEST_KEYS), id="no workflow at all"),
    ],
)
async def test_a_sealed_value_opens_in_its_own_workflow_only(reader: DataConverter) -> None:
    payloads = await of("one").encode([Usage(calls=3)])
    (value,) = await reader.decode(payloads)
    assert isinstance(value, Unreadable)
    with pytest.raises(PayloadUnreadable):
        await reader.decode(payloads, [Usage])


async def test_a_marker_is_no_value_of_a_type_whose_fields_all_have_defaults() -> None:
    plain = await data_converter(None).encode([{}])
    with pytest.raises(PayloadUnreadable):
        await of("one").decode(plain, [Usage])
    hint: Any = Usage | Any
    assert isinstance((await of("one").decode(plain, [hint]))[0], Unreadable)


@given(st.dictionaries(st.sampled_from(["encoding", "encryption-key-id", "x"]), st.binary(max_size=20)), st.binary())
def test_opening_never_raises(metadata: dict[str, bytes], data: bytes) -> None:
    codec = SealedPayloads(TEST_KEYS, "default", "one")
    for encoding in (metadata.get("encoding", b""), b"binary/encrypted"):
        for key_id in (metadata.get("encryption-key-id", b""), b"tests"):
            odd = Payload(metadata={**metadata, "encoding": encoding, "encryption-key-id": key_id}, data=data)
            assert why_unreadable(codec.open(odd))


async def test_keys_of_the_file_open_what_they_sealed_and_the_current_one_seals() -> None:
    both = PayloadKeys("other", {**TEST_KEYS.keys, **OTHER_KEYS.keys})
    assert await of("one", keys=both).decode(await of("one").encode(["old"]), [str]) == ["old"]
    assert await of("one", keys=OTHER_KEYS).decode(await of("one", keys=both).encode(["new"]), [str]) == ["new"]


async def test_a_failure_says_nothing_to_whoever_has_no_key() -> None:
    failure = Failure()
    await of("one").encode_failure(ApplicationError("the task says: secret", {"a": "secret"}, type="Odd"), failure)
    assert b"secret" not in failure.SerializeToString()
    codec = SealedPayloads(TEST_KEYS, "default", "one")
    assert HistoryPayloads(codec).message(failure) == "the task says: secret"
    assert str(await of("one").decode_failure(failure)) == "Odd: the task says: secret"


async def test_a_failure_that_can_not_be_opened_is_still_a_failure() -> None:
    failure = Failure()
    await of("another").encode_failure(ApplicationError("secret", {"a": 1}), failure)
    assert isinstance(await of("one").decode_failure(failure), ApplicationError)


# ── the key file ──


async def test_a_key_file_is_private_and_made_once_however_many_make_it(tmp_path: Path) -> None:
    path = tmp_path / "keys.json"
    with ThreadPoolExecutor(8) as pool:
        made = list(pool.map(lambda _: PayloadKeys.new().create(path), range(8)))
    assert made.count(True) == 1
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert os.listdir(tmp_path) == ["keys.json"]
    keys = PayloadKeys.read(path)
    assert list(keys.keys) == [keys.current]
    assert len(keys.keys[keys.current]) == 32


@pytest.mark.parametrize("mode", [0o644, 0o604, 0o620, 0o666])
def test_a_key_file_that_others_can_read_or_write_is_refused(tmp_path: Path, mode: int) -> None:
    path = tmp_path / "keys.json"
    PayloadKeys.new().create(path)
    path.chmod(mode)
    with pytest.raises(Refusal, match="chmod 600"):
        PayloadKeys.read(path)


@pytest.mark.parametrize(
    "content",
    [
        "",
        "null",
        "[]",
        "{}",
        '{"current": "a", "keys": {}}',
        '{"current": "a", "keys": []}',
        '{"current": "a", "keys": {"a": "c2hvcnQ="}}',
        '{"current": "a", "keys": {"a": "not base64, but secret"}}',
        '{"current": "a", "keys": {"a": 5}}',
        "[" * 100_000,
    ],
)
def test_a_key_file_that_is_none_is_refused_without_telling_what_it_holds(tmp_path: Path, content: str) -> None:
    path = tmp_path / "keys.json"
    path.write_text(content)
    path.chmod(0o600)
    with pytest.raises(Refusal) as refused:
        PayloadKeys.read(path)
    assert "secret" not in str(refused.value)
    assert str(path) in refused.value.what


def test_keys_are_never_shown() -> None:
    assert "AAEC" not in repr(TEST_KEYS)
    assert "\\x" not in repr(TEST_KEYS)


def test_a_name_tells_nothing_without_the_key() -> None:
    assert SealedPayloads(TEST_KEYS).name("yes") == SealedPayloads(TEST_KEYS, "default", "one").name("yes")
    assert SealedPayloads(TEST_KEYS).name("yes") != SealedPayloads(OTHER_KEYS).name("yes")
