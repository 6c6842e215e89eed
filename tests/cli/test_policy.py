"""`careprogram policy explain`, `list` and all: what somebody without Python sees of a policy, and what is refused."""

import datetime as dt
import json
import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from plan_file import PLAN

from careprogram.cli.policy_facts import how_to_answer, read_facts
from careprogram.eligibility import ChildFacts, shipped_policies
from careprogram.people import ParentStatus, Settlement
from careprogram.rules import (
    BoolFact,
    ChoiceFact,
    judge_facts,
    render_policy,
    render_verdict,
)
from careprogram.rules.facts import choice_text
from careprogram.unknown import UNKNOWN

AS_OF = dt.date(2026, 9, 1)
DAY = ("--as-of", "2026-09-01")


Say = Callable[..., Any]


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("policy", shipped_policies().values(), ids=lambda policy: policy.id)
def test_every_shipped_policy_is_told_whole(say: Say, policy, language: str) -> None:
    """Title, every clause with its citation, every threshold with its number, every fact: nothing is left out."""
    said = say("explain", policy.id, *DAY, "--language", language)
    assert said.status == 0
    assert said.out == render_policy(policy, as_of=AS_OF, language=language) + "\n"
    for part in (policy.title, *(c.text for c in policy.clauses), *(f.label for f in policy.facts)):
        assert part.in_(language) in said.out
    for clause in policy.clauses:
        assert f"[{clause.id}]" in said.out
        assert clause.citation in said.out
        assert all(exemption.citation in said.out for exemption in clause.exceptions)
    assert all(f"[{parameter.name}]" in said.out for parameter in policy.parameters)


def test_the_list_names_every_shipped_policy(say: Say) -> None:
    """Somebody who knows no id finds all of them, for people and for machines."""
    said, data = say("list"), json.loads(say("list", "--json").out)
    assert [policy["id"] for policy in data] == list(shipped_policies())
    assert all(policy.id in said.out and policy.title.zh in said.out for policy in shipped_policies().values())


def test_a_threshold_is_told_with_its_source_and_its_later_values(say: Say, plan: Path) -> None:
    """Who reads the policy learns the number of that day, where it comes from, and when it will be another."""
    said = say("explain", plan, *DAY, "--language", "en")
    assert "age limit (under) [age_limit]: 16 years (国发〔2016〕13号)" in said.out
    assert "from 2027-09-01 age limit (under) is 18 years (县发〔2027〕8号)" in said.out
    assert "under 16 years [age_limit]" in said.out
    later = say("explain", plan, "--as-of", "2027-09-01")
    assert "18周岁（自2027-09-01起；县发〔2027〕8号）" in later.out
    assert "此后的变动" not in later.out


def test_a_place_is_told_its_own_rules(say: Say, plan: Path) -> None:
    """`--place` applies what a province says otherwise, to the telling and to the verdict."""
    facts = ("birth_date=2010-01-01", "father_status=away-working", "mother_status=away-working")
    assert "17周岁" in say("explain", plan, *DAY, "--place", "440103").out
    assert "结论：不符合" in say("explain", plan, *DAY, *facts).out
    assert "结论：符合" in say("explain", plan, *DAY, "--place", "４４０１０３", *facts).out
    assert "粤发〔2026〕2号" in say("explain", plan, *DAY).out


def test_a_policy_that_is_not_in_force_is_told_and_never_judged(say: Say) -> None:
    """Reading a repealed policy is fine; a verdict by it on that day is refused."""
    assert "当日未施行" in say("explain", "cn.left-behind.pre-2016", *DAY).out
    said = say("explain", "cn.left-behind.pre-2016", *DAY, "birth_date=2016-03-01")
    assert said.status == 2
    assert said.out == ""
    assert "在 2026-09-01 没有规则：施行期间为 … 至 2016-02-03" in said.err
    said = say("explain", "cn.left-behind.pre-2016", *DAY, "birth_date=2016-03-01", "--language", "en")
    assert "has no rules for 2026-09-01: it is in force … to 2016-02-03; ask as of another day" in said.err


