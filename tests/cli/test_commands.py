"""`careprogram run`, `roster`, `judge` and `demo`: what they print, where, and with which exit status."""

import json
import os
import pty
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Command = Callable[..., Any]


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, subprocess.CompletedProcess[str]]:
    """Return the folder of a small demo, made by the command itself, and what the command said."""
    folder = tmp_path_factory.mktemp("demo") / "county"
    whole = [sys.executable, "-m", "careprogram", "demo", str(folder), "--children", "60", "--helpers", "20"]
    return folder, subprocess.run(whole, capture_output=True, text=True, check=False)


def test_the_demo_makes_a_county_and_runs_it(demo: tuple[Path, subprocess.CompletedProcess[str]]) -> None:
    """One command gives a newcomer a county of their own and the report on it."""
    folder, said = demo
    assert said.returncode == 0, said.stderr
    assert "完成" in said.stdout
    assert (folder / "out" / "report" / "index.html").is_file()


def test_answers_go_to_standard_output_and_progress_to_standard_error(
    demo: tuple[Path, subprocess.CompletedProcess[str]],
) -> None:
    """A pipe gets the summary and nothing else."""
    _, said = demo
    assert "花名册" in said.stdout
    assert "…" not in said.stdout
    assert "… 读取名单" in said.stderr


def test_the_second_run_says_that_nothing_changed(
    demo: tuple[Path, subprocess.CompletedProcess[str]], command: Command
) -> None:
    """Running again on the same data changes nothing and says so, in the language asked for."""
    again = command("run", demo[0], "--language", "en", "--quiet")
    assert again.status == 0
    assert "Nothing changed since the last run" in again.out
    assert again.err == ""


def test_a_terminal_gets_bars_and_a_drawn_table(demo: tuple[Path, subprocess.CompletedProcess[str]]) -> None:
    """A person at a terminal sees how far the run is, and a table."""
    ours, theirs = pty.openpty()
    environment = {**os.environ, "TERM": "xterm", "COLUMNS": "120", "PYTHONUTF8": "1"}
    process = subprocess.Popen(
        [sys.executable, "-m", "careprogram", "run", str(demo[0])], stdout=theirs, stderr=theirs, env=environment
    )
    os.close(theirs)
    seen = b""
    while True:
        try:
            part = os.read(ours, 65536)
        except OSError:
            break
        if not part:
            break
        seen += part
    assert process.wait() == 0
    text = seen.decode("utf-8", "replace")
    assert "━" in text
    assert "┃" in text
    assert "没有变化" in text


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("run", "nowhere"), "nowhere：没有这个文件；请写程序文件或它所在的文件夹"),
        (("run", "nowhere", "--language", "en"), "nowhere cannot be read"),
        (("run", "a\tb"), "a\tb：没有这个文件"),
        (("roster", "nowhere.xlsx", "--as-of", "2026-09-01"), "nowhere.xlsx：没有这个文件；请写花名册文件"),
        (("roster", "nowhere.xlsx", "--as-of", "2026-09-01", "--language", "en"), "nowhere.xlsx cannot be read"),
        (("roster", "nowhere.xlsx", "--as-of", "2026-13-01"), "give a day such as 2026-09-01"),
        (("demo", "new", "--children", "0"), "--children: give a whole number, 50 or more"),
        (("demo", "new", "--helpers", "-1"), "--helpers: give a whole number, 1 or more"),
    ],
)
def test_what_is_refused_is_told_on_standard_error(command: Command, arguments: tuple[str, ...], told: str) -> None:
    """Exit status 2, nothing on standard output, one line that says what and where, and no traceback."""
    said = command(*arguments)
    assert said.status == 2
    assert said.out == ""
    assert told in said.err
    assert "Traceback" not in said.err


def test_what_cannot_be_written_costs_a_message(
    demo: tuple[Path, subprocess.CompletedProcess[str]], command: Command, tmp_path: Path
) -> None:
    """A report folder that is no folder, as a full disk, ends in one line that names it, and in no traceback."""
    county = Path(shutil.copytree(demo[0], tmp_path / "county", ignore=shutil.ignore_patterns("out")))
    text = (county / "program.toml").read_text(encoding="utf-8")
    outputs = '\n[outputs]\nstore = "memory:"\nreport = "helpers.csv"\n'
    (county / "program.toml").write_text(text + outputs, encoding="utf-8")
    said = command("run", county, "--quiet")
    assert said.status == 2
    assert "helpers.csv：已经存在；已提交的记录均已保存" in said.err
    assert len(said.err.splitlines()) == 1


