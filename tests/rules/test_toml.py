"""Policy files: what is read, what is written, and what a domain expert is told."""

import datetime as dt
import enum
import tomllib

import pytest

from careprogram.errors import PolicyError
from careprogram.language import Text
from careprogram.rules import (
    BoolFact,
    ChoiceFact,
    DateFact,
    FactSchema,
    IntFact,
    policy_to_toml,
    read_policy,
)
from careprogram.rules.files.expression import Vocabulary, read_expression
from careprogram.rules.files.lines import LineMap
from careprogram.rules.predicates import All, AnyOf, Not


class Place(enum.Enum):
    AWAY = "away-working"
    HOME = "at-home"


class Facts(FactSchema):
    birth_date = DateFact(label=Text("出生日期", "birth date"))
    father_status = ChoiceFact(label=Text("父亲", "father"), choices=Place)
    mother_status = ChoiceFact(label=Text("母亲", "mother"), choices=Place)
    rural = BoolFact(label=Text("农村", "rural"))
    grade = IntFact(label=Text("年级", "grade"))


GOOD = """\
format = 1
id = "test.policy"
title = { zh = "测试", en = "test" }
citation = "a law"

[[effective]]
since = 2016-02-04

[parameters.age_limit]
label = { zh = "年龄上限", en = "age limit" }

[[parameters.age_limit.values]]
value = 16
source = "a law"

[definitions.both_away]
label = { zh = "双方外出", en = "both away" }
when = "father_status is away-working and mother_status is away-working"

[[requirements]]
id = "young"
citation = "art. 1"
text = { zh = "不满十六", en = "under 16" }
when = "birth_date.age < age_limit"

[[categories]]
id = "covered"
tier = 1
title = { zh = "覆盖", en = "covered" }

[[categories.clauses]]
id = "away"
citation = "art. 2"
text = { zh = "外出", en = "away" }
when = '''
both_away
and rural
'''
"""


def read(text):
    return read_policy(text, Facts, name="test.toml")


def problems_of(text):
    with pytest.raises(PolicyError) as refused:
        read(text)
    return refused.value.problems


def line_of(text, part):
    return next(number for number, line in enumerate(text.splitlines(), 1) if part in line)


def test_a_good_file_gives_the_policy_it_describes():
    """Names, days, parameters, definitions and rules all arrive."""
    policy = read(GOOD)
    assert policy.id == "test.policy"
    assert policy.effective[0].since == dt.date(2016, 2, 4)
    assert [p.name for p in policy.parameters] == ["age_limit"]
    assert [d.name for d in policy.definitions] == ["both_away"]
    assert repr(policy.categories[0].clauses[0].when) == "<All both_away and rural>"


def test_written_and_read_again_is_the_same():
    """Writing is canonical: the second writing equals the first, and the policy equals the original."""
    policy = read(GOOD)
    text = policy_to_toml(policy)
    assert read(text) == policy
    assert policy_to_toml(read(text)) == text
    assert tomllib.loads(text)["categories"][0]["clauses"][0]["when"] == "both_away and rural"


