"""Files that belong together appear together, or the old ones stay."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from careprogram.program.whole_files import put_in_place

OLD = {"a.txt": b"old a", "b.txt": b"old b"}

KILLED = """
import os, pathlib, signal, sys
from careprogram.program.whole_files import put_in_place
def last():
    os.kill(os.getpid(), signal.SIGKILL)
put_in_place(pathlib.Path(sys.argv[1]), [("a.txt", lambda: b"new a"), ("b.txt", last)])
"""


def found(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def lay_out(folder: Path) -> None:
    assert put_in_place(folder, [(name, lambda content=content: content) for name, content in OLD.items()]) == 2


def test_only_what_changed_is_written(tmp_path: Path) -> None:
    """The same content again is no change, and its file is not touched."""
    lay_out(tmp_path)
    before = (tmp_path / "a.txt").stat().st_mtime_ns
    assert put_in_place(tmp_path, [("a.txt", lambda: b"old a"), ("b.txt", lambda: b"new b")]) == 1
    assert found(tmp_path) == {"a.txt": b"old a", "b.txt": b"new b"}
    assert (tmp_path / "a.txt").stat().st_mtime_ns == before
    assert (tmp_path / "b.txt").stat().st_mode & 0o077 == 0


def test_a_failure_leaves_the_old_ones_together(tmp_path: Path) -> None:
    """What fails while the last file is made puts none in place, and leaves no part behind."""
    lay_out(tmp_path)
    with pytest.raises(ZeroDivisionError):
        put_in_place(tmp_path, [("a.txt", lambda: b"new a"), ("b.txt", lambda: bytes(1 // 0))])
    assert found(tmp_path) == OLD


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="this system kills in another way")
def test_a_kill_leaves_the_old_ones_together_and_its_parts_to_the_next(tmp_path: Path) -> None:
    """Killed half-way, the old files stand as they were; the next writer takes the parts away."""
    lay_out(tmp_path)
    killed = subprocess.run([sys.executable, "-c", KILLED, str(tmp_path)], check=False, env=dict(os.environ))
    assert killed.returncode == -signal.SIGKILL
    assert {name: found(tmp_path)[name] for name in OLD} == OLD
    assert len(found(tmp_path)) == 3
    assert put_in_place(tmp_path, [("a.txt", lambda: b"new a"), ("b.txt", lambda: b"new b")]) == 2
    assert found(tmp_path) == {"a.txt": b"new a", "b.txt": b"new b"}


def test_a_part_that_somebody_is_writing_stays(tmp_path: Path) -> None:
    """Two writers at once take nothing from each other."""

    def meanwhile() -> bytes:
        assert put_in_place(tmp_path, [("a.txt", lambda: b"second")]) == 1
        return b"b"

    assert put_in_place(tmp_path, [("a.txt", lambda: b"first"), ("b.txt", meanwhile)]) == 2
    assert found(tmp_path) == {"a.txt": b"first", "b.txt": b"b"}
