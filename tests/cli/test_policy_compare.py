"""`careprogram policy diff`, `table`, `print`, `schema`, `sql`: what is seen of a change before it counts."""

import datetime as dt
import functools
import json
import re
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from careprogram.cli import policy_diff
from careprogram.eligibility import ChildFacts, facts_of, load_policy, shipped_policies
from careprogram.rosters import identify_with, read_roster
from careprogram.rules import FactValues, judge_facts, policy_json_schema, policy_to_toml
from careprogram.rules.review.table import decision_table
from careprogram.rules.review.table_told import render_table

AS_OF = dt.date(2026, 9, 1)
DAY = ("--as-of", "2026-09-01")
Say = Callable[..., Any]


@pytest.fixture
def later(tmp_path: Path) -> Path:
    """Return the county plan as it would be with a length of absence of six months from March 2027 on."""
    text = policy_to_toml(shipped_policies()["county.education"])
    start = text.index("source", text.index("long_term_months"))
    end = text.index("\n", start)
    value = '\n\n[[parameters.long_term_months.values]]\nsince = 2027-03-01\nvalue = 6\nsource = "县教体发〔2027〕3号"'
    (tmp_path / "later.toml").write_text(text[:end] + value + text[end:], encoding="utf-8")
    return tmp_path / "later.toml"


def test_two_policies_are_told_apart_by_a_made_up_child(say: Say, later: Path) -> None:
    """What differs in the rules, and a child whom they judge differently; on an earlier day the proof of none."""
    said = say("diff", "county.education", later, "--as-of", "2027-03-01", "--language", "en")
    assert said.status == 0
    assert "[long_term_months]: 0 → 0, 6 (2027-03-01)" in said.out
    assert "rule changed" not in said.out
    assert "a child like this is judged differently" in said.out
    assert "this child: leaves" in said.out
    before = say("diff", "county.education", later, "--as-of", "2027-02-28", "--language", "en")
    assert "proven that nobody is judged differently" in before.out
    same = say("diff", "county.education", "county.education", *DAY)
    assert "两份政策的条款和标准相同" in same.out
    assert "已证明" in same.out


def test_a_rewritten_rule_is_told_old_and_new(say: Say, tmp_path: Path) -> None:
    """A clause that is gone, one that is new, and one whose rule is another, each with how it is written."""
    text = policy_to_toml(shipped_policies()["cn.left-behind.2016"])
    text = text.replace('id = "both-away"', 'id = "both-gone"').replace('"registration_kind is rural"', '"registered"')
    (tmp_path / "other.toml").write_text(text.replace("value = 16", "value = 18"), encoding="utf-8")
    said = say("diff", "cn.left-behind.2016", "other.toml", *DAY)
    assert "[rural-registration] 农村户籍：规则改变\n  - registration_kind is rural\n  + registered\n" in said.out
    assert "[both-away] 父母双方外出务工：仅旧政策有" in said.out
    assert "[both-gone] 父母双方外出务工：仅新政策有" in said.out
    assert "[age_limit]：16 (2016-02-04) → 18 (2016-02-04)" in said.out
    assert "under-age-limit] 不满十六周岁的未成年人：规则" not in said.out


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch, example_county: Path) -> None:
    """Let `--roster` give every tenth child of the example county, read once for all tests."""
    monkeypatch.setattr(policy_diff, "_rows", lambda program, as_of, arguments: iter(some_children(example_county)))


@functools.cache
def some_children(county: Path) -> list[tuple[str, FactValues]]:
    key = bytes.fromhex((county / "demo.key").read_text(encoding="utf-8"))
    roster = read_roster((county / "roster.xlsx").read_bytes(), as_of=AS_OF, identify=identify_with(key))
    return [(child.id, facts_of(child, as_of=AS_OF)) for child in roster.children[::10]]


def test_a_change_of_rules_names_the_children_of_a_real_roster(say: Say, later: Path, example_county: Path) -> None:
    """From the files of a county: how many, which, how, and by which clause and threshold; progress stays apart."""
    said = say("diff", "county.education", later, "--roster", example_county, "--as-of", "2026-09-01",
               "--new-as-of", "2027-03-01", "--language", "en")  # fmt: skip
    assert said.status == 0
    first, *lines = said.out.splitlines()
    assert first.endswith("of 1957 children are judged otherwise")
    assert int(first.split()[0]) > 0, "on its own day the new value counts"
    assert sum(bool(re.match(r"[0-9a-f]{16}: ", line)) for line in lines) == int(first.split()[0])
    assert "… judging by both policies" in said.err


@pytest.mark.usefixtures("few")
def test_the_changes_are_those_of_judging_each_child_twice(say: Say, tmp_path: Path, example_county: Path) -> None:
    """As data: every child whose verdict differs and no other, and `--only` picks among them."""
    old = shipped_policies()["cn.left-behind.2016"]
    text = policy_to_toml(old).replace("value = 16", "value = 12")
    new = load_policy(text, name="new.toml")
    (tmp_path / "new.toml").write_text(text, encoding="utf-8")
    arguments = ("diff", old.id, "new.toml", "--roster", example_county, "--quiet")
    changes = [json.loads(line) for line in say(*arguments, "--json").out.splitlines()]
    wanted = []
    for child, facts in some_children(example_county):
        before, after = (judge_facts(policy, facts, as_of=AS_OF) for policy in (old, new))
        if before.determination is not after.determination:
            wanted.append(child)
    assert [change["child"] for change in changes] == wanted
    assert {change["kind"] for change in changes} == {"leaves", "ruled-out"}
    assert all(change["thresholds"][0]["name"] == "age_limit" for change in changes)
    only = [json.loads(line) for line in say(*arguments, "--json", "--only", "leaves").out.splitlines()]
    assert only == [change for change in changes if change["kind"] == "leaves"]
    summary = say(*arguments, "--summary").out
    assert f"{len(wanted)}名结论改变" in summary
    assert not any(child in summary for child in wanted)
    assert say("diff", old.id, "new.toml", "--summary").status == 2


