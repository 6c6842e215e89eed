"""`careprogram policy check`: every mistake is told with its place, and what is right or unproven is told as that."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from plan_file import PLAN

from careprogram.eligibility import shipped_policies
from careprogram.rules import (
    policy_to_toml,
)
from careprogram.rules.review import soundness

DAY = ("--as-of", "2026-09-01")
Say = Callable[..., Any]

BROKEN = (
    PLAN.partition("[[overrides]]")[0]
    .replace("birth_date.age", "birthdate.age")
    .replace("tier = 1", "teir = 1")
    .replace("mother_status is away-working", "mother_status is away_working")
)


def test_every_mistake_of_every_file_is_told_at_once(say: Say, tmp_path: Path, plan: Path) -> None:
    """File, line, clause, what is allowed and what was meant, in the language asked for; a good file says so."""
    (tmp_path / "broken.toml").write_text(BROKEN, encoding="utf-8")
    (tmp_path / "torn.toml").write_text("format = ", encoding="utf-8")
    said = say("check", "broken.toml", plan, "torn.toml")
    assert said.status == 1
    lines = said.out.splitlines()
    assert lines[0].startswith("broken.toml:22：“young”中：")
    assert "是不是“birth_date”" in lines[0]
    assert sum(line.startswith("broken.toml:") for line in lines) == 3
    assert any("没有问题" in line and "本县关爱计划" in line for line in lines)
    assert any(line.startswith("torn.toml:1：") for line in lines)
    assert "检查3个文件：4处问题" in said.err
    english = say("check", "broken.toml", "--language", "en")
    assert "broken.toml:22: in 'young': " in english.out
    assert "did you mean 'away-working'?" in english.out


def test_mistakes_are_given_to_machines_as_lines(say: Say, tmp_path: Path) -> None:
    """`--json` gives one object a line, with place, message, what is allowed and what was meant."""
    (tmp_path / "broken.toml").write_text(BROKEN, encoding="utf-8")
    said = say("check", "broken.toml", "cn.left-behind.2016", "--json")
    problems = [json.loads(line) for line in said.out.splitlines()]
    assert [problem["line"] for problem in problems] == sorted(problem["line"] for problem in problems)
    assert {problem["suggestion"] for problem in problems} == {"birth_date", "tier", "away-working"}
    assert all(problem["file"] == "broken.toml" and problem["message"] for problem in problems)


@pytest.mark.parametrize("when", ["birth_date.age < 16 and birth_date.age >= 16", "grade >= 0 or grade < 0"])
def test_a_clause_that_decides_nothing_is_a_mistake(say: Say, tmp_path: Path, when: str) -> None:
    """A file whose clause can never hold, or always holds, is refused with its line and clause."""
    text = PLAN.replace('"father_status is away-working and mother_status is away-working"', f'"{when}"')
    (tmp_path / "idle.toml").write_text(text, encoding="utf-8")
    said = say("check", "idle.toml", "--language", "en")
    assert said.status == 1
    assert "'both-away'" in said.out


def test_what_was_not_proven_is_told_and_is_no_mistake(
    say: Say, plan: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Checked, the file is right with a remark; read by any other command, the remark goes to standard error."""

    def too_large(*_: object, **__: object) -> None:
        raise soundness.SearchTooLargeError

    monkeypatch.setattr(soundness, "find_truth", too_large)
    monkeypatch.setattr(soundness, "shown", lambda *_, **__: False)
    monkeypatch.setattr(soundness, "SOLVER_EFFORT", 0)
    soundness.soundness_report.cache_clear()
    checked, chinese = say("check", plan, "--language", "en"), say("check", plan)
    assert (checked.status, chinese.status) == (0, 0)
    remarks = [line for line in checked.out.splitlines() if "taken unproven" in line]
    assert remarks[0].startswith(f"{plan}:22: in 'young': clause 'young' is too large to prove")
    assert f"not proven: {len(remarks)})" in checked.out.splitlines()[-1]
    assert "未证明" in chinese.out
    assert f"{len(remarks)}处未能证明" in chinese.out
    lines = [json.loads(line) for line in say("check", plan, "--json").out.splitlines()]
    assert [line["unproven"] for line in lines] == [True] * len(remarks)
    explained = say("table", plan, *DAY, "--language", "en")
    assert explained.status == 0
    assert [line for line in explained.err.splitlines() if "taken unproven" in line] == [
        f"careprogram: {remark}" for remark in remarks
    ]
    soundness.soundness_report.cache_clear()


def test_two_files_of_one_id_are_a_mistake(say: Say, tmp_path: Path, plan: Path) -> None:
    """Two policies of one id could not be told apart; the same file twice is one file."""
    (tmp_path / "copy.toml").write_text(PLAN, encoding="utf-8")
    assert say("check", plan, plan).status == 0
    said = say("check", plan, "copy.toml", "--language", "en")
    assert said.status == 1
    assert "has the id 'our.plan', too" in said.out


CASES = """
policy = "plan.toml"
[coverage]
every_clause = true
[[case]]
name = "父母都外出"
as_of = 2026-09-01
facts = { birth_date = 2016-03-01, father_status = "away-working", mother_status = "away-working" }
verdict = "ineligible"
tier = 2
"""


def test_cases_that_come_out_otherwise_are_told_with_their_lines(say: Say, tmp_path: Path, plan: Path) -> None:
    """Each difference and each clause that no case reaches is a mistake; who asks in Chinese is told in Chinese."""
    (tmp_path / "plan.casebook.toml").write_text(CASES, encoding="utf-8")
    said = say("check", plan, "--cases", "plan.casebook.toml")
    assert said.status == 1
    assert "plan.casebook.toml:6：“父母都外出”中：verdict 应为 'ineligible'，实为 'eligible'" in said.out
    assert "tier 应为 2，实为 1" in said.out
    assert "没有案例不符合条款“both-away”" in said.out
    assert "检查2个文件：4处问题" in said.err
    english = say("check", "--cases", "plan.casebook.toml", "--language", "en")
    assert "expected 'ineligible', found 'eligible'" in english.out
    right = CASES.replace("ineligible", "eligible").replace("tier = 2", "tier = 1").replace("every_clause = true", "")
    (tmp_path / "plan.casebook.toml").write_text(right, encoding="utf-8")
    assert "1个案例全部相符" in say("check", "--cases", "plan.casebook.toml").out


def test_a_casebook_that_cannot_be_read_is_told(say: Say, tmp_path: Path) -> None:
    """Its mistakes are told like those of a policy; no file at all is a wrong call."""
    (tmp_path / "bad.casebook.toml").write_text('policy = "county.education"\nvedict = 1\n', encoding="utf-8")
    assert say("check", "--cases", "bad.casebook.toml", "--cases", "none.casebook.toml").status == 1
    assert say("check").status == 2
    assert "--cases" in say("check").err


def test_shipped_policies_pass_their_own_check(say: Say) -> None:
    """Every policy that ships is read, checked and proven by the same command."""
    assert say("check", *shipped_policies()).status == 0


@pytest.mark.parametrize("policy", shipped_policies().values(), ids=lambda policy: policy.id)
def test_a_policy_written_out_is_checked_and_told_like_the_shipped_one(say: Say, tmp_path: Path, policy) -> None:
    """A county that copies a shipped policy to change it begins with a file that says the same."""
    (tmp_path / "copy.toml").write_text(policy_to_toml(policy), encoding="utf-8")
    assert say("check", "copy.toml").status == 0
    assert say("explain", "copy.toml", *DAY).out == say("explain", policy.id, *DAY).out
