"""`careprogram pair`: a plan to look at, from a program or from bare files, with nothing kept."""

import hashlib
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from careprogram.reports import templates
from careprogram.testing.synthetic import synthetic_county, write_county

Command = Callable[..., Any]


@pytest.fixture(scope="module")
def lists(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with the lists of a small county."""
    folder = tmp_path_factory.mktemp("lists")
    write_county(folder, synthetic_county(7, children=60, helpers=20))
    return folder


def bare(lists: Path) -> list[str]:
    return [
        *("--roster", str(lists / "roster.xlsx")),
        *("--helpers", str(lists / "helpers.csv")),
        *("--places", str(lists / "places.csv")),
        *("--as-of", "2026-09-01"),
    ]


def test_bare_files_give_a_page_the_lists_data_and_answers(lists: Path, tmp_path: Path, command: Command) -> None:
    """Three lists are enough: the plan in numbers, its files in the folder asked for, and each child explained."""
    said = command("pair", *bare(lists), "--assume-consent", "--output", str(tmp_path / "plan"), "--language", "en")
    assert said.status == 0, said.err
    assert "checked: no better plan among the candidates" in said.out
    assert "… pairing (1)" in said.err
    written = {path.name for path in (tmp_path / "plan").iterdir()}
    assert written == {"pairing.html", "pairings.xlsx", "pairing.json", "program.key"}
    plan = json.loads((tmp_path / "plan" / "pairing.json").read_text())
    assert plan["proof"]["proven"]
    assert f"in {plan['totals']['pairs']} pairs" in said.out
    for child, told in (
        (plan["pairs"][0]["child"], "Who could be chosen, and at what cost:"),
        (plan["unpaired"][0]["child"], f"child {plan['unpaired'][0]['child']}: "),
        ("nobody", "no child with the id 'nobody' is served"),
    ):
        asked = ["--assume-consent", "--output", str(tmp_path / "plan"), "--language", "en", "--child", child]
        answer = command("pair", *bare(lists), *asked, "--quiet")
        assert answer.status == (2 if child == "nobody" else 0)
        assert told in answer.out + answer.err


def test_the_same_files_give_the_same_plan(lists: Path, tmp_path: Path, command: Command, process: Command) -> None:
    """Run again by another process, nothing changes; even the ids are those of the first time."""
    runs = []
    for run in (command, process):
        assert run("pair", *bare(lists), "--output", str(tmp_path), "--quiet").status == 0
        runs.append({path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in tmp_path.iterdir()})
    assert runs[0] == runs[1]


@pytest.mark.parametrize(
    ("arguments", "remedy"),
    [
        ([], "请写程序所在的文件夹，或给出 --roster、--helpers、--as-of"),
        (["--language", "en"], "name the folder of a program, or give --roster, --helpers, --as-of"),
        (["--roster", "nowhere.xlsx", "--helpers", "h.csv", "--as-of", "2026-09-01"], "h.csv：没有这个文件"),
        (["county", "--farthest-m", "5", "--language", "en"], "--farthest-m: the program file says this"),
    ],
)
def test_what_cannot_be_paired_is_refused_with_the_remedy(
    arguments: list[str], remedy: str, tmp_path: Path, command: Command
) -> None:
    """A wrong call costs one line that says how to mend it."""
    said = command("pair", *arguments, *(["--output", str(tmp_path)] if arguments else []))
    assert said.status == 2
    assert remedy in said.err
    assert "Traceback" not in said.err


def test_an_unknown_strategy_is_answered_with_the_known_ones(lists: Path, tmp_path: Path, command: Command) -> None:
    """A misspelt strategy pairs nobody."""
    said = command("pair", *bare(lists), "--strategy", "one-to-non", "--output", str(tmp_path))
    assert said.status == 2
    assert "one-to-one" in said.err


def test_a_day_that_is_none_is_refused(lists: Path, command: Command) -> None:
    """The day is written as the standard says."""
    said = command("pair", *bare(lists)[:-1], "1 September")
    assert said.status == 2
    assert "2026-09-01" in said.err


def test_a_folder_that_takes_no_files_is_refused_before_the_work(lists: Path, tmp_path: Path, command: Command) -> None:
    """A file where the folder should be costs one line, and nothing is read first."""
    (tmp_path / "taken").write_text("not a folder")
    said = command("pair", *bare(lists), "--output", str(tmp_path / "taken"), "--language", "en")
    assert said.status == 2
    assert "takes no files" in said.err
    assert "--output" in said.err
    assert "reading" not in said.err


@pytest.mark.parametrize(
    ("language", "told"), [("zh", "缺少软件包 'jinja2'：请运行 pip install"), ("en", "needs 'jinja2'")]
)
def test_a_missing_extra_is_told_before_the_work(
    language: str, told: str, lists: Path, tmp_path: Path, command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without what makes the page nothing is read and nothing is worked out."""
    monkeypatch.setitem(sys.modules, "jinja2", None)
    templates._environment.cache_clear()
    said = command("pair", *bare(lists), "--output", str(tmp_path), "--language", language)
    templates._environment.cache_clear()
    assert said.status == 2
    assert told in said.err
    assert "…" not in said.err


def test_lists_with_headings_only_give_an_empty_plan_or_reasons(lists: Path, tmp_path: Path, command: Command) -> None:
    """Without helpers every child is told why it waits; a file without a byte is refused by its name."""
    headings = (lists / "helpers.csv").read_bytes().splitlines(keepends=True)[0]
    (tmp_path / "nobody.csv").write_bytes(headings)
    (tmp_path / "empty.csv").write_bytes(b"")
    asked = [*bare(lists), "--assume-consent", "--language", "en", "--quiet", "--output", str(tmp_path / "plan")]
    said = command("pair", *asked, "--helpers", str(tmp_path / "nobody.csv"))
    assert said.status == 0, said.err
    plan = json.loads((tmp_path / "plan" / "pairing.json").read_text())
    assert not plan["pairs"]
    assert plan["unpaired"]
    assert all(one["reasons"] for one in plan["unpaired"])
    refused = command("pair", *asked, "--helpers", str(tmp_path / "empty.csv"))
    assert refused.status == 2
    assert "empty.csv: the file is empty" in refused.err


def test_a_distance_below_nothing_is_refused(lists: Path, tmp_path: Path, command: Command) -> None:
    """And one of 0 m, which a program file says, is not passed over."""
    said = command("pair", *bare(lists), "--farthest-m", "-5", "--output", str(tmp_path))
    assert said.status == 2
    assert "0 or more" in said.err
    both = command("pair", str(lists), "--farthest-m", "0", "--language", "en")
    assert both.status == 2
    assert "--farthest-m: the program file says this" in both.err
