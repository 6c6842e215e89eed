"""The disk under SQLite, watched: what was written and synced, in which order, and what a power cut could leave of it.

SQLite reaches the disk through a table of functions, its VFS. `watched` puts a copy of that table in the place of the
usual one, in the very library that Python's ``sqlite3`` uses; the copy does what the usual one does and notes every
write, truncation, sync and removal. So the real store runs unchanged, and its whole traffic with the disk is known.

A disk promises little: what was synced is there; of what was not, any sector may be there or not, in any order, and a
sector that the file was just extended by may hold anything. `Platter` draws such outcomes by chance.
"""

import _sqlite3
import contextlib
import ctypes
import os
import random
from collections.abc import Callable, Iterator
from pathlib import Path

import attrs

SECTOR = 512
OK, FULL = 0, 13
CREATE, LOGS = 0x4, 0x800 | 0x4000 | 0x80000
"""Flags of opening: to create the file; and a journal or write-ahead log, whose first sync syncs its folder, too."""

_INT, _INT64, _POINTER = ctypes.c_int, ctypes.c_int64, ctypes.c_void_p
_OPEN = ctypes.CFUNCTYPE(_INT, _POINTER, _POINTER, _POINTER, _INT, _POINTER)  # SQLite keeps the pointer to the name
_DELETE = ctypes.CFUNCTYPE(_INT, _POINTER, ctypes.c_char_p, _INT)
_WRITE = ctypes.CFUNCTYPE(_INT, _POINTER, _POINTER, _INT, _INT64)
_TRUNCATE = ctypes.CFUNCTYPE(_INT, _POINTER, _INT64)
_SYNC = ctypes.CFUNCTYPE(_INT, _POINTER, _INT)


class _Vfs(ctypes.Structure):
    _fields_ = [
        ("iVersion", _INT), ("szOsFile", _INT), ("mxPathname", _INT),
        ("pNext", _POINTER), ("zName", ctypes.c_char_p), ("pAppData", _POINTER),
        *((name, _POINTER) for name in (
            "xOpen", "xDelete", "xAccess", "xFullPathname", "xDlOpen", "xDlError", "xDlSym", "xDlClose", "xRandomness",
            "xSleep", "xCurrentTime", "xGetLastError", "xCurrentTimeInt64",
            "xSetSystemCall", "xGetSystemCall", "xNextSystemCall",
        )),
    ]  # fmt: skip


class _Methods(ctypes.Structure):
    _fields_ = [
        ("iVersion", _INT),
        *((name, _POINTER) for name in (
            "xClose", "xRead", "xWrite", "xTruncate", "xSync", "xFileSize", "xLock", "xUnlock", "xCheckReservedLock",
            "xFileControl", "xSectorSize", "xDeviceCharacteristics",
            "xShmMap", "xShmLock", "xShmBarrier", "xShmUnmap", "xFetch", "xUnfetch",
        )),
    ]  # fmt: skip


def why_not_watched() -> str:
    """Return why the disk cannot be watched on this machine, or nothing."""
    library = getattr(_sqlite3, "__file__", None)
    if os.name != "posix" or library is None:
        return "SQLite is part of this Python: its functions cannot be reached from outside"
    if not hasattr(ctypes.CDLL(library), "sqlite3_vfs_register"):
        return "the SQLite of this Python hides its functions"
    return ""


@attrs.frozen
class Write:
    path: str
    offset: int
    data: bytes


@attrs.frozen
class Truncate:
    path: str
    size: int


@attrs.frozen
class Sync:
    path: str
    folder: bool = False
    """Whether the names of all files, and their absence, were synced with it."""


@attrs.frozen
class Remove:
    path: str
    synced: bool


@attrs.frozen
class Said:
    """The program told somebody that something is kept."""

    number: int


Event = Write | Truncate | Sync | Remove | Said