SQLITE = ("--dialect", "sqlite")
REFUSED_IN_BOTH = [
    (("table", "cn.left-behind.pre-2016", *DAY), "没有规则", "has no rules"),
    (("table", "county.education", *DAY, "--at-most", "1"), "决策表会超过 1 行", "more than 1 rows"),
    (("table", "county.education", *DAY, "--category", "x"), "没有类别 'x' 的决策表", "has no table for category 'x'"),
    (("sql", "county.education", *DAY, *SQLITE, "--key", "tier"), "请换一个键名", "name the key otherwise"),
    (("sql", "county.education", *DAY, *SQLITE, "--table", "a\u202eb"), "不能作列名", "cannot name"),
    (("explain", "county.education", *DAY, "zzzzzz=1"), "没有这个事实；可写：birth_date、", "choose from birth_date, "),
    (("explain", "zzzzzz"), "没有名为 'zzzzzz' 的政策：请写", "no policy is called 'zzzzzz'; name"),
]  # fmt: skip


@pytest.mark.parametrize(("arguments", "zh", "en"), REFUSED_IN_BOTH)
def test_what_is_refused_is_told_in_the_language_asked_for(
    say: Say, arguments: tuple[str, ...], zh: str, en: str
) -> None:
    """With the remedy, and without a word of the other language."""
    said = {language: say(*arguments, "--language", language) for language in ("zh", "en")}
    assert {one.status for one in said.values()} == {2}
    assert zh in said["zh"].err
    assert en in said["en"].err
    assert en not in said["zh"].err


@pytest.mark.parametrize(
    "arguments",
    [
        ("birth_date=2016-03-01", "father_status=away-working", *DAY, "registration_kind=rural"),
        (*DAY, "birth_date=２０１６-03-01", "father_status=外出务工", "registration_kind=农业户口"),
        ("registration_kind=RURAL", "birth_date = 2016-03-01", "father_status= away working ", *DAY, "boarding=?"),
    ],
)
def test_facts_are_taken_in_any_order_and_as_people_write_them(say: Say, arguments: tuple[str, ...]) -> None:
    """Codes and labels of both languages, full-width digits, options in between: the same verdict."""
    policy = shipped_policies()["cn.left-behind.2016"]
    facts = read_facts(
        ["birth_date=2016-03-01", "father_status=away-working", "registration_kind=rural"],
        None,
        as_of=AS_OF,
        language="zh",
    )
    wanted = render_verdict(judge_facts(policy, facts, as_of=AS_OF), policy, ask=how_to_answer(policy))
    said = say("explain", policy.id, *arguments)
    assert said.status == 0
    assert said.out.startswith(wanted)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_what_is_missing_is_told_with_the_words_to_type(say: Say, language: str) -> None:
    """Each open question names its fact and the answers it takes; typed just so, they are understood."""
    given = ("birth_date=2016-03-01", "father_status=away-working")
    said = say("explain", "cn.left-behind.2016", *DAY, *given, "--language", language).out
    national = shipped_policies()["cn.left-behind.2016"]
    lines = re.findall(r"^  - .*?[：:] ?([a-z_]+)=…(?:（| \()(?:one of )?(.+?)(?:之一)?[）)]$", said, re.MULTILINE)
    facts = read_facts(given, None, as_of=AS_OF, language="zh")
    assert [name for name, _ in lines] == list(judge_facts(national, facts, as_of=AS_OF).missing)
    for name, answers in lines:
        for answer in re.split("、|, | or |或", answers):
            assert read_facts([f"{name}={answer}"], None, as_of=AS_OF, language="zh").values[name] is not UNKNOWN


def test_what_is_missing_of_a_group_is_told_by_the_words_of_its_file(say: Say) -> None:
    """Facts of members stand in a file, under the name of their group."""
    said = say("explain", "cn.de-facto-unsupported.2020", *DAY, "birth_date=2016-03-01").out
    assert "父母：在 --facts 文件里，每人一段 [[parents]]，写明 status、disability_degree、" in said
    said = say("explain", "cn.de-facto-unsupported.2020", *DAY, "birth_date=2016-03-01", "--language", "en").out
    assert "for nobody, parents=none" in said


def test_every_label_of_a_choice_is_understood() -> None:
    """Whatever sign stands in a label, what is shown can be typed."""
    for fact in ChildFacts.facts().values():
        if isinstance(fact, ChoiceFact):
            for member in fact.members:
                for word in (choice_text(member).zh, choice_text(member).en, member.value):
                    given = [f"{fact.name}={word}"]
                    assert read_facts(given, None, as_of=AS_OF, language="zh").values[fact.name] is member


