"""Messages become whole files in a folder, once each."""

import json
import stat
import string
from pathlib import Path

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from careprogram.builtin.file_notifier import FORMAT, FileNotifier, as_text, file_name
from careprogram.ports import DeliveryAnswer
from careprogram.testing.store_examples import message

GOLDEN = Path(__file__).parent.parent / "golden" / "message-1.json"


def test_the_file_says_what_the_message_says(tmp_path):
    """One file, named after the key, with every field a reader needs, for its owner alone."""
    notifier = FileNotifier(tmp_path / "outbox")
    sent = message(1, key="duty-7", subject="家访", body="请于周五前家访。")
    assert notifier.send(sent).answer is DeliveryAnswer.ACCEPTED
    (file,) = (tmp_path / "outbox").iterdir()
    assert file.name == "duty-7.json"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700
    written = json.loads(file.read_bytes())
    assert {name: written[name] for name in ("format", "key", "subject", "body", "recipient", "language")} == {
        "format": FORMAT,
        "key": "duty-7",
        "subject": "家访",
        "body": "请于周五前家访。",
        "recipient": "somebody",
        "language": "zh",
    }


def test_sent_twice_is_one_file(tmp_path):
    """Sending again after a crash leaves the same single file, so that nobody is told twice."""
    notifier = FileNotifier(tmp_path)
    assert notifier.idempotent
    for _ in range(2):
        notifier.send(message(1))
    assert [file.name for file in tmp_path.iterdir()] == ["k1.json"]


def test_the_format_stays_readable():
    """Files of format 1 keep their exact text for ever."""
    golden = message(1, key="duty-7", subject="家访 visit", body="一\n“二”\t👧", language="en")
    assert as_text(golden) == GOLDEN.read_text(encoding="utf-8")


def test_a_write_that_fails_leaves_no_half_file(tmp_path, monkeypatch):
    """A full disk means later, names no content, and leaves neither a half file nor a file aside."""

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    delivery = FileNotifier(tmp_path).send(message(1, body="SECRET"))
    assert delivery.answer is DeliveryAnswer.LATER
    assert delivery.detail == "folder: No space left on device"
    assert list(tmp_path.iterdir()) == []


def test_the_old_file_stays_until_the_new_one_is_whole(tmp_path, monkeypatch):
    """Whoever watches the folder sees the old file or the new one, never a part."""
    notifier = FileNotifier(tmp_path)
    notifier.send(message(1, body="first"))
    before = (tmp_path / "k1.json").read_bytes()
    seen = []
    real = Path.replace

    def watched(self, target):
        seen.append(((tmp_path / "k1.json").read_bytes(), self.read_bytes()))
        return real(self, target)

    monkeypatch.setattr(Path, "replace", watched)
    notifier.send(message(1, body="second"))
    ((old, new),) = seen
    assert old == before
    assert new == (tmp_path / "k1.json").read_bytes() != before


def test_a_folder_that_cannot_be_means_later(tmp_path):
    """A file where the folder should be is told as a short word, and the message is tried again."""
    (tmp_path / "taken").write_text("")
    delivery = FileNotifier(tmp_path / "taken").send(message(1))
    assert delivery.answer is DeliveryAnswer.LATER


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1, max_size=200))
def test_no_key_leaves_the_folder(key):
    """Whatever the key, the name is a plain name on any system: no path, no hidden or reserved name."""
    name = file_name(key)
    assert set(name) <= set(string.ascii_lowercase + string.digits + "._-")
    assert name[0] not in ".-"
    assert len(name) < 120


@pytest.mark.parametrize("keys", [("A", "a"), ("é", "e\u0301"), ("a/b", "a_b"), ("..", "."), ("con", "CON")])
def test_two_keys_are_two_files(tmp_path, keys):
    """Keys that a file system might take for one stay two files."""
    notifier = FileNotifier(tmp_path)
    for number, key in enumerate(keys):
        notifier.send(attrs.evolve(message(number), key=key))
    assert len({file.name.casefold() for file in tmp_path.iterdir()}) == 2
