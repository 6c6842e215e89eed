"""The command line as a person or a script meets it."""

import functools
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import attrs
import pytest
from plan_file import PLAN

from careprogram.cli.main import main


@attrs.frozen
class Said:
    """What a command printed, and its exit status."""

    status: int
    out: str
    err: str


Command = Callable[..., Said]


@pytest.fixture
def command(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Command:
    """Return a function that runs `careprogram` with arguments within this process, in an empty folder."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "120")

    def run(*arguments: str | Path) -> Said:
        capsys.readouterr()
        try:
            status = main([*map(str, arguments)])
        except SystemExit as exit_:
            status = int(exit_.code or 0)
        printed = capsys.readouterr()
        return Said(status, printed.out, printed.err)

    return run


@pytest.fixture
def process(tmp_path: Path) -> Command:
    """Return a function that runs it as a process of its own, as a scheduler does: without a terminal."""

    def run(*arguments: str | Path) -> Said:
        environment = {**os.environ, "PYTHONUTF8": "1", "COLUMNS": "120"}
        whole = [sys.executable, "-m", "careprogram", *map(str, arguments)]
        said = subprocess.run(whole, capture_output=True, text=True, cwd=tmp_path, env=environment, check=False)
        return Said(said.returncode, said.stdout, said.stderr)

    return run


@pytest.fixture
def say(command: Command) -> Command:
    """Return a function that runs `careprogram policy` within this process, in an empty folder."""
    return functools.partial(command, "policy")


@pytest.fixture
def plan(tmp_path: Path) -> Path:
    """Return a good policy file whose age limit changes in 2027."""
    file = tmp_path / "plan.toml"
    file.write_text(PLAN, encoding="utf-8")
    return file
