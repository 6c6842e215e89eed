"""Policy files with groups, stages, places and neighbors, and what experts who type Chinese are told."""

import datetime as dt
import enum

import pytest

from careprogram.errors import PolicyError
from careprogram.language import Text
from careprogram.rules import (
    BoolFact,
    ChoiceFact,
    DateFact,
    FactSchema,
    GroupFact,
    IntFact,
    Stage,
    policy_to_toml,
    read_policy,
)
from careprogram.rules.files.expression import Vocabulary, read_expression
from careprogram.rules.predicates import All, Not


class Status(enum.Enum):
    AWAY = "away-working"
    HOME = "at-home"
    DEAD = "deceased"

    def label(self, language):
        return (
            {"away-working": "外出务工", "at-home": "在家", "deceased": "死亡"}[self.value] if language == "zh" else "-"
        )


class ParentFacts(FactSchema):
    status = ChoiceFact(label=Text("状况", "status"), choices=Status)
    able = BoolFact(label=Text("有监护能力", "able to care"))
    left_on = DateFact(label=Text("离家日期", "left on"))


class ContactFacts(FactSchema):
    on = DateFact(label=Text("日期", "day"))


class Facts(FactSchema):
    birth_date = DateFact(label=Text("出生日期", "birth date"))
    rural = BoolFact(label=Text("农村", "rural"))
    grade = IntFact(label=Text("年级", "grade"))
    settlement = ChoiceFact(label=Text("居住", "living"), choices=Status)
    parents = GroupFact(label=Text("父母", "parents"), members=ParentFacts)
    contacts = GroupFact(label=Text("联系", "contacts"), members=ContactFacts)


GOOD = """\
format = 1
id = "test.policy"
title = { zh = "测试", en = "test" }
citation = "a law"
requires = ["cn.left-behind.2016"]
excludes = ["cn.migrant.2024", "cn.orphan"]
exclusive = [["covered", "other"]]

[parameters.age_limit]
label = { zh = "年龄上限", en = "age limit" }

[[parameters.age_limit.values]]
value = 16
source = "a law"

[parameters.contact_days]
label = { zh = "联系间隔", en = "days between contacts" }
unit = { zh = "天", en = "days" }

[[parameters.contact_days.values]]
value = 7
source = "a law"

[definitions.gone]
label = { zh = "外出", en = "gone" }
of = "parents"
when = "status is away-working or status is deceased"

[definitions.nobody_cares]
label = { zh = "无人照料", en = "nobody cares" }
when = "not any parents (able and not gone)"

[[requirements]]
id = "young"
citation = "art. 1"
text = { zh = "不满十六", en = "under 16" }
stage = "entry"
when = "birth_date.age < age_limit"

[[categories]]
id = "covered"
tier = 1
title = { zh = "覆盖", en = "covered" }

[[categories.clauses]]
id = "away"
citation = "art. 2"
text = { zh = "外出", en = "away" }
when = "all parents (gone and left_on.months >= 6) and nobody_cares and rural"

[[categories]]
id = "other"
tier = 2
title = { zh = "其他", en = "other" }

[[categories.clauses]]
id = "silent"
citation = "art. 3"
text = { zh = "失联", en = "silent" }
when = "not any contacts (on.days <= contact_days) and rural is false"

[[overrides]]
jurisdiction = "44"
citation = "a province"
text = { zh = "粤", en = "Guangdong" }

[overrides.parameters.age_limit]

[[overrides.parameters.age_limit.values]]
value = 18
source = "a province"

[[overrides.clauses]]
id = "silent"
citation = "a province"
text = { zh = "失联", en = "silent" }
when = "not any contacts (on.days <= 30) and rural is false"
"""


def read(text, **changes):
    return read_policy(text, Facts, name="test.toml", **changes)


def problems_of(text):
    with pytest.raises(PolicyError) as refused:
        read(text)
    return refused.value.problems


def test_a_file_with_everything_gives_the_policy_it_describes():
    """Groups, member definitions, days, stages, places and neighbors arrive, and the text is canonical."""
    policy = read(GOOD)
    assert (policy.requires, policy.excludes) == (("cn.left-behind.2016",), ("cn.migrant.2024", "cn.orphan"))
    assert policy.exclusive == (("covered", "other"),)
    assert policy.requirements[0].stage is Stage.ENTRY
    gone = next(d for d in policy.definitions if d.name == "gone")
    assert gone.group == Facts.parents
    ((away,), (silent,)) = (category.clauses for category in policy.categories)
    assert away.when.parts[0] == Facts.parents.all_(gone & (ParentFacts.left_on.months >= 6))
    assert repr(silent.when.parts[0]) == "<Not not any contacts (on.days <= contact_days)>"
    there = policy.at(place="440103")
    assert there.parameters[0].on(dt.date(2026, 1, 1)) == 18
    assert repr(there.categories[1].clauses[0].when.parts[0]) == "<Not not any contacts (on.days <= 30)>"
    assert policy_to_toml(policy) == GOOD