def test_facts_are_taken_from_a_file_and_the_command_line_has_the_last_word(say: Say, tmp_path: Path) -> None:
    """TOML and JSON give the same; an answer on the command line replaces the file's."""
    toml, js = tmp_path / "facts.toml", tmp_path / "facts.json"
    toml.write_text('birth_date = 2016-03-01\nfather_status = "away-working"\nboarding = true\n', encoding="utf-8")
    js.write_text('{"birth_date": "2016-03-01", "father_status": "外出务工", "boarding": true}', encoding="utf-8-sig")
    of_toml, of_json = (read_facts([], file, as_of=AS_OF, language="zh") for file in (toml, js))
    assert of_toml == of_json
    changed = read_facts(["father_status=at-home", "boarding=不详"], toml, as_of=AS_OF, language="zh")
    assert changed.values["father_status"] is ParentStatus.AT_HOME
    assert changed.values["boarding"] is UNKNOWN
    assert say("explain", "cn.left-behind.2016", *DAY, "--facts", toml).out.count("待定") >= 1


def test_the_members_of_a_group_are_read_from_a_file(tmp_path: Path) -> None:
    """Nobody, somebody of whom nothing is known, and nobody asked are three answers."""
    file = tmp_path / "facts.toml"
    file.write_text("parents = []\n", encoding="utf-8")
    assert read_facts([], file, as_of=AS_OF, language="zh").values["parents"] == ()
    file.write_text("[[parents]]\n[[parents]]\n", encoding="utf-8")
    assert read_facts([], file, as_of=AS_OF, language="zh").values["parents"] == ({}, {})
    assert read_facts(["parents=none"], file, as_of=AS_OF, language="zh").values["parents"] == ()
    assert read_facts(["parents=?"], file, as_of=AS_OF, language="zh").values["parents"] is UNKNOWN
    assert read_facts([], None, as_of=AS_OF, language="zh").values["parents"] is UNKNOWN


def test_every_answer_can_be_written_by_code_and_by_label() -> None:
    """No choice and no yes or no of the shipped facts is out of reach of the command line."""
    for fact in ChildFacts.facts().values():
        if isinstance(fact, ChoiceFact):
            for member in fact.members:
                found = read_facts([f"{fact.name}={member.value}"], None, as_of=AS_OF, language="zh")
                assert found.values[fact.name] is member
        elif isinstance(fact, BoolFact):
            for word, value in (("是", True), ("否", False), ("yes", True), ("FALSE", False)):
                assert read_facts([f"{fact.name}={word}"], None, as_of=AS_OF, language="zh").values[fact.name] is value


def test_wrong_answers_are_all_named_and_never_repeated(say: Say) -> None:
    """Each mistake says which fact and what it takes; the answer itself stays out of the message."""
    wrong = ("birth_date=2016-13-01", "fathr_status=x", "loose", "boarding=perhaps", "grade=13", "settlement=农村",
             "settlement=urban", "father_away_since=2030-01-01", "disability_degree=" + "9" * 5000)  # fmt: skip
    for language in ("zh", "en"):
        said = say("explain", "county.education", *DAY, *wrong, "--language", language)
        assert said.status == 2
        assert said.out == ""
        names = ("birth_date", "father_status", "loose", "boarding", "grade", "settlement", "father_away_since")
        assert all(name in said.err for name in (*names, "disability_degree"))
        assert not any(answer in said.err for answer in ("2016-13", "perhaps", "2030", "99"))
    assert Settlement.RURAL.value in ChildFacts.settlement.codes


@pytest.mark.parametrize(
    "content",
    ["[1, 2]", '{"grade": 1e400}', '{"grade": true}', "{" * 3000, "grade = [", "a" * 3, '{"birth_date": 20160301}'],
)
def test_a_facts_file_that_is_none_is_refused(say: Say, tmp_path: Path, content: str) -> None:
    """Neither TOML nor JSON, too deep, or of the wrong kinds: one message, no traceback."""
    (tmp_path / "facts").write_text(content, encoding="utf-8")
    said = say("explain", "county.education", *DAY, "--facts", "facts")
    assert said.status == 2
    assert said.err.startswith("careprogram: ")


def test_the_verdict_as_data_holds_everything(say: Say) -> None:
    """`--json` gives the report of the verdict, for other programs."""
    said = say("explain", "cn.left-behind.2016", *DAY, "birth_date=2016-03-01", "--json")
    told = json.loads(said.out)
    assert told["determination"] == "undetermined"
    assert told["next_change"] == "2032-03-01"
    assert "father_status" in told["missing"]