# what is changed, into what; on the line of which text the finding is; what it says; what was meant
MISTAKES = [
    ('id = "away"', 'idd = "away"', 'idd = "away"', "there is no key 'idd'", "id"),
    ("tier = 1", "", "[[categories]]", "the key 'tier' is missing", None),
    ("tier = 1", 'tier = "1"', 'tier = "1"', "must be a whole number, not '1'", None),
    ("tier = 1", "tier = true", "tier = true", "must be a whole number", None),
    ("tier = 1", "tier = 0", 'id = "covered"', "tiers count from 1", None),
    ("value = 16", "value = 16.5", "value = 16.5", "must be a whole number, not 16.5", None),
    ('value = 16\nsource = "a law"', 'value = 16\nsource = ""', 'source = ""', "'source' is empty", None),
    ("and rural", "and rurall", "and rurall", "no fact or definition 'rurall'", "rural"),
    ("both_away\nand", "both_awey\nand", "both_awey", "no fact or definition 'both_awey'", "both_away"),
    ("and rural", "and (rural", "'''", "is not closed", None),
    ("and rural", "& rural", "& rural", "write 'and'", None),
    ("and rural", "and rural is yes", "and rural is yes", "is a yes-or-no fact", None),
    ("and rural", "and rural is unknown", "and rural is unknown", "nobody having answered", None),
    ("and rural", "and rural grade", "and rural grade", "join conditions with `and` or `or`", None),
    ("and rural", "and", "'''", "a condition is missing here", None),
    ("and rural", "and grade >= 5.5", "and grade >= 5.5", "5.5 is not a whole number", None),
    ("and rural", "and grade != 5", "and grade != 5", "put `not` before", None),
    ("and rural", "and grade", "'''", "a number is compared here", None),
    ("and rural", "and age_limit > grade", "and age_limit > grade", "is a parameter: put it on the right", None),
    ("and rural", "and birth_date.years < 5", "and birth_date.years < 5", "a date has no 'years'", None),
    ("and rural", "and birth_date < 5", "and birth_date < 5", "ask `birth_date.age`", None),
    ("and rural", "and father_status", "'''", "is a choice: go on with `is away-working`", None),
    ("and rural", "and father_status in (at-home, at-home)", "and father_status in", "the same choice twice", None),
    ("is away-working and", "is away and", "is away and", "has no choice 'away'", "away-working"),
    (
        "birth_date.age < age_limit",
        "birth_date.age < limit",
        "birth_date.age < limit",
        "no parameter 'limit'",
        "age_limit",
    ),
    ("[[categories.clauses]]\n", "[[categories.clauses]]\nnote = 1\n", "note = 1", "there is no key 'note'", None),
    ("since = 2016-02-04", 'since = "2016-02-04"', "since =", "must be a date such as 2016-02-04", None),
    ("since = 2016-02-04", "since = 2016-02-04\nuntil = 2016-01-01", "[[effective]]", "cannot end on 2016-01-01", None),
    ("format = 1", "format = 2", "format = 2", "only 1 can be read", None),
    ('title = { zh = "测试", en = "test" }', 'title = "test"', "title =", "write title = { zh =", None),
    ('id = "young"', 'id = "away"', 'id = "away"\ncitation = "art. 2"', "'away' is given twice", None),
    ('id = "young"', 'id = "Too Young"', "Too Young", "takes small letters", None),
    ("birth_date.age < age_limit", "birth_date.age < 16", "[parameters.age_limit]", "never used", None),
    ("[definitions.both_away]", "[definitions.rural]", "[definitions.rural]", "already the name of a fact", None),
    ("[parameters.age_limit]", "[parameters.known]", "[parameters.known]", "not a small-letter word of its own", None),
    (
        "value = 16",
        "value = 16\nsince = 2020-01-01",
        "[parameters.age_limit]",
        "has its first value on 2020-01-01",
        None,
    ),
    ('citation = "a law"', 'citation = "a law', 'citation = "a law', "this is not TOML", None),
    (
        "[[effective]]",
        '[ages]\nturns = "birthdai"\n[[effective]]',
        "birthdai",
        "'turns' cannot be 'birthdai'",
        "birthday",
    ),
]


@pytest.mark.parametrize(("old", "new", "place", "message", "meant"), MISTAKES, ids=[m[1][:40] for m in MISTAKES])
def test_every_mistake_is_told_with_its_line_and_remedy(old, new, place, message, meant):
    """The finding is on the right line, says what is wrong, and suggests what was probably meant."""
    assert old in GOOD
    text = GOOD.replace(old, new, 1)
    found = [problem for problem in problems_of(text) if message in problem.message]
    assert len(found) == 1, problems_of(text)
    first, *rest = place.split("\n")
    at = line_of(text, first)
    if rest:  # the second of two equal lines
        lines = text.splitlines()
        at = next(n for n in range(1, len(lines)) if lines[n - 1] == first and lines[n] == rest[0])
    elif first == "'''":
        at = len(text.splitlines())
    assert found[0].line == at
    assert found[0].suggestion == meant
    assert f"test.toml:{at}: " in str(found[0])


def test_all_findings_come_at_once_in_the_order_of_the_file():
    """Four mistakes give four findings, each naming its clause."""
    text = (
        GOOD.replace("tier = 1", "teir = 1")
        .replace("and rural", "and rurall")
        .replace("birth_date.age <", "birthdate.age <")
        .replace("is away-working and", "is away and")
    )
    found = problems_of(text)
    assert [p.clause for p in found] == ["both_away", "young", "covered", "away"]
    assert [p.line for p in found] == sorted(p.line for p in found)
    with pytest.raises(PolicyError, match=r"test\.toml has 4 problems:\ntest\.toml:18: in 'both_away': "):
        read(text)