SECOND_SILENT = '"silent"\ncitation = "a province"'
VALUES = '[[overrides.parameters.age.values]]\nvalue = 1\nsource = "x"\n[overrides.parameters.age_limit]'

# what is changed, into what; on the line of which text it is told; in English; in Chinese; what was meant
MISTAKES = [
    ("all parents (gone", "all parnets (gone", "all parnets", "no group of persons 'parnets'", "没有名为", "parents"),
    ("all parents (gone", "all rural (gone", "all rural", "'rural' is no group", "不是一组人", None),
    ("all parents (gone", "all (gone", "all (gone", "after `all` comes a group", "后面写一组人", None),
    ("all parents (gone and", "all parents gone and (", "parents gone", "about one of them in brackets", "括号", None),
    ("all parents (gone", "all parents (rural", "all parents (rural", "'rural' is a fact of the child", "本人的", None),
    ("all parents (gone", "all parents (nobody_cares", "(nobody_cares", "is about the child", "儿童本人", None),
    ("any contacts (on", "any contacts (gone and on", "(gone", "'gone' is about one of 'parents'", "不能用在", None),
    ("and nobody_cares", "and gone", "and gone", "write `any parents (gone)`", "请写“any parents (gone)”", None),
    ("and nobody_cares", "and able", "and able", "'able' is a fact of one of 'parents'", "中一人的事实", None),
    ("and nobody_cares", "and parents", "and parents", "'parents' is a group of persons: write", "是一组人", None),
    ("(able and", "(any contacts (on.days > 1) and", "any contacts", "cannot ask about another", "再问", None),
    ("(able and", "(abel and", "(abel and", "no fact or definition 'abel' of one of", "没有“parents”中", "able"),
    ("all parents (gone", "both parents (gone", "both parents", "write 'all'", "请写“all”", None),
    ("and nobody_cares", "and 父母", "父母", "no fact or definition '父母'", "没有", "parents"),
    ("is away-working", "is 外出务工", "外出务工", "no choice '外出务工'", "没有选项", "away-working"),
    ("age < age_limit", "age < 年龄上限", "年龄上限", "no parameter '年龄上限'", "没有参数", "age_limit"),
    ("age < age_limit", "age < age_limit and grade > 十六", "十六", "'十六' is written in digits", "写成数字", None),
    ("age < age_limit", "age 不满 age_limit", "不满", "write '<'", "请写“<”", None),
    ("nobody_cares and rural", "nobody_cares且rural", "nobody_cares且rural", "write 'and'", "请写“and”", None),
    ("on.days <= 30", "on.days <= 9999999999999999", "99999999", "too large for a threshold", "这个数太大", None),
    ("on.days <= 30", "on。days <= 30", "on。days", "write '.'", "请写“.”", None),
    ("on.days <= 30", "on.dayz <= 30", "on.dayz", "a date has no 'dayz'", "日期没有", "days"),
    ("on.days <= 30", "on <= 30", "on <= 30", "ask `on.age` (years), `on.months` or `on.days`", "请写“on.age”", None),
    ('of = "parents"', 'of = "parent"', 'of = "parent"', "no group of persons 'parent'", "没有名为", "parents"),
    ('of = "parents"', 'of = "rural"', 'of = "rural"', "no group of persons 'rural'", "没有名为", None),
    ('of = "parents"', "of = 1", "of = 1", "'of' must be a text in quotes", "必须是引号里的文字", None),
    ("[definitions.gone]", "[definitions.able]", "[definitions.able]", "the name of a fact", "已经是事实", None),
    ('stage = "entry"', 'stage = "enter"', 'stage = "enter"', "'stage' cannot be 'enter'", "不能是“enter”", "entry"),
    (SECOND_SILENT, '"silnt"\ncitation = "a province"', '"silnt"', "no clause 'silnt'", "不存在", "silent"),
    ("[overrides.parameters.age_limit]", f"[overrides.parameters.age]\n{VALUES}", "parameters.age]",
     "no parameter 'age' that could", "不存在", "age_limit"),
    ('jurisdiction = "44"', 'jurisdiction = "粤"', '"粤"', "no beginning of a place code", "开头数字", None),
    ('jurisdiction = "44"', "jurisdiction = 44", "= 44", "must be a text in quotes, not 44", "引号", None),
    ('citation = "a province"\ntext', 'citation = ""\ntext', 'citation = ""', "'citation' is empty", "是空的", None),
    ("[overrides.parameters.age_limit]", '[overrides.parameters.age_limit]\nunit = { zh = "岁", en = "years" }', "unit",
     "no key 'unit'", "没有“unit”这个键", None),
    ('["covered", "other"]', '["covered", "othr"]', "exclusive", "no category 'othr'", "不存在", None),
    ('["covered", "other"]', '["covered"]', "exclusive", "at least two different", "至少写两个", None),
    ('[["covered", "other"]]', '["covered", "other"]', "exclusive", "a list of groups", "类别组的列表", None),
    ('[["covered", "other"]]', '[["covered", 1]]', "exclusive", "a list of ids", "编号的列表", None),
    ('requires = ["cn', 'requires = ["CN', "requires", "the id of a policy takes small letters", "只用小写", None),
    ('requires = ["cn.left-behind.2016"]', 'requires = "cn"', "requires", "a list of ids", "编号的列表", None),
    ('"cn.left-behind.2016"', '"test.policy"', "requires", "requires itself", "政策自己", None),
    ('"cn.orphan"', '"cn.left-behind.2016"', "excludes", "both requires and excludes", "既在", None),
    ("value = 18", f"value = {10**16}", "[[overrides.par", "this large is no threshold", "太大", None),
    ('{ zh = "测试"', "{ zh = “测试”", "title = { zh = “", "half-width signs: “→\" ”→\"", "半角", None),
    ("value = 18", "value = " + "9" * 5000, "value = 999", "thousands of digits", "有一个数有几千位", None),
    ("format = 1", "format = true", "format = true", "only 1 can be read", "只能读格式 1", None),
]  # fmt: skip


