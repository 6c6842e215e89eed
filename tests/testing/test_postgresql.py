"""A PostgreSQL server for tests is reached through its own folder alone, and leaves nothing behind."""

import psycopg
import pytest

from careprogram.testing import postgresql as module
from careprogram.testing.postgresql import BINARIES, find_postgresql, run_postgresql, why_no_postgresql


def test_it_stops_and_leaves_nothing_even_if_the_test_fails():
    """The server listens on no port, and is gone with all it kept when the test ends, however it ends."""
    if why_no_postgresql():
        pytest.skip(why_no_postgresql())
    seen = []

    def failing_test():
        with run_postgresql() as server:
            seen.append(server)
            with psycopg.connect(server.conninfo) as connection:
                assert connection.execute("SHOW listen_addresses").fetchone() == ("",)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        failing_test()
    assert not seen[0].folder.exists()
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(seen[0].conninfo)


def test_a_machine_without_it_says_so(monkeypatch, tmp_path):
    """The reason names the variable that tells where the programs are."""
    monkeypatch.setattr(module, "_DEBIAN", tmp_path)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv(BINARIES, raising=False)
    assert find_postgresql() is None
    assert BINARIES in why_no_postgresql()
    with pytest.raises(RuntimeError, match="not installed"), run_postgresql():
        pass


def test_the_newest_is_taken_and_a_named_one_first(monkeypatch, tmp_path):
    """Version 15 is newer than 9.6, and the folder in the variable comes before both."""
    for version in ("9.6", "15", "own"):
        (tmp_path / version / "bin").mkdir(parents=True)
        for program in ("initdb", "postgres"):
            (tmp_path / version / "bin" / program).touch()
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv(BINARIES, raising=False)
    monkeypatch.setattr(module, "_DEBIAN", tmp_path)
    assert find_postgresql() == tmp_path / "15" / "bin"
    monkeypatch.setenv(BINARIES, str(tmp_path / "own" / "bin"))
    assert find_postgresql() == tmp_path / "own" / "bin"
