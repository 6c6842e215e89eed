"""The command line as a person or a script meets it."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

Command = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def command(tmp_path: Path) -> Command:
    """Return a function that runs `careprogram` with arguments, without a terminal, in an empty folder."""

    def run(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
        environment = {**os.environ, "PYTHONUTF8": "1", "COLUMNS": "120"}
        whole = [sys.executable, "-m", "careprogram", *map(str, arguments)]
        return subprocess.run(whole, capture_output=True, text=True, cwd=tmp_path, env=environment, check=False)

    return run