@pytest.mark.parametrize(
    ("old", "new", "place", "english", "chinese", "meant"), MISTAKES, ids=[mistake[1][:40] for mistake in MISTAKES]
)
def test_every_mistake_is_told_in_both_languages(old, new, place, english, chinese, meant):
    """There is one finding of that mistake, on its line, with its remedy in English and Chinese."""
    assert GOOD.count(old) >= 1
    text = GOOD.replace(old, new, 1)
    found = [problem for problem in problems_of(text) if english in problem.message]
    assert len(found) == 1, problems_of(text)
    (problem,) = found
    assert place in text.splitlines()[problem.line - 1]
    assert problem.suggestion == meant
    assert chinese in problem.in_("zh")
    assert str(problem) == problem.in_("en")
    assert problem.in_("zh").startswith(f"test.toml:{problem.line}：")


# Here a name is taken away that other lines use.
SPREADING = {"[definitions.able]"}
ALONE = [mistake[:2] for mistake in MISTAKES if mistake[1] not in SPREADING]


@pytest.mark.parametrize(("old", "new"), ALONE, ids=[alone[1][:40] for alone in ALONE])
def test_one_mistake_is_one_finding(old, new):
    """A mistake is not told twice, nor does it make other lines look wrong."""
    assert len(problems_of(GOOD.replace(old, new, 1))) == 1


def test_findings_of_every_kind_come_at_once():
    """A misspelt fact, a tier, a doubled id, a place, a neighbor and an unknown key are all told in one reading."""
    text = (
        GOOD.replace("rural is false", "rurall is false", 1)
        .replace("tier = 2", "tier = 0")
        .replace('id = "young"', 'id = "away"')
        .replace('jurisdiction = "44"', 'jurisdiction = "4 4"')
        .replace('"covered", "other"', '"covered", "othr"')
        .replace("[[overrides.clauses]]\n", "[[overrides.clauses]]\nnote = 1\n")
    )
    assert len(problems_of(text)) == 6


def test_a_broken_part_does_not_make_others_look_wrong():
    """Whatever uses a parameter, definition or clause that cannot be read is not reported on top of it."""
    for old, new in [
        ("value = 16", 'value = "16"'),
        ('label = { zh = "年龄上限", en = "age limit" }', "label = 1"),
        ("(able and not gone)", "(able and not gon)"),
        ('id = "silent"', "id = 1"),
        ('id = "covered"', "id = 1"),
        ("tier = 1", 'tier = "one"'),
        ('jurisdiction = "44"', ""),
        ("values]]\nvalue = 18", "values]]\nvalue = []"),
    ]:
        found = problems_of(GOOD.replace(old, new, 1))
        assert len(found) == 1, (new, found)