@pytest.mark.parametrize(
    ("named", "zh", "en"),
    [
        ("nowhere.toml", "没有这个文件", "there is no such file"),
        ("folder", "这是文件夹", "this is a folder"),
        ("binary.toml", "这不是 UTF-8 文本", "this is not UTF-8 text"),
        ("gb18030.toml", "这不是 UTF-8 文本", "this is not UTF-8 text"),
        ("zero.toml", "这不是 UTF-8 文本", "this is not UTF-8 text"),
        ("large.toml", "文件超过1MB", "larger than 1 MB"),
        ("empty.toml", "文件是空的", "the file is empty"),
        ("pipe.toml", "这不是普通文件", "this is no ordinary file"),
    ],
)
@pytest.mark.parametrize("action", [("check",), ("explain", *DAY)])
def test_a_file_that_cannot_be_a_policy_costs_a_line(
    say: Say, tmp_path: Path, named: str, zh: str, en: str, action: tuple[str, ...]
) -> None:
    """Missing, a folder, binary, in another encoding, empty, endless: one line that says which and why."""
    (tmp_path / "folder").mkdir()
    (tmp_path / "binary.toml").write_bytes(bytes(range(256)))
    (tmp_path / "gb18030.toml").write_bytes(PLAN.encode("gb18030"))
    (tmp_path / "zero.toml").write_text(PLAN + "\x00", encoding="utf-8")
    (tmp_path / "large.toml").write_text(PLAN + "#" * 10_000_000, encoding="utf-8")
    (tmp_path / "empty.toml").write_text("\n \n", encoding="utf-8")
    os.mkfifo(tmp_path / "pipe.toml")
    for language, why in (("zh", zh), ("en", en)):
        said = say(*action, named, "--language", language)
        assert said.status == (1 if action == ("check",) else 2)
        (line,) = [line for line in (said.out + said.err).splitlines() if why in line]
        assert named in line


@pytest.mark.parametrize(
    ("named", "told"),
    [
        ("cn.left-behind.2015", "did you mean cn.left-behind.2016?"),
        ("plan", "name a policy file, or a shipped policy: "),
        ("", "this is a folder"),
        ("x" * 5000, "no policy is called"),
        ("县教育.toml", "there is no such file"),
        ("--weird", "arguments are required"),
    ],
)
def test_an_unknown_policy_is_told_with_what_there_is(say: Say, named: str, told: str) -> None:
    """Somebody who misspelt an id reads the right one."""
    said = say("explain", named, *DAY, "--language", "en")
    assert said.status == 2
    assert told in said.err
    assert "Traceback" not in said.err


@pytest.mark.parametrize("day", ["2026-13-01", "yesterday", "", "2026/09/01", "20260901x", "二〇二六年"])
def test_a_wrong_day_is_told_with_a_right_one(say: Say, day: str) -> None:
    """A day that is none is refused by the parser, with an example."""
    said = say("explain", "county.education", f"--as-of={day}")
    assert said.status == 2
    assert "give a day such as 2026-09-01" in said.err


@pytest.mark.parametrize("place", ["", "广东", "4", "44x", "1234567890123"])
def test_a_wrong_place_is_refused(say: Say, place: str) -> None:
    """Places go by their codes."""
    assert "give the code of a place" in say("explain", "county.education", f"--place={place}").err


def test_the_machine_s_day_counts_where_none_is_given(say: Say, monkeypatch: pytest.MonkeyPatch) -> None:
    """A command asks the clock once, and says which day it took."""
    monkeypatch.setattr("careprogram.program.clock.SystemClock.today", lambda self: dt.date(2031, 5, 6))
    assert "截至2031-05-06" in say("explain", "county.education").out


RURAL = ("registration_kind=rural",)


def test_what_would_make_a_child_eligible_is_told(say: Say) -> None:
    """A verdict that is not "eligible" ends with the fewest corrections that would make it so, if there are any."""
    child = ("birth_date=2016-03-01", "registration_kind=urban", "father_status=away-working",
             "mother_status=away-working", "moved_with_parents=no")  # fmt: skip
    said = say("explain", "cn.left-behind.2016", *DAY, *child)
    assert "就会符合" in said.out
    assert "若户口性质为农业户口" in said.out.splitlines()[-1]
    assert "就会符合" not in say("explain", "cn.left-behind.2016", *DAY, *child[:1], *child[2:], *RURAL).out
    assert "就会符合" not in say("explain", "cn.left-behind.2016", *DAY, "birth_date=1990-01-01").out


@pytest.mark.parametrize("action", ["check", "explain", "diff", "table", "list", "print", "schema", "sql"])
def test_every_action_explains_itself(say: Say, action: str) -> None:
    """`--help` tells what each action answers, and names all its options."""
    said = say(action, "--help")
    assert said.status == 0
    assert f"careprogram policy {action}" in said.out
