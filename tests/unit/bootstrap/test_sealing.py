"""The embedded server's keys: made once, kept, and missed loudly; nothing that it stores can be read without them."""

import os
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from aurora.bootstrap.sealing import keys_of
from aurora.bootstrap.state_folder import StateFolder
from aurora.errors import Refusal
from aurora.payloads.keys import PayloadKeys


def used(folder: StateFolder) -> StateFolder:
    """As after a start of the server."""
    keys_of(folder.prepared())
    folder.database.write_bytes(b"SQLite")
    return folder


@pytest.fixture
def folder(tmp_path: Path) -> StateFolder:
    return StateFolder(tmp_path / "state").prepared()


def test_the_keys_are_made_once_and_stay_the_same(folder: StateFolder) -> None:
    with ThreadPoolExecutor(8) as pool:
        made = {keys.current for keys in pool.map(lambda _: keys_of(folder), range(8))}
    assert made == {keys_of(used(folder)).current}
    assert stat.S_IMODE(folder.payload_keys.stat().st_mode) == 0o600


def test_lost_keys_are_not_made_anew_beside_tasks_that_were_sealed_with_them(folder: StateFolder) -> None:
    used(folder).payload_keys.unlink()
    with pytest.raises(Refusal, match="its key file is gone") as refused:
        keys_of(folder)
    assert "restore" in refused.value.hint
    assert "given-up" in refused.value.hint
    assert not folder.payload_keys.exists()


def test_keys_of_another_folder_are_refused(folder: StateFolder, tmp_path: Path) -> None:
    used(folder).payload_keys.unlink()
    PayloadKeys.new().create(folder.payload_keys)
    with pytest.raises(Refusal, match="which the key file does not hold"):
        keys_of(folder)


def test_a_key_is_replaced_by_adding_one_and_the_older_one_may_go_then(folder: StateFolder) -> None:
    old, new = keys_of(used(folder)), PayloadKeys.new()
    for keys in ({**old.keys, **new.keys}, new.keys):
        folder.payload_keys.unlink()
        PayloadKeys(new.current, keys).create(folder.payload_keys)
        assert keys_of(folder).current == new.current
    folder.payload_keys.unlink()
    old.create(folder.payload_keys)
    with pytest.raises(Refusal, match="which the key file does not hold"):
        keys_of(folder)


def test_tasks_that_an_earlier_version_kept_in_plain_are_named(folder: StateFolder) -> None:
    folder.database.write_bytes(b"SQLite")
    with pytest.raises(Refusal, match="can't be read"):
        keys_of(folder)
    PayloadKeys.new().create(folder.payload_keys)
    with pytest.raises(Refusal, match="an earlier version kept it in plain"):
        keys_of(folder)


def test_a_database_that_was_given_up_makes_room_for_a_new_one_and_keeps_the_keys(folder: StateFolder) -> None:
    before = keys_of(used(folder)).current
    for path in folder.home.glob("temporal.db*"):
        path.unlink()
    assert keys_of(folder).current == before


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may give a file away")
def test_keys_that_another_user_put_there_are_refused(folder: StateFolder) -> None:
    keys_of(folder)
    os.chown(folder.payload_keys, 65534, -1)
    with pytest.raises(Refusal, match="belong to user 65534"):
        keys_of(folder)
