"""Master keys in a file are never lost, never shown and never half there."""

import json
import os

import pytest

from careprogram.builtin.file_keyring import add_master_key, drop_old_master_keys, make_key_file, read_key_file
from careprogram.errors import SealError


@pytest.fixture
def path(tmp_path):
    """Return a new key file."""
    file = tmp_path / "deep" / "county.keys"
    assert make_key_file(file) == "m1"
    return file


def test_what_was_wrapped_opens_after_every_change(path):
    """A new master key comes first and the old ones stay, until they are destroyed; the index key never changes."""
    first = read_key_file(path)
    wrapped = first.wrap(b"secret", about=b"a")
    assert add_master_key(path) == "m2"
    second = read_key_file(path)
    assert second.masters == ("m2", "m1")
    assert second.unwrap(wrapped, master="m1", about=b"a") == b"secret"
    assert second.index_key() == first.index_key()
    anew = second.wrap(b"secret", about=b"a")
    assert drop_old_master_keys(path) == ("m1",)
    third = read_key_file(path)
    assert third.unwrap(anew, master="m2", about=b"a") == b"secret"
    with pytest.raises(SealError, match="does not hold the master key 'm1'"):
        third.unwrap(wrapped, master="m1", about=b"a")
    assert add_master_key(path) == "m3"
    assert third.index_key() == first.index_key()


def test_the_key_file_of_other_records_is_told(path, tmp_path):
    """Every first master key is called m1, so a wrong file is told by what it does not open."""
    make_key_file(tmp_path / "other.keys")
    wrapped = read_key_file(path).wrap(b"secret", about=b"a")
    with pytest.raises(SealError, match="key file of other records"):
        read_key_file(tmp_path / "other.keys").unwrap(wrapped, master="m1", about=b"a")


def test_a_key_file_is_never_overwritten(path):
    """Making keys twice would make everything unreadable, so the second time is refused."""
    before = path.read_bytes()
    with pytest.raises(SealError, match="there is a key file already"):
        make_key_file(path)
    assert path.read_bytes() == before
    assert [one.name for one in path.parent.iterdir()] == [path.name]


@pytest.mark.skipif(os.name != "posix", reason="files have no such rights here")
def test_a_file_that_others_can_read_is_refused(path):
    """It is made for its owner alone, and refused once others may read it."""
    assert path.stat().st_mode & 0o777 == 0o600
    path.chmod(0o640)
    with pytest.raises(SealError, match="chmod 600"):
        read_key_file(path)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda content: {**content, "format": "other"},
        lambda content: {**content, "order": []},
        lambda content: {**content, "order": ["m1", "m2"]},
        lambda content: {**content, "order": ["../m"], "masters": {"../m": content["index"]}},
        lambda content: {**content, "masters": {"m1": 7}},
        lambda content: {**content, "masters": {"m1": content["index"][:-8]}},
        lambda content: {**content, "index": "?"},
        lambda content: [content],
    ],
)
def test_a_spoilt_file_is_refused_without_showing_it(path, spoil):
    """Whatever is wrong with it, the error names the file and no key."""
    content = json.loads(path.read_text())
    path.write_text(json.dumps(spoil(content)))
    with pytest.raises(SealError) as caught:
        read_key_file(path)
    assert str(path) in str(caught.value)
    assert content["index"][:12] not in str(caught.value)


@pytest.mark.parametrize("text", ["", "{", "\x00", "[" * 100_000])
def test_no_file_and_no_json_are_refused(tmp_path, text):
    """A missing, empty or hostile file costs a message."""
    path = tmp_path / "keys"
    with pytest.raises(SealError, match="cannot be read"):
        read_key_file(path)
    path.write_text(text)
    path.chmod(0o600)
    with pytest.raises(SealError, match="no key file"):
        read_key_file(path)