@attrs.define
class Disk:
    """What is noted about the files below one folder, and how much may still be written there.

    Attributes:
        folder: Files elsewhere are left alone.
        events: Everything that happened, in order.
        room: Bytes by which files may still grow; None for a disk that is never full.
    """

    folder: Path
    events: list[Event] = attrs.Factory(list)
    room: int | None = None
    _sizes: dict[str, int] = attrs.Factory(dict)

    def say(self, number: int) -> None:
        """Note that the program acknowledged *number*."""
        self.events.append(Said(number))

    def granted(self, path: str, offset: int, amount: int) -> int:
        """Return how many of *amount* bytes still fit."""
        size = self._sizes.setdefault(path, os.path.getsize(path))  # noqa: PTH202 - the path is the one SQLite gave
        growth = max(0, offset + amount - size)
        if self.room is not None and growth > self.room:
            amount -= growth - self.room
            growth = self.room
        if self.room is not None:
            self.room -= growth
        self._sizes[path] = size + growth
        return amount

    def shrunk(self, path: str, size: int) -> None:
        """Note that a file has *size* bytes now, and give its room back."""
        before = self._sizes.get(path, size)
        if self.room is not None:
            self.room += max(0, before - size)
        self._sizes[path] = size


@contextlib.contextmanager
def watched(folder: Path) -> Iterator[Disk]:
    """Watch what SQLite writes below *folder*, until the end of the block."""
    library = ctypes.CDLL(_sqlite3.__file__)
    library.sqlite3_vfs_find.restype = ctypes.POINTER(_Vfs)
    library.sqlite3_vfs_find.argtypes = [ctypes.c_char_p]
    for function in (library.sqlite3_vfs_register, library.sqlite3_vfs_unregister):
        function.restype = _INT
    usual = library.sqlite3_vfs_find(None).contents
    disk = Disk(folder)
    watching = _Watching(usual, disk)
    library.sqlite3_vfs_register(ctypes.byref(watching.vfs), 1)
    try:
        yield disk
    finally:
        library.sqlite3_vfs_unregister(ctypes.byref(watching.vfs))
        library.sqlite3_vfs_register(ctypes.byref(usual), 1)
        _KEPT.append(watching)  # a connection that is still open calls it


_KEPT: list["_Watching"] = []


class _Watching:
    """A VFS that does what the usual one does, and notes it."""

    def __init__(self, usual: _Vfs, disk: Disk) -> None:
        self._disk = disk
        self._paths: dict[int, str] = {}
        self._new: set[int] = set()
        self._methods: dict[int, _Methods] = {}
        self._callbacks: list[object] = []
        self.vfs = _Vfs.from_buffer_copy(usual)
        self.vfs.zName = f"watched-{len(_KEPT)}".encode()
        self.vfs.xOpen = self._callback(_OPEN, self._open(_OPEN(usual.xOpen)))
        self.vfs.xDelete = self._callback(_DELETE, self._delete(_DELETE(usual.xDelete)))

    def _callback(self, kind: type, function: Callable[..., int]) -> int:
        made = kind(function)
        self._callbacks.append(made)  # SQLite holds only its address
        return ctypes.cast(made, _POINTER).value

    def _open(self, usual: Callable[..., int]) -> Callable[..., int]:
        def open_(vfs: int, name: int | None, file: int, flags: int, out: int) -> int:
            status = usual(vfs, name, file, flags, out)
            path = os.fsdecode(ctypes.string_at(name)) if name else ""
            if status == OK and path and Path(path).parent == self._disk.folder:
                self._paths[file] = path
                if flags & CREATE and flags & LOGS:
                    self._new.add(file)
                place = ctypes.cast(file, ctypes.POINTER(_POINTER))
                place[0] = ctypes.addressof(self._methods_like(place[0]))
            return status

        return open_

    def _methods_like(self, address: int) -> _Methods:
        if address not in self._methods:
            usual = _Methods.from_address(address)
            mine = _Methods.from_buffer_copy(usual)
            mine.xWrite = self._callback(_WRITE, self._write(_WRITE(usual.xWrite)))
            mine.xTruncate = self._callback(_TRUNCATE, self._truncate(_TRUNCATE(usual.xTruncate)))
            mine.xSync = self._callback(_SYNC, self._sync(_SYNC(usual.xSync)))
            self._methods[address] = mine
        return self._methods[address]

    def _write(self, usual: Callable[..., int]) -> Callable[..., int]:
        def write(file: int, data: int, amount: int, offset: int) -> int:
            path = self._paths[file]
            fits = self._disk.granted(path, offset, amount)
            if fits:
                self._disk.events.append(Write(path, offset, ctypes.string_at(data, fits)))
                status = usual(file, data, fits, offset)
                if status != OK:
                    return status
            return OK if fits == amount else FULL

        return write

    def _truncate(self, usual: Callable[..., int]) -> Callable[..., int]:
        def truncate(file: int, size: int) -> int:
            path = self._paths[file]
            self._disk.events.append(Truncate(path, size))
            self._disk.shrunk(path, size)
            return usual(file, size)

        return truncate

    def _sync(self, usual: Callable[..., int]) -> Callable[..., int]:
        def sync(file: int, flags: int) -> int:  # it is noted; the machine's own disk is spared
            self._disk.events.append(Sync(self._paths[file], folder=file in self._new))
            self._new.discard(file)
            return OK

        return sync

    def _delete(self, usual: Callable[..., int]) -> Callable[..., int]:
        def delete(vfs: int, name: bytes, sync_folder: int) -> int:
            path = os.fsdecode(name)
            if Path(path).parent == self._disk.folder and Path(path).exists():
                self._disk.events.append(Remove(path, bool(sync_folder)))
                self._disk.shrunk(path, 0)
            return usual(vfs, name, sync_folder)

        return delete


