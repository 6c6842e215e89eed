"""Can every question of a shipped policy be answered by a roster?

A child whose row answers every question is judged with nothing missing: each fact has a column, or follows from one.
"""

import csv
import datetime as dt
import io

import pytest

from careprogram.eligibility import facts_of, shipped_policies
from careprogram.people import ConfinementKind, Contact, Disability, DisabilityKind, PlaceTree, WorkArea
from careprogram.rosters import FIELDS, identify_with, read_roster
from careprogram.rules import GroupFact
from careprogram.rules.critical import member_facts
from careprogram.unknown import UNKNOWN

AS_OF = dt.date(2026, 9, 1)
PLACES = PlaceTree.gb2260()
FAMILY = {
    "姓名": "甲", "性别": "女", "出生日期": "2016-03-02", "是否登记户口": "是", "户口性质": "农业户口",
    "居住地类型": "农村", "身体情况": "残疾", "残疾类别及等级": "肢体二级", "就学情况": "小学", "年级": "五年级",
    "是否学校寄宿": "否", "是否全日制": "是", "委托监护人关系": "祖父母", "委托监护人履职情况": "较好",
    "是否贫困家庭": "否", "因贫困导致生活、就医、就学困难": "否", "计划生育家庭": "是", "独生子女户": "是",
    "女孩户": "是",
    "随父母进城": "否", "随监护人离开户籍地": "否", "离开户籍县日期": "2026-01-02", "有无人看护": "有",
    "单独生活": "否", "监护人虐待、遗弃或侵害": "否", "人身安全受到威胁或侵害": "否",
}  # fmt: skip
PARENT = {
    "状况": "外出务工", "外出时间": "2025-01-02", "外出务工范围": "跨县", "监护能力": "有", "健康状况": "健康",
    "残疾类别及等级": "精神三级", "服刑戒毒情况": "强制戒毒", "限制人身自由起始日期": "2026-02-03", "刑期": "1年6个月",
    "是否失联": "是", "公安机关受理查找日期": "2026-02-03", "宣告失踪": "否", "撤销监护资格": "否", "遣送出境": "否",
    "最近联系时间": "2026-08-30", "最近联系被委托人时间": "2026-08-29", "最近联系被委托人方式": "电话",
}  # fmt: skip
WHOLE = FAMILY | {who + heading: answer for who in ("父亲", "母亲") for heading, answer in PARENT.items()}
DERIVED: dict[str, str] = {}
"""Facts that no column supplies and nothing implies, each with the reason; there are none."""


def read(row: dict[str, str]):
    stream = io.StringIO(newline="")
    csv.writer(stream).writerows([list(row), list(row.values())])
    return read_roster(
        stream.getvalue().encode(), as_of=AS_OF, identify=identify_with(b"a key of sixteen"), places=PLACES
    )


@pytest.mark.parametrize("policy", shipped_policies().values(), ids=str)
def test_every_fact_of_a_shipped_policy_comes_from_a_roster(policy):
    """Each fact that it asks, of the child and of each parent, is known of a child whose row is full."""
    reading = read(WHOLE)
    assert (reading.problems, reading.unmapped) == ((), ())
    (child,) = reading.children
    values = facts_of(child, as_of=AS_OF).values
    for fact in policy.facts:
        assert values.get(fact.name, UNKNOWN) is not UNKNOWN or fact.name in DERIVED, fact.name
        if isinstance(fact, GroupFact):
            for asked in member_facts(policy, fact):
                known = [asked.name in parent for parent in values[fact.name]]
                assert all(known) or asked.name in DERIVED, asked.name


def test_what_the_law_asks_of_a_parent_is_read_as_written():
    """Kinds, days and lengths, in words that registrars use."""
    father = read(WHOLE).children[0].father
    assert father.disability == Disability(kind=DisabilityKind.MENTAL, degree=3)
    assert (father.confinement, father.confinement_months) == (ConfinementKind.DRUG_TREATMENT, 18)
    assert (father.confined_since, father.search_reported_on) == (dt.date(2026, 2, 3), dt.date(2026, 2, 3))
    assert (father.lost_contact, father.declared_missing, father.deported) == (True, False, False)
    assert father.away_to is WorkArea.OTHER_COUNTY
    assert isinstance(father.last_contact_with_caregiver, Contact)


@pytest.mark.parametrize(
    ("heading", "cell", "reason"),
    [
        ("父亲刑期", "半年左右", "months"),
        ("母亲刑期", "无期", "months"),
        ("父亲服刑戒毒情况", "很远", "choice"),
        ("母亲外出务工范围", "山那边", "choice"),
        ("父亲公安机关受理查找日期", "2027-01-01", "date-in-future"),
        ("母亲是否失联", "也许", "yes-no"),
        ("母亲残疾类别及等级", "九级", "disability"),
        ("离开户籍县日期", "2026-02", "date-without-day"),
        ("有无人看护", "奶奶", "yes-no"),
        ("单独生活", "有时", "yes-no"),
    ],
)
def test_a_bad_cell_is_named_by_row_and_column(heading, cell, reason):
    """The new columns are as strict as the others: nothing is guessed, the place and the remedy are told."""
    reading = read(WHOLE | {heading: cell})
    assert reading.children == ()
    assert [(problem.row, problem.heading, problem.reason) for problem in reading.problems] == [(2, heading, reason)]
    assert cell not in reading.problems[0].line()


def test_nobody_delegated_and_nobody_there_are_kept_apart():
    """No caregiver was delegated: with a parent who looks after the child or with nobody, as the row says."""
    silent = {"父亲状况": "外出务工", "母亲状况": "不详", "委托监护人关系": "无人"}
    row = {"姓名": "甲", "出生日期": "2020-03-02", **silent}
    found = {
        answer: facts_of(read(row | {"有无人看护": answer}).children[0], as_of=AS_OF).values["has_caregiver"]
        for answer in ("有", "无", "不详")
    }
    assert found == {"有": True, "无": False, "不详": UNKNOWN}


def test_columns_of_the_law_are_columns_of_ours():
    """A roster that we write has each of them, after those of the form."""
    law = [name for name in FIELDS if name.endswith((".deported", ".confinement_months", ".in_danger", ".left_on"))]
    assert len(law) == 6