@pytest.mark.usefixtures("few")
def test_the_changes_of_a_roster_tell_no_answer(say: Say, later: Path, example_county: Path) -> None:
    """A list that goes from desk to desk holds opaque ids and the names of facts, never a date of birth or a number."""
    arguments = ("diff", "cn.left-behind.2016", later, "--roster", example_county, "--quiet", "--as-of", "2027-03-01")
    for told in (say(*arguments).out, say(*arguments, "--json").out):
        assert told
        assert set(re.findall(r"\d{4}-\d{2}-\d{2}", told)) <= {"2027-03-01", "2016-02-04"}
        assert not re.search(r"\d{17}[\dXx]|\b1[3-9]\d{9}\b", told)


def test_a_roster_that_is_not_there_is_told(say: Say) -> None:
    """A wrong folder costs a line."""
    said = say("diff", "county.education", "cn.left-behind.2016", "--roster", "nowhere")
    assert said.status == 2
    assert "nowhere：没有这个文件" in said.err
    english = say("diff", "county.education", "cn.left-behind.2016", "--roster", "nowhere", "--language", "en")
    assert "nowhere cannot be read" in english.err


def test_the_table_has_a_row_for_every_case(say: Say) -> None:
    """A reviewer sees each case once, the outcome and the thresholds, as text and as Markdown."""
    table = decision_table(shipped_policies()["county.education"], AS_OF)
    said, markdown = say("table", "county.education", *DAY), say("table", "county.education", *DAY, "--markdown")
    assert said.status == markdown.status == 0
    assert said.out == render_table(table) + "\n"
    assert sum(line.startswith(("农村", "城镇")) for line in said.out.splitlines()) == len(table.rows)
    assert sum(line.startswith("| ") for line in markdown.out.splitlines()) == 2 + len(table.rows)
    assert "长期外出的月数（至少）：0" in said.out


def test_a_table_of_a_part_and_with_gaps(say: Say) -> None:
    """One clause, one category, and rows for what nobody answered; what there is not is told with what there is."""
    assert "符合" in say("table", "county.education", *DAY, "--clause", "moved").out
    assert "待定" in say("table", "county.education", *DAY, "--gaps").out
    assert "待定" not in say("table", "county.education", *DAY).out
    assert "parent-away、moved" in say("table", "county.education", *DAY, "--clause", "none").err
    assert "会超过 3 行：请只看其中一部分（类别 " in say("table", "county.education", *DAY, "--at-most", "3").err
    assert say("table", "county.education", *DAY, "--at-most", "0").status == 2
    assert say("table", "county.education", *DAY, "--clause", "moved", "--category", "x").status == 2


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("policy", shipped_policies().values(), ids=lambda policy: policy.id)
def test_every_shipped_policy_has_a_table_or_says_how_to_get_one(say: Say, policy, language: str) -> None:
    """No shipped policy ends in a traceback or in lines that no screen holds."""
    first = next(period.until or period.since or AS_OF for period in policy.effective)
    said = say("table", policy.id, "--as-of", first.isoformat(), "--language", language)
    assert said.status == 0 or "ask for one of its parts" in said.err
    assert said.status == 2 or policy.title.in_(language) in said.out


def test_the_schema_is_the_one_of_the_shipped_facts(say: Say) -> None:
    """An editor gets the schema as it stands in the library."""
    assert json.loads(say("schema").out) == policy_json_schema(ChildFacts)


@pytest.mark.parametrize("policy", shipped_policies().values(), ids=lambda policy: policy.id)
def test_a_printed_policy_is_the_same_policy(say: Say, tmp_path: Path, policy) -> None:
    """Who begins with `print` begins with what ships, places and stages included."""
    (tmp_path / "printed.toml").write_text(say("print", policy.id).out, encoding="utf-8")
    assert load_policy((tmp_path / "printed.toml").read_text(encoding="utf-8"), name="printed.toml") == policy


def test_the_query_that_is_printed_runs(say: Say) -> None:
    """Somebody with a table pastes the query and has each child's determination."""
    said = say("sql", "county.education", "--dialect", "sqlite", *DAY, "--table", "pupils", "--key", "id")
    policy = shipped_policies()["county.education"]
    with sqlite3.connect(":memory:") as base:
        names = [fact.name for fact in policy.facts]
        base.execute(f"CREATE TABLE pupils (id, {', '.join(names)})")
        base.execute("INSERT INTO pupils (id, settlement, father_status) VALUES ('c1', 'rural', 'away-working')")
        base.execute("INSERT INTO pupils (id, settlement) VALUES ('c2', 'rural')")
        rows = base.execute(said.out).fetchall()
    base.close()
    assert [row[:2] for row in sorted(rows)] == [("c1", "eligible"), ("c2", "undetermined")]
    query = json.loads(say("sql", "county.education", "--dialect", "postgresql", *DAY, "--json").out)
    assert query["columns"][:3] == ["child", "determination", "tier"]
    assert "%(" in query["text"]