@attrs.define
class _File:
    """A file as it surely is on the disk, and what was done to it since."""

    synced: bytes | None = None
    since: list[Write | Truncate | Remove] = attrs.Factory(list)

    def forget_what_was_removed(self) -> None:
        """Take it that the removals so far are on the disk."""
        last = max((at for at, change in enumerate(self.since) if isinstance(change, Remove)), default=-1)
        if last >= 0:
            self.synced, self.since = None, self.since[last + 1 :]


@attrs.define
class Platter:
    """What is surely on the disk while events go by, and what a power cut may leave at this moment."""

    _files: dict[str, _File] = attrs.Factory(dict)

    def add(self, event: Event) -> None:
        """Let *event* happen."""
        if isinstance(event, Said):
            return
        file = self._files.setdefault(event.path, _File())
        if not isinstance(event, Sync):
            file.since.append(event)
            if isinstance(event, Remove) and event.synced:
                file.forget_what_was_removed()
            return
        file.synced, file.since = _applied(file.synced, file.since), []
        for other in self._files.values() if event.folder else ():
            other.forget_what_was_removed()

    def left(self, chance: random.Random) -> dict[str, bytes]:
        """Return files as a power cut at this moment may leave them, drawn by *chance*."""
        kept = {path: _left_of(file, chance) for path, file in self._files.items()}
        return {path: content for path, content in kept.items() if content is not None}


def _applied(content: bytes | None, changes: list[Write | Truncate | Remove]) -> bytes | None:
    made = None if content is None else bytearray(content)
    for change in changes:
        if isinstance(change, Remove):
            made = None
            continue
        made = bytearray() if made is None else made
        if isinstance(change, Truncate):
            del made[change.size :]
            made.extend(bytes(change.size - len(made)))
        else:
            made.extend(bytes(max(0, change.offset - len(made))))
            made[change.offset : change.offset + len(change.data)] = change.data
    return None if made is None else bytes(made)


def _left_of(file: _File, chance: random.Random) -> bytes | None:
    """Return a content that a cut may leave: with all that was not synced, none of it, or any of its sectors."""
    mood = chance.random()
    if mood < 0.15:
        return _applied(file.synced, file.since)
    if mood < 0.3:
        return file.synced
    likelihood = chance.choice([0.1, 0.5, 0.9])
    made = None if file.synced is None else bytearray(file.synced)
    for change in file.since:
        if isinstance(change, Write):
            made = bytearray() if made is None else made
            for start, piece in _sectors(change):
                if chance.random() < likelihood:
                    if start > len(made):
                        made.extend(chance.randbytes(start - len(made)))
                    made[start : start + len(piece)] = piece
        elif chance.random() < likelihood:
            made = bytearray(_applied(made, [change]) or b"") if isinstance(change, Truncate) else None
    return None if made is None else bytes(made)


def _sectors(write: Write) -> Iterator[tuple[int, bytes]]:
    at = write.offset
    end = at + len(write.data)
    while at < end:
        border = min(end, (at // SECTOR + 1) * SECTOR)
        yield at, write.data[at - write.offset : border - write.offset]
        at = border


def put_back(files: dict[str, bytes], folder: Path) -> None:
    """Write *files* into the empty *folder*, under their own names."""
    for path, content in files.items():
        (folder / Path(path).name).write_bytes(content)
