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
_SETTINGS = (
    "listen_addresses=",
    "shared_buffers=32MB",
    "max_connections=20",
    "logging_collector=off",
    "autovacuum=off",
)
# What most of these servers keep does not outlive the test run: waiting for the disk would only cost time.
_CARELESS = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")


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


@attrs.define(kw_only=True)
class PostgresqlProcess:
    """A server that a test may stop and start again, to see what its databases still hold.

    Attributes:
        server: How it is reached.
    """

    server: PostgresqlServer
    _binaries: Path
    _settings: tuple[str, ...]
    _process: "subprocess.Popen[bytes] | None" = attrs.field(init=False, default=None)

    def start(self) -> None:
        """Start it, and wait until it answers.

        Raises:
            RuntimeError: It does not; the text holds the end of its log.
        """
        log = self.server.folder / "log"
        run = [str(self._binaries / "postgres"), "-D", str(self.server.folder / "data"), "-k", str(self.server.folder)]
        run += [word for setting in self._settings for word in ("-c", setting)]
        with log.open("ab") as lines:
            self._process = subprocess.Popen(  # type: ignore[call-overload]  # noqa: S603
                run, cwd=self.server.folder, stdout=lines.fileno(), stderr=lines.fileno(), **_who()
            )
        _wait(self._process, self.server, log)

    def stop(self) -> None:
        """Stop it in order: open transactions are rolled back, and everything is written."""
        self._end(signal.SIGINT, signal.SIGQUIT, signal.SIGKILL)

    def stop_at_once(self) -> None:
        """Stop it in the middle of whatever it does, as `pg_ctl stop -m immediate`: it recovers when it starts."""
        self._end(signal.SIGQUIT, signal.SIGKILL)

    def _end(self, *signs: signal.Signals) -> None:
        for sign in signs:
            if self._process is None or self._process.poll() is not None:
                return
            self._process.send_signal(sign)
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(timeout=10)


@contextlib.contextmanager
def run_postgresql() -> Iterator[PostgresqlServer]:
    """Start a server of one's own, and stop it and delete all it kept at the end.

    Raises:
        RuntimeError: It cannot be started; the text says why.
    """
    with postgresql_process(careless=True) as process:
        try:
            yield process.server
        finally:
            process.stop_at_once()  # nobody asks what it kept


@contextlib.contextmanager
def postgresql_process(*, careless: bool = False) -> Iterator[PostgresqlProcess]:
    """Start a server that can be stopped and started again, and delete all it kept at the end.

    Args:
        careless: Whether it does without waiting for the disk.

    Raises:
        RuntimeError: It cannot be started; the text says why.
    """
    reason, binaries = why_no_postgresql(), find_postgresql()
    if reason or binaries is None:
        raise RuntimeError(reason)
    # The path of a socket may have about a hundred characters, and the server's user must be able to reach it.
    folder = Path(tempfile.mkdtemp(prefix="careprogram-pg-", dir="/tmp" if os.geteuid() == 0 else None))  # noqa: S108
    settings = (*_SETTINGS, *(_CARELESS if careless else ()))
    process = PostgresqlProcess(server=PostgresqlServer(folder=folder), binaries=binaries, settings=settings)
    try:
        _create(binaries, process.server)
        try:
            process.start()
            yield process
        finally:
            process.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _who() -> dict[str, object]:
    """Return as whom its programs are run: they refuse to be root."""
    other = _somebody_else() if os.geteuid() == 0 else None
    return {} if other is None else {"user": other.pw_uid, "group": other.pw_gid, "extra_groups": []}


def _create(binaries: Path, server: PostgresqlServer) -> None:
    data, who = server.folder / "data", _who()
    data.mkdir(mode=0o700)
    if who:
        for path in (server.folder, data):
            os.chown(path, who["user"], who["group"])  # type: ignore[arg-type]
    create = [str(binaries / "initdb"), "-D", str(data), "-U", server.user, "-A", "trust", "-E", "UTF8"]
    create += ["--locale=C", "--no-sync"]
    made = subprocess.run(create, cwd=server.folder, capture_output=True, text=True, check=False, **who)  # type: ignore[call-overload]  # noqa: S603
    if made.returncode:
        raise RuntimeError(f"PostgreSQL could not create a database: {made.stderr.strip()}")


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