VOCABULARY = Vocabulary(facts=Facts.facts(), parameters={}, definitions={})
YOUNG = Facts.birth_date.age < 16
DEAD = Facts.parents.any_(ParentFacts.status.is_(Status.DEAD))


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("any parents (status is deceased)", DEAD),
        ("not any parents (status is deceased)", Not(part=DEAD)),
        ("all parents (not able)", Facts.parents.all_(~ParentFacts.able.is_(True))),
        ("any parents (status is deceased) and all parents (able or status is known)",
         DEAD & Facts.parents.all_(ParentFacts.able.is_(True) | ParentFacts.status.known())),
        ("parents is known", Facts.parents.known()),
        ("any contacts (on.days < 7)", Facts.contacts.any_(ContactFacts.on.days < 7)),
        ("any parents (able is false)", Facts.parents.any_(ParentFacts.able.is_(False))),
        ("birth_date.age＜１６", YOUNG),
        ("（birth_date．age　＜　１６）", YOUNG),
        ("ｂｉｒｔｈ＿ｄａｔｅ.age < 16", YOUNG),
        ("ａｎｙ parents（status is deceased）", DEAD),
        ("settlement in （at-home，away－working）", Facts.settlement.one_of(Status.HOME, Status.AWAY)),
        ("grade＞＝－１ and grade＝5", All(parts=(Facts.grade >= -1, Facts.grade.is_(5)))),
    ],
)  # fmt: skip
def test_groups_and_full_width_signs_are_read(text, rule):
    """What is asked of members stands in brackets; full-width letters, digits and signs are the half-width ones."""
    expression = read_expression(text, VOCABULARY)
    assert expression.problems == ()
    assert expression.predicate == rule


@pytest.mark.parametrize(
    ("text", "remedy"),
    [
        ("grade ≤ 5", "write '<='"),
        ("grade > ٣", "plain digits"),
        ("grade > ²", "plain digits"),
        ("rural、rural", "write ','"),
        ("rural ＆ rural", "write 'and'"),
        ("rural ｜｜ rural", "write 'or'"),
        ("！rural", "write 'not'"),
        ("【rural】", "write '('"),
        ("settlement in （at-home、away-working）", "write ','"),
        ("grade > —1", "write '-'"),
        ("每位 parents (able)", "no fact or definition"),
        ("some parents (able)", "write 'any'"),
        ("no parents (able)", "write 'not any'"),
        ("any", "after `any` comes a group"),
        ("any parents", "as in `(status is away-working)`"),
        ("any parents (", "a condition is missing"),
        ("any parents (able", "is not closed"),
        ("any parents ()", "cannot begin with ')'"),
        ("all parents (all parents (able))", "cannot ask about another group"),
        ("any parents (able is unknown)", "nobody having answered"),
        ("all contacts", "as in `(on.age >= 18)`"),
    ],
)
def test_habits_are_told_what_to_write(text, remedy):
    """A sign or word of another language is a finding that says what stands for it here."""
    expression = read_expression(text, VOCABULARY)
    assert expression.predicate is None
    assert remedy in expression.problems[0].message
    assert expression.problems[0].text.zh != expression.problems[0].message


def test_names_after_a_wrong_group_are_still_checked():
    """A misspelt group costs its own finding; the sentence goes on after its brackets."""
    expression = read_expression("any parent (able and x) and rurall or all parents (abel)", VOCABULARY)
    assert [problem.suggestion for problem in expression.problems] == ["parents", "rural", "able"]


def test_a_schema_without_groups_says_so():
    """Where no group exists, `any` and `of` are refused with nothing to suggest."""

    class Plain(FactSchema):
        rural = BoolFact(label=Text("农村", "rural"))

    vocabulary = Vocabulary(facts=Plain.facts(), parameters={}, definitions={})
    (problem,) = read_expression("any parents (rural)", vocabulary).problems
    assert "there is no group of persons 'parents'" in problem.message
    assert problem.allowed == ()


IDLE = [
    ("rural is false", "(rural or not rural)", None, 0),
    ("birth_date.age < age_limit", "birth_date.age < age_limit and birth_date.age > 40", "young", 1),
    ("birth_date.age < age_limit", "birth_date.age < age_limit or birth_date.age >= 0", "young", 1),
    (" and rural is false", "", None, 1),
    ("on.days <= 30) and rural is false", "on.days <= 30) and rural and not rural", "silent", 1),
    ("value = 18", "value = 0", "young", 1),
]


@pytest.mark.parametrize(("old", "new", "clause", "least"), IDLE, ids=[idle[1][:30] for idle in IDLE])
def test_what_decides_nothing_is_refused_with_its_line(old, new, clause, least):
    """A clause that never or always holds, here or in a province, and categories that meet; not without proofs."""
    text = GOOD.replace(old, new, 1)
    read(text, proofs=False)
    if not least:
        assert read(GOOD) == read(GOOD, proofs=False)
        return
    found = problems_of(text)
    assert {problem.clause for problem in found} == {clause}
    line = text.splitlines()[found[0].line - 1]
    assert line.startswith("when = " if clause else "exclusive = ")
    if "30" in old:
        assert "30" in line
        assert "in jurisdiction '44'" in found[0].message
        assert "在地区“44”" in found[0].in_("zh")
