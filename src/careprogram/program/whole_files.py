"""How does a file appear whole or not at all, whatever ends the program that writes it?

What is written goes into a part beside its target and is put in place in one step. Several files that belong together
are all written before the first is put in place, so that a full disk or a kill leaves the old ones together. Parts that
a killed program left are taken out by the next one. It does not know what the files are about.
"""

import contextlib
import glob
import os
import secrets
import stat
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import BinaryIO


def put_in_place(
    folder: Path,
    files: Iterable[tuple[str, Callable[[], bytes]]],
    *,
    before: Callable[[Sequence[str]], None] | None = None,
) -> int:
    """Write *files*, each with its name, into *folder*, all or none; return how many are new or changed.

    Each is made and written as it comes, and nothing is put in place before all are.

    Args:
        folder: Where to.
        files: Names, and how each is made.
        before: Told the names of those that are new or changed right before the first is put in place; what it raises
            leaves every file as it was.
    """
    held: list[tuple[Path, Path]] = []
    with contextlib.ExitStack() as parts:
        for name, make in files:
            target, content = folder / name, make()
            clear_away(target)
            if target.is_file() and target.read_bytes() == content:
                continue
            part = new_part(target)
            parts.callback(part.unlink, missing_ok=True)
            part.touch(mode=0o600, exist_ok=False)
            file = parts.enter_context(part.open("wb"))
            ours = claim(file)
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
            if not ours:  # nobody can claim a file here, and Windows moves no open one
                file.close()
            held.append((part, target))
        if before is not None and held:
            before([target.name for _, target in held])
        for part, target in held:
            part.replace(target)
    return len(held)


def write_private(path: Path, content: bytes) -> None:
    """Write *content* to *path* where its owner alone can read it, whatever the file was before.

    For what names people and was asked for at a place of the user's choice, such as the rows that are sent back.
    """
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        if stat.S_ISREG(os.fstat(file.fileno()).st_mode) and hasattr(os, "fchmod"):
            os.fchmod(file.fileno(), 0o600)  # it may have been there, for everybody to read
        file.write(content)


def new_part(target: Path) -> Path:
    """Return where to write what is to become *target*."""
    return target.with_name(f"{_part_prefix(target)}{secrets.token_hex(4)}{target.suffix}")


def _part_prefix(target: Path) -> str:
    return f".{target.stem[:100]}.part-"


def clear_away(target: Path) -> None:
    """Take out what programs that were killed have left; a part that somebody is writing is claimed, and stays."""
    for left in target.parent.glob(f"{glob.escape(_part_prefix(target))}*{target.suffix}"):
        with contextlib.suppress(OSError), left.open("rb") as file:
            if claim(file):
                left.unlink()


def claim(file: BinaryIO) -> bool:
    """Return whether *file* is ours until it is closed, or this process ends; never where nobody can claim a file."""
    try:
        import fcntl
    except ImportError:  # Windows
        return False
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
