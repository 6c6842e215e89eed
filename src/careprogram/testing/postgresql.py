"""How does a test get a PostgreSQL server of its own?

One is started from the binaries of the machine in a temporary folder, reached through a socket in that folder and by
nobody else, and stopped at the end. No server that was there before is touched. The fixture ``postgresql`` of this
project's ``conftest.py`` shows its use.
"""

import contextlib
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import attrs

BINARIES = "CAREPROGRAM_POSTGRESQL_BIN"
"""The variable that names the folder of PostgreSQL's programs, where they are not in their usual places."""

_DEBIAN = Path("/usr/lib/postgresql")
_PATIENCE = 30.0
# Nothing that these servers keep outlives the test run: waiting for the disk would only cost time.
_SETTINGS = (
    "listen_addresses=",
    "fsync=off",
    "synchronous_commit=off",
    "full_page_writes=off",
    "shared_buffers=32MB",
    "max_connections=20",
    "logging_collector=off",
    "autovacuum=off",
)


@attrs.frozen(kw_only=True)
class PostgresqlServer:
    """A running server.

    Attributes:
        folder: Where its socket is.
        user: The name of its only user.
        database: The name of a database in it.
    """

    folder: Path
    user: str = "careprogram"
    database: str = "postgres"

    @property
    def conninfo(self) -> str:
        """How psycopg reaches it."""
        return f"host='{self.folder}' user={self.user} dbname={self.database}"

    @property
    def url(self) -> str:
        """How SQLAlchemy reaches it."""
        return f"postgresql+psycopg://{self.user}@/{self.database}?host={self.folder}"


def find_postgresql() -> Path | None:
    """Return the folder of PostgreSQL's programs, the newest where there are several, or None."""
    named = os.environ.get(BINARIES)
    on_path = shutil.which("initdb")
    folders = [
        *([Path(named)] if named else []),
        *([Path(on_path).resolve().parent] if on_path else []),
        *sorted(_DEBIAN.glob("*/bin"), key=lambda folder: _version(folder.parent.name), reverse=True),
    ]
    return next((f for f in folders if (f / "initdb").is_file() and (f / "postgres").is_file()), None)


def _version(name: str) -> tuple[int, ...]:
    return tuple(int(part) for part in name.split(".") if part.isdigit())


def why_no_postgresql() -> str:
    """Return why no server can be started here; empty if one can."""
    if find_postgresql() is None:
        return f"PostgreSQL is not installed: install it, or name the folder of its programs in {BINARIES}"
    if os.geteuid() == 0 and _somebody_else() is None:
        return "PostgreSQL refuses to run as root, and there is no user postgres or nobody to run it as"
    return ""


def _somebody_else() -> pwd.struct_passwd | None:
    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            return pwd.getpwnam(name)
    return None


@contextlib.contextmanager
def run_postgresql() -> Iterator[PostgresqlServer]:
    """Start a server of one's own, and stop it and delete all it kept at the end.

    Raises:
        RuntimeError: It cannot be started; the text says why.
    """
    reason, binaries = why_no_postgresql(), find_postgresql()
    if reason or binaries is None:
        raise RuntimeError(reason)
    # The path of a socket may have about a hundred characters, and the server's user must be able to reach it.
    folder = Path(tempfile.mkdtemp(prefix="careprogram-pg-", dir="/tmp" if os.geteuid() == 0 else None))  # noqa: S108
    try:
        server = PostgresqlServer(folder=folder)
        log = folder / "log"
        with log.open("wb") as lines:
            process = _start(binaries, server, lines.fileno())
        try:
            _wait(process, server, log)
            yield server
        finally:
            _stop(process)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _start(binaries: Path, server: PostgresqlServer, log: int) -> "subprocess.Popen[bytes]":
    data = server.folder / "data"
    data.mkdir(mode=0o700)
    who: dict[str, object] = {}
    other = _somebody_else() if os.geteuid() == 0 else None
    if other is not None:
        who = {"user": other.pw_uid, "group": other.pw_gid, "extra_groups": []}
        for path in (server.folder, data):
            os.chown(path, other.pw_uid, other.pw_gid)
    create = [str(binaries / "initdb"), "-D", str(data), "-U", server.user, "-A", "trust", "-E", "UTF8"]
    create += ["--locale=C", "--no-sync"]
    made = subprocess.run(create, cwd=server.folder, capture_output=True, text=True, check=False, **who)  # type: ignore[call-overload]  # noqa: S603
    if made.returncode:
        raise RuntimeError(f"PostgreSQL could not create a database: {made.stderr.strip()}")
    run = [str(binaries / "postgres"), "-D", str(data), "-k", str(server.folder)]
    run += [word for setting in _SETTINGS for word in ("-c", setting)]
    return subprocess.Popen(run, cwd=server.folder, stdout=log, stderr=log, **who)  # type: ignore[call-overload,no-any-return]  # noqa: S603


def _wait(process: "subprocess.Popen[bytes]", server: PostgresqlServer, log: Path) -> None:
    import psycopg

    until = time.monotonic() + _PATIENCE
    while True:
        try:
            psycopg.connect(server.conninfo, connect_timeout=2).close()
        except psycopg.OperationalError as error:
            if process.poll() is not None or time.monotonic() > until:
                told = log.read_text("utf-8", errors="replace")[-2000:]
                raise RuntimeError(f"PostgreSQL did not start: {told}") from error
            time.sleep(0.05)
        else:
            return


def _stop(process: "subprocess.Popen[bytes]") -> None:
    for sign in (signal.SIGINT, signal.SIGQUIT, signal.SIGKILL):  # fast, at once, and by force
        if process.poll() is not None:
            return
        process.send_signal(sign)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(timeout=10)