def test_files_from_other_editors_are_read_alike():
    """A byte-order mark and Windows line ends change neither the policy nor the lines of findings."""
    windows = "\ufeff" + GOOD.replace("\n", "\r\n")
    assert read(windows) == read(GOOD)
    wrong = windows.replace("and rural", "and rurall")
    assert problems_of(wrong)[0].line == problems_of(GOOD.replace("and rural", "and rurall"))[0].line


def test_a_separator_inside_a_text_is_no_line_end():
    """Only line feeds count lines, as in the TOML reader and in editors."""
    text = GOOD.replace('"测试"', '"测\u2028试"').replace("and rural", "and rurall")
    assert problems_of(text)[0].line == line_of(GOOD, "and rural")


def test_a_broken_parameter_is_told_once():
    """Rules that use it do not repeat the finding."""
    assert len(problems_of(GOOD.replace("value = 16", 'value = "16"'))) == 1


VOCABULARY = Vocabulary(facts=Facts.facts(), parameters={}, definitions={})
A, B, C = Facts.rural.is_(True), Facts.grade >= 5, Facts.father_status.is_(Place.AWAY)


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("rural or grade >= 5 and father_status is away-working", AnyOf(parts=(A, All(parts=(B, C))))),
        ("（rural or grade >= 5） and father_status is away-working", All(parts=(AnyOf(parts=(A, B)), C))),
        ("not rural and grade >= 5", All(parts=(Not(part=A), B))),
        ("not (rural and grade >= 5)", Not(part=All(parts=(A, B)))),
        ("not not rural", Not(part=Not(part=A))),
        ("rural is true", A),
        ("rural is not true", Not(part=A)),
        ("rural is false", Facts.rural.is_(False)),
        ("father_status is not away-working", Not(part=C)),
        ("father_status not in (away-working, at-home)", Not(part=Facts.father_status.one_of(*Place))),
        (
            "father_status in （at-home， away-working）",
            Facts.father_status.one_of(*reversed(Place)),
        ),
        ("grade = -1", Facts.grade.is_(-1)),
        ("birth_date.months<=6", Facts.birth_date.months <= 6),
        ("birth_date is known", Facts.birth_date.known()),
    ],
)
def test_expressions_mean_what_they_say(text, rule):
    """`not` binds closest, then `and`, then `or`; full-width brackets are read."""
    expression = read_expression(text, VOCABULARY)
    assert expression.problems == ()
    assert expression.predicate == rule


@pytest.mark.parametrize(
    "text",
    [
        "",
        "()",
        "not",
        "rural and or rural",
        "rural)",
        "\x00",
        "rural is",
        "grade <",
        "father_status in (",
        "birth_date.",
    ],
)
def test_broken_sentences_are_findings_not_crashes(text):
    """Whatever is typed gives at least one finding with a place inside the text."""
    expression = read_expression(text, VOCABULARY)
    assert expression.predicate is None
    assert expression.problems
    assert all(1 <= problem.column <= len(text) + 1 for problem in expression.problems)


@pytest.mark.parametrize("text", ["not " * 5000 + "rural", "(" * 5000 + "rural" + ")" * 5000])
def test_a_rule_nested_beyond_reading_is_refused(text):
    """A thousand brackets cost a finding, not the program."""
    expression = read_expression(text, VOCABULARY)
    assert "nested too deeply" in expression.problems[0].message


def test_a_rule_nested_ninety_deep_is_read():
    """The limit is far from what anybody writes."""
    assert read_expression("(" * 90 + "rural" + ")" * 90, VOCABULARY).predicate == A


def test_lines_are_found_in_the_presence_of_comments_and_long_values():
    """Text that looks like keys inside a long string or a comment does not mislead the line numbers."""
    text = '# id = "x"\na = """\nb = 1\n[c]\n"""\nb = [\n 1, # ]\n 2,\n]\n"odd key".x = 1\n[c]\nd = { e = 1 } # f\n'
    lines = LineMap(text)
    assert [lines.line(path) for path in (("a",), ("b",), ("odd key", "x"), ("c",), ("c", "d"), ("c", "d", "e"))] == [
        2,
        6,
        10,
        11,
        12,
        12,
    ]
    assert lines.text_line(("a",)) == 3
    assert lines.line(("nowhere",)) == 1


def test_a_file_nested_without_end_is_told_and_not_a_crash():
    """Two thousand open brackets are a finding like any other."""
    (problem,) = problems_of(GOOD + "\na = " + "[" * 2_000 + "]" * 2_000)
    assert "too deep" in problem.message
