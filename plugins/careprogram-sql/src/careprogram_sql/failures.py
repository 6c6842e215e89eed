"""What went wrong in the database, and how is it mended?

Turns whatever a driver raises into one ``StoreError`` whose text names the remedy. It never shows a value: engines are
made with ``hide_parameters``.
"""

import contextlib
import sqlite3
from collections.abc import Iterator
from typing import Final

from sqlalchemy import exc
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from careprogram.errors import StoreError
from careprogram.language import Text

_REMEDIES = {
    sqlite3.SQLITE_FULL: Text(
        "磁盘已满：请腾出空间后再保存；这次改动什么也没有留下",
        "the disk is full: make room and save again; nothing of this change was kept",
    ),
    sqlite3.SQLITE_BUSY: Text(
        "数据库被另一进程锁住：请结束它或等待，然后再保存",
        "another process keeps the database locked: end it or wait, then save again",
    ),
    sqlite3.SQLITE_LOCKED: Text(
        "数据库被另一进程锁住：请结束它或等待，然后再保存",
        "another process keeps the database locked: end it or wait, then save again",
    ),
    sqlite3.SQLITE_READONLY: Text(
        "文件或其文件夹是只读的：请允许此用户写入",
        "the file or its folder is read-only: allow this user to write there",
    ),
    sqlite3.SQLITE_CORRUPT: Text(
        "文件已损坏：请留一份副本，并退回最近的备份",
        "the file is damaged: keep a copy of it and go back to the last backup",
    ),
    sqlite3.SQLITE_NOTADB: Text(
        "该文件不是 SQLite 数据库：请换一个文件", "the file is no SQLite database: name another file"
    ),
    sqlite3.SQLITE_CANTOPEN: Text(
        "无法打开文件：请确认文件夹存在，且此用户可以写入",
        "the file cannot be opened: check that its folder exists and this user may write there",
    ),
    sqlite3.SQLITE_IOERR: Text(
        "磁盘出错：请检查后再保存；这次改动什么也没有留下",
        "the disk failed: check it, then save again; nothing of this change was kept",
    ),
}

_LOCKED: Final = Text(
    "存储被另一进程锁住：请结束它或等待，然后再保存",
    "another process keeps the store locked: end it or wait, then save again",
)
_LOST: Final = Text(
    "与服务器的连接中断：请确认它在运行，然后重做一次；已保存的不会重复",
    "the connection to the server was lost: see that it runs, then do the same again; what was kept is not done twice",
)
_AGAIN: Final = Text(
    "与另一事务冲突：请再保存一次；这次改动什么也没有留下",
    "another transaction was in the way: save again; nothing of this change was kept",
)
_RIGHTS: Final = Text(
    "此用户没有该权限：请由该模式的所有者打开，或授予权限",
    "this user may not do that there: let the owner of the schema open it, or grant the right",
)
# By SQLSTATE, or by its first two characters, which are its class.
_SERVER_REMEDIES: Final = {
    "08": _LOST,
    "25006": Text(
        "该服务器是只读副本：请写可以写入的服务器地址",
        "the server is a copy that only answers: give the address of the one that takes changes",
    ),
    "28": Text(
        "服务器拒绝了用户名或密码：请改正地址，或 PGPASSFILE 所指的文件",
        "the server refused user or password: mend the address, or the file that PGPASSFILE names",
    ),
    "3D000": Text(
        "没有这个数据库：请建立（createdb），或改正地址",
        "there is no such database: create it (createdb), or mend the address",
    ),
    "40": _AGAIN,
    "42501": _RIGHTS,
    "53100": Text(
        "服务器磁盘已满：请腾出空间后再保存；这次改动什么也没有留下",
        "the server's disk is full: make room and save again; nothing of this change was kept",
    ),
    "53200": Text(
        "服务器内存不足：请稍后再保存；这次改动什么也没有留下",
        "the server has no memory left: save again later; nothing of this change was kept",
    ),
    "53300": Text(
        "服务器连接已用完：请关闭其他连接或调大 max_connections，然后重做一次",
        "the server has no connection left: close others or raise max_connections, then do the same again",
    ),
    "55P03": _LOCKED,
    "57": _LOST,
    "58030": Text(
        "服务器磁盘出错：请检查后再保存；这次改动什么也没有留下",
        "the server's disk failed: check it, then save again; nothing of this change was kept",
    ),
    "XX": Text(
        "数据库已损坏：请留一份副本，并退回最近的备份",
        "the database is damaged: keep a copy of it and go back to the last backup",
    ),
}


@contextlib.contextmanager
def told(place: str) -> Iterator[None]:
    """Raise whatever goes wrong inside as a ``StoreError`` about *place*.

    Raises:
        StoreError: The database failed; the text names the remedy.
    """
    try:
        yield
    except (SQLAlchemyError, sqlite3.Error) as error:
        remedy = _remedy(error)
        _silence(error)
        raise StoreError(f"store {place}: {remedy.en}").also_in_chinese(f"存储 {place}：{remedy.zh}") from error


def _silence(error: Exception) -> None:
    """Take out of what PostgreSQL says the values that it repeats, such as a key that is there or a line of a COPY."""
    cause = error.orig if isinstance(error, DBAPIError) else None
    if cause is not None and hasattr(cause, "sqlstate"):
        cause.args = error.args = (cause.sqlstate or "no connection",)


def _remedy(error: Exception) -> Text:
    if isinstance(error, exc.TimeoutError):
        return Text(
            "同时使用的线程太多：请减少后重做一次",
            "too many threads use it at once: let fewer wait, then do the same again",
        )
    cause = error.orig if isinstance(error, DBAPIError) else error
    if hasattr(cause, "sqlstate"):
        return _server_remedy(cause, broken=isinstance(error, DBAPIError) and error.connection_invalidated)
    code = getattr(cause, "sqlite_errorcode", None)
    if isinstance(code, int) and code & 0xFF in _REMEDIES:
        return _REMEDIES[code & 0xFF]
    return _refused(type(cause).__name__)


def _server_remedy(cause: BaseException | None, *, broken: bool) -> Text:
    state = getattr(cause, "sqlstate", None)
    if state is None and not broken and type(cause).__name__ in {"OperationalError", "ConnectionTimeout"}:
        return Text(
            f"无法连接服务器：请确认它在运行、地址无误（{_first_line(cause)}）",
            f"the server cannot be reached: see that it runs and that the address is right ({_first_line(cause)})",
        )
    if broken or state is None:
        return _LOST
    refused = _refused(f"{type(cause).__name__}, {state}")
    return _SERVER_REMEDIES.get(state) or _SERVER_REMEDIES.get(state[:2]) or refused


def _refused(by: str) -> Text:
    return Text(
        f"数据库拒绝了（{by}）；这次改动什么也没有留下", f"the database refused ({by}); nothing of this change was kept"
    )


def _first_line(cause: object) -> str:
    """Return what the client library says about a server it cannot reach; no statement was sent yet."""
    return str(cause).strip().partition("\n")[0]
