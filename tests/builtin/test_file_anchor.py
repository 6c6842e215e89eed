"""The ends of an audit trail are kept in a file, one line each, and never go back."""

import datetime as dt
import os
import stat
from concurrent.futures import ThreadPoolExecutor

import pytest

from careprogram.builtin.file_anchor import FileAnchor
from careprogram.errors import ConflictError, StoreError
from careprogram.ports import AuditHead

AT = dt.datetime(2026, 9, 1, 9, tzinfo=dt.UTC)


def head(position, digest="d"):
    return AuditHead(position=position, digest=f"{digest}{position}")


def test_nothing_was_kept_yet(tmp_path):
    """A file that is not there holds no head, and asking makes none."""
    assert FileAnchor(tmp_path / "anchor").latest() is None
    assert list(tmp_path.iterdir()) == []


def test_heads_are_kept_for_ever_one_line_each(tmp_path):
    """The file only grows, is its owner's alone, and says when each head was kept."""
    path = tmp_path / "new folder" / "anchor"
    for position in (2, 5):
        FileAnchor(path).keep(head(position), at=AT)
    FileAnchor(path).keep(head(5), at=AT + dt.timedelta(1))
    assert FileAnchor(path).latest() == head(5)
    assert path.read_text() == (
        '{"at":"2026-09-01T09:00:00+00:00","digest":"d2","position":2}\n'
        '{"at":"2026-09-01T09:00:00+00:00","digest":"d5","position":5}\n'
    )
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


@pytest.mark.promise
@pytest.mark.parametrize("later", [head(4), head(5, "other")])
def test_a_trail_that_went_back_is_refused(tmp_path, later):
    """An end before the one kept, or another one at its place, shows that the trail was cut; the file stays."""
    anchor = FileAnchor(tmp_path / "anchor")
    anchor.keep(head(5), at=AT)
    with pytest.raises(ConflictError, match="entry 5 was kept before"):
        anchor.keep(later, at=AT)
    assert anchor.latest() == head(5)


@pytest.mark.parametrize("cut", range(1, 30, 7))
def test_a_line_that_was_cut_off_never_counted(tmp_path, cut):
    """A line that a crash left half written is not a head; the next one takes its place."""
    path = tmp_path / "anchor"
    anchor = FileAnchor(path)
    anchor.keep(head(1), at=AT)
    whole = path.read_bytes()
    path.write_bytes(whole + whole[:cut])
    assert anchor.latest() == head(1)
    anchor.keep(head(2), at=AT)
    assert anchor.latest() == head(2)
    assert path.read_bytes().startswith(whole)
    assert path.read_bytes().count(b"\n") == 2


@pytest.mark.parametrize(
    "line", ["", "{}", "[]", '{"position":1}', '{"position":"1","digest":"d"}', '{"position":1,"digest":""}', "\xff"]
)
def test_a_file_that_was_spoiled_is_told(tmp_path, line):
    """A line that no anchor wrote is an error that names the line, in the place of a guess."""
    path = tmp_path / "anchor"
    path.write_bytes(f"{line}\n".encode("latin-1"))
    with pytest.raises(StoreError, match="line 1: is no head"):
        FileAnchor(path).latest()


def test_lines_that_go_back_are_told(tmp_path):
    """Heads in another order than they were kept in show that somebody wrote into the file."""
    path = tmp_path / "anchor"
    for position in (1, 2):
        FileAnchor(path).keep(head(position), at=AT)
    path.write_bytes(b"".join(reversed(path.read_bytes().splitlines(keepends=True))))
    with pytest.raises(StoreError, match="line 2: does not go on"):
        FileAnchor(path).latest()


def test_what_cannot_be_written_is_told(tmp_path):
    """A folder in the place of the file is an error with the remedy."""
    with pytest.raises(StoreError, match="check its folder"):
        FileAnchor(tmp_path).keep(head(1), at=AT)
    with pytest.raises(StoreError, match="check its folder"):
        FileAnchor(tmp_path).latest()


def test_one_waits_while_another_writes(tmp_path):
    """While another process holds the file, nothing is read or added; then the head is kept behind its line."""
    fcntl = pytest.importorskip("fcntl")
    path = tmp_path / "anchor"
    FileAnchor(path).keep(head(1), at=AT)
    with ThreadPoolExecutor(1) as pool, path.open("ab") as other:
        fcntl.flock(other, fcntl.LOCK_EX)
        kept = pool.submit(FileAnchor(path).keep, head(2), at=AT)
        with pytest.raises(TimeoutError):
            kept.result(timeout=0.2)
        assert FileAnchor(path).latest() == head(1)
        fcntl.flock(other, fcntl.LOCK_UN)
        kept.result(timeout=30)
    assert FileAnchor(path).latest() == head(2)


def test_what_was_kept_is_on_the_disk(tmp_path, monkeypatch):
    """First the line, whole, then the name of the file: a power cut right after takes neither away."""
    synced = []

    def watched(number):
        there = os.fstat(number)
        synced.append((there.st_ino, there.st_size if stat.S_ISREG(there.st_mode) else None))

    monkeypatch.setattr(os, "fsync", watched)
    path = tmp_path / "anchor"
    FileAnchor(path).keep(head(1), at=AT)
    assert synced == [(path.stat().st_ino, path.stat().st_size), (tmp_path.stat().st_ino, None)]


def test_two_at_once_leave_a_whole_file(tmp_path):
    """Runs that end at the same moment wait for each other; the file stays readable and ends at the last one."""
    anchors = [FileAnchor(tmp_path / "anchor") for _ in range(4)]

    def keep(number):
        for position in range(1, 20):
            try:
                anchors[number].keep(head(position), at=AT)
            except ConflictError:  # another one was further already
                continue

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(keep, range(4)))
    assert anchors[0].latest() == head(19)