def test_messages_that_do_not_go_out_are_said_aloud(
    demo: tuple[Path, subprocess.CompletedProcess[str]], command: Command, tmp_path: Path
) -> None:
    """A sender that fails costs exit status 1 and a line with the number of messages, now and until they went out."""
    county = Path(shutil.copytree(demo[0], tmp_path / "county", ignore=shutil.ignore_patterns("out")))
    text = (county / "program.toml").read_text(encoding="utf-8")
    (county / "program.toml").write_text(text + '\n[outputs]\noutbox = "helpers.csv"\n', encoding="utf-8")
    for _ in range(2):
        said = command("run", county, "--quiet", "--language", "en")
        assert said.status == 1
        assert re.fullmatch(r"careprogram: [1-9]\d* messages have not gone out: .*\n", said.err)


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "gbk", "utf-8"])
def test_a_machine_without_a_chinese_locale_gets_its_answer(
    demo: tuple[Path, subprocess.CompletedProcess[str]], encoding: str
) -> None:
    """Where the streams cannot write Chinese they are given UTF-8; where they can they keep their encoding."""
    environment = {**os.environ, "PYTHONIOENCODING": encoding, "PYTHONUTF8": "0", "LC_ALL": "C"}
    whole = [sys.executable, "-m", "careprogram", "plugins", "list", "--program", str(demo[0])]
    said = subprocess.run(whole, capture_output=True, env=environment, check=False)
    assert said.returncode == 0
    assert "随库提供" in said.stdout.decode("gbk" if encoding == "gbk" else "utf-8")
    assert said.stderr == b""


def test_a_closed_output_is_no_error(demo: tuple[Path, subprocess.CompletedProcess[str]]) -> None:
    """A scheduler that gives the command no streams at all gets its work done."""
    whole = f'"{sys.executable}" -m careprogram plugins list --program "{demo[0]}" >&- 2>&-'
    assert subprocess.run(["sh", "-c", whole], check=False).returncode == 0


def test_no_command_is_a_usage_error(command: Command) -> None:
    """Called without a command, it says how to call it."""
    said = command()
    assert said.status == 2
    assert "usage" in said.err


def test_the_roster_command_names_every_bad_cell(
    demo: tuple[Path, subprocess.CompletedProcess[str]], command: Command, tmp_path: Path
) -> None:
    """Each problem is one line with row and column; exit status 1; the bad rows are written where asked."""
    file = demo[0] / "roster.xlsx"
    said = command("roster", file, "--as-of", "2026-09-01", "--bad-rows", tmp_path / "bad.xlsx", "--json")
    problems = [json.loads(line) for line in said.out.splitlines()]
    assert said.status == 1
    assert problems
    assert all(problem["row"] > 1 and problem["reason"] for problem in problems)
    assert (tmp_path / "bad.xlsx").read_bytes().startswith(b"PK")


def test_the_judge_command_explains_one_child(
    demo: tuple[Path, subprocess.CompletedProcess[str]], command: Command
) -> None:
    """Every policy answers with its citation; the child is known by its opaque id only."""
    verdicts = json.loads((demo[0] / "out" / "report" / "verdicts.json").read_text(encoding="utf-8"))
    child = verdicts["verdicts"][0]["child"]
    said = command("judge", demo[0], child, "--quiet", "--language", "en")
    assert said.status == 0
    assert said.out.count("2026-09-01") >= 3
    unknown = command("judge", demo[0], "nobody", "--quiet")
    assert unknown.status == 2
    assert "花名册上没有编号为“nobody”的儿童" in unknown.err
    unknown = command("judge", demo[0], "nobody", "--quiet", "--language", "en")
    assert "no child on the roster has the id 'nobody'" in unknown.err


def test_the_demo_overwrites_nothing(command: Command, tmp_path: Path) -> None:
    """A folder with anything in it is refused."""
    (tmp_path / "mine.txt").write_text("mine", encoding="utf-8")
    said = command("demo", tmp_path)
    assert said.status == 2
    assert "不是空的：请写一个新文件夹" in said.err
    assert "is not empty" in command("demo", tmp_path, "--language", "en").err


def test_a_reader_that_leaves_early_is_no_error(demo: tuple[Path, subprocess.CompletedProcess[str]]) -> None:
    """`careprogram … | head` ends quietly."""
    shell = f"{sys.executable} -m careprogram roster {demo[0] / 'roster.xlsx'} --as-of 2026-09-01 | head -1"
    said = subprocess.run(["bash", "-c", shell], capture_output=True, text=True, check=False)
    assert "Traceback" not in said.stderr
    assert "Exception" not in said.stderr
