"""How is the end of an audit trail kept in a file outside of the store?

A line of JSON for each head, only ever added, and on the disk before it counts. The file proves something only where
those who can write to the store cannot write: on another machine, a share of the office, a medium in a drawer. It never
looks into the trail.
"""

import contextlib
import datetime as dt
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from careprogram.errors import ConflictError, StoreError, ValidationError
from careprogram.ports import AuditHead, JsonObject, dumps, loads

try:
    import fcntl
except ImportError:  # another system than POSIX: there two processes must not keep heads at one moment
    fcntl = None  # type: ignore[assignment]


class FileAnchor:
    """Keeps heads in a file, one line each.

    Args:
        path: The file; made, for its owner alone, when the first head is kept.
    """

    def __init__(self, path: Path) -> None:
        self._path = path

    def __repr__(self) -> str:
        return f"FileAnchor({os.fspath(self._path)!r})"

    def latest(self) -> AuditHead | None:
        """Return the head that was kept last, or None where none was yet."""
        try:
            content = self._path.read_bytes()
        except FileNotFoundError:
            return None
        except OSError as error:
            raise self._failed("read", error) from error
        return self._last_of(content)

    def keep(self, head: AuditHead, *, at: dt.datetime) -> None:
        """Keep *head* for ever beside those before it; keeping the latest one again changes nothing."""
        document: JsonObject = {"at": at.isoformat(), "digest": head.digest, "position": head.position}
        try:
            self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            with self._alone() as handle:
                content = self._path.read_bytes()
                latest = self._last_of(content)
                if latest == head:
                    return
                if latest is not None and head.position <= latest.position:
                    raise ConflictError(
                        f"audit anchor {self._path}: entry {latest.position} was kept before, and the trail now ends at"
                        f" {head.position} otherwise: find out who changed it; where a backup was put back on purpose,"
                        " begin a new anchor file"
                    ).also_in_chinese(
                        f"审计锚点 {self._path}：此前已保存到第 {latest.position} 条，"
                        f"而现在审计记录的末尾是另外的第 {head.position} 条；请查明是谁改动；"
                        "如果是有意恢复了备份，请改用新的锚点文件"
                    )
                whole = content[: content.rfind(b"\n") + 1]
                if len(whole) < len(content):  # a line that was cut off while it was written, and never counted
                    os.ftruncate(handle, len(whole))
                os.write(handle, dumps(document).encode() + b"\n")
                os.fsync(handle)
            self._name_to_disk()
        except OSError as error:
            raise self._failed("written", error) from error

    @contextlib.contextmanager
    def _alone(self) -> Iterator[int]:
        handle = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
        try:
            if fcntl is not None:
                fcntl.flock(handle, fcntl.LOCK_EX)
            yield handle
        finally:
            os.close(handle)

    def _name_to_disk(self) -> None:
        if os.name == "posix":  # elsewhere a folder cannot be opened
            handle = os.open(self._path.parent, os.O_RDONLY)
            try:
                os.fsync(handle)
            finally:
                os.close(handle)

    def _last_of(self, content: bytes) -> AuditHead | None:
        latest: AuditHead | None = None
        for number, line in enumerate(content.split(b"\n")[:-1], start=1):
            try:
                document: dict[str, Any] = loads(line.decode())
                head = AuditHead(position=document["position"], digest=document["digest"])
            except (ValidationError, ValueError, KeyError, TypeError):
                raise StoreError(
                    f"audit anchor {self._path}, line {number}: is no head that was kept; get the file back from a copy"
                ).also_in_chinese(
                    f"审计锚点 {self._path} 第 {number} 行：不是曾经保存的内容；请用副本恢复该文件"
                ) from None
            if latest is not None and head.position <= latest.position:
                raise StoreError(
                    f"audit anchor {self._path}, line {number}: does not go on behind the line before; get the file"
                    " back from a copy"
                ).also_in_chinese(f"审计锚点 {self._path} 第 {number} 行：与上一行不相接；请用副本恢复该文件")
            latest = head
        return latest

    def _failed(self, what: str, error: OSError) -> StoreError:
        return StoreError(f"audit anchor {self._path}: cannot be {what} ({error.strerror}); check its folder")
