"""How is a message sent into a folder instead of into the world?

Each message becomes one JSON file, written aside, flushed to the disk and then moved into place, so that whoever
watches the folder never sees half of one. The file is named after the message's key: sent twice, it is the same file.
It never looks at who may receive what; the delivery has asked that before.
"""

import hashlib
import os
import re
from collections.abc import Callable
from pathlib import Path

from careprogram.ports import Delivery, DeliveryAnswer, Message, dumps

FORMAT = "careprogram.message/1"
"""What the ``format`` member of every file says."""

_PLAIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")


class FileNotifier:
    """Writes messages into a folder, one file each.

    Args:
        folder: Where to; made when the first message comes, for its owner alone.
        name: The channel it serves.
    """

    idempotent = True

    def __init__(self, folder: Path, *, name: str = "file") -> None:
        self.name = name
        self._folder = folder

    def __repr__(self) -> str:
        return f"FileNotifier({os.fspath(self._folder)!r}, name={self.name!r})"

    def send(self, message: Message) -> Delivery:
        """Write *message*; a disk that fails or is full means later."""
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            _write_whole(self._folder / file_name(message.key), as_text(message).encode())
        except OSError as error:
            return Delivery(answer=DeliveryAnswer.LATER, detail=f"folder: {error.strerror}")
        return Delivery(answer=DeliveryAnswer.ACCEPTED)


def file_name(key: str) -> str:
    """Return the name of the file for a message key: the key itself where any system can hold it, else a digest.

    Examples:
        >>> file_name("duty-17")
        'duty-17.json'
    """
    if _PLAIN.fullmatch(key) and key == key.lower():
        return f"{key}.json"
    return f"key-{hashlib.sha256(key.encode()).hexdigest()[:32]}.json"


def as_text(message: Message) -> str:
    """Return the content of the file: canonical JSON and a line end."""
    document = {
        "format": FORMAT,
        "id": message.id,
        "key": message.key,
        "channel": message.channel,
        "template": message.template,
        "language": message.language,
        "recipient": message.recipient,
        "subject": message.subject,
        "body": message.body,
    }
    return dumps(document) + "\n"


def _write_whole(path: Path, content: bytes) -> None:
    aside = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        _flushed(aside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, lambda handle: _write_all(handle, content))
        aside.replace(path)
    except BaseException:
        aside.unlink(missing_ok=True)
        raise
    if os.name == "posix":  # elsewhere a folder cannot be opened, and the move is on the disk with the file
        _flushed(path.parent, os.O_RDONLY, lambda _: None)


def _flushed(path: Path, flags: int, use: Callable[[int], None]) -> None:
    handle = os.open(path, flags, 0o600)
    try:
        use(handle)
        os.fsync(handle)
    finally:
        os.close(handle)


def _write_all(handle: int, content: bytes) -> None:
    rest = memoryview(content)
    while rest:
        rest = rest[os.write(handle, rest) :]
