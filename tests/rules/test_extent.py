"""Rules that are too large to be followed are refused at once; the largest that are taken go through every engine."""

import datetime as dt
import time

import pytest
import rules_kit as kit

from careprogram.errors import PolicyError
from careprogram.language import Text
from careprogram.rules import Category, Clause, Policy, Truth, read_policy
from careprogram.rules.extent import MOST_CONDITIONS, MOST_IN_ALL, MOST_INSIDE, Extents
from careprogram.rules.predicates import All, AnyOf, Definition, Not
from careprogram.rules.review.search import SearchTooLargeError, find_truth
from careprogram.testing.engines import every_engine

TEXT = Text("文", "text")
DAY = dt.date(2026, 9, 1)
POOR, GRADE = kit.Facts.poor.is_(True), kit.Facts.grade
SECONDS = 20
"""What takes no longer than this was not tried out case by case."""

HEAD = 'format = 1\nid = "p"\ntitle = {zh = "文", en = "text"}\ncitation = "c"\n'


def policy_of(*rules):
    clauses = tuple(Clause(id=f"c{at}", citation="c", text=TEXT, when=rule) for at, rule in enumerate(rules))
    return Policy(id="p", title=TEXT, citation="c", categories=(Category(id="k", tier=1, title=TEXT, clauses=clauses),))


def file_of(*rules, definitions=()):
    text = HEAD
    for name, when in definitions:
        text += f'[definitions.{name}]\nlabel = {{zh = "文", en = "text"}}\nwhen = "{when}"\n'
    text += '[[categories]]\nid = "k"\ntier = 1\ntitle = {zh = "文", en = "text"}\n'
    for at, when in enumerate(rules):
        text += f'[[categories.clauses]]\nid = "c{at}"\ncitation = "c"\ntext = {{zh = "文", en = "text"}}\n'
        text += f"when = '''{when}'''\n"
    return text


def refused(text):
    began = time.process_time()
    with pytest.raises(PolicyError) as caught:
        read_policy(text, kit.Facts, name="bomb.toml")
    assert time.process_time() - began < SECONDS
    assert all(problem.line >= 1 for problem in caught.value.problems)
    assert all(len(problem.in_("en")) < 2000 and len(problem.in_("zh")) < 2000 for problem in caught.value.problems)
    return caught.value.problems


def doubling(times):
    rule = POOR
    for at in range(times):
        rule = Definition(name=f"d{at}", label=TEXT, when=AnyOf(parts=(Not(part=rule), rule)))
    return rule


def test_what_is_shared_is_measured_once():
    """A rule of 2**60 conditions is measured at once, and as what it stands for."""
    count, depth = Extents().of(doubling(60))
    assert count > 2**60
    assert depth == 2 + 3 * 60 - 1


def test_definitions_that_name_another_twice_are_refused():
    """The billion laughs: forty lines that stand for a trillion conditions."""
    lines = [("d0", "poor"), *((f"d{at}", f"d{at - 1} or not d{at - 1}") for at in range(1, 40))]
    problem = refused(file_of("d39", definitions=lines))[0]
    assert (problem.clause, "2500 are read" in problem.text.en, "2500" in problem.text.zh) == ("d9", True, True)
    with pytest.raises(PolicyError, match="10⁹"):
        policy_of(doubling(40))


def test_a_chain_of_definitions_is_refused_where_it_gets_too_long():
    """Fifteen hundred definitions that rest on each other name the one that is too many, and nothing overflows."""
    lines = [("d0", "poor"), *((f"d{at}", f"d{at - 1}") for at in range(1, 1500))]
    problems = refused(file_of("d1499", definitions=lines))
    assert (problems[0].clause, len(problems)) == (f"d{MOST_INSIDE}", 1)


def test_definitions_that_go_in_a_circle_are_told_so():
    """A definition that names itself, or one further below, is told that only those above count."""
    lines = [("one", "two"), ("two", "one"), ("three", "not three")]
    problems = refused(file_of("one or two or three", definitions=lines))
    assert [(problem.clause, "circle" in problem.text.en, "绕圈" in problem.text.zh) for problem in problems] == [
        ("one", True, True),
        ("three", True, True),
    ]


@pytest.mark.parametrize(
    "when",
    [
        "(" * 10_000 + "poor" + ")" * 10_000,
        "(" * 10_000,
        "not " * 10_000 + "poor",
        " or ".join(["poor"] * 60_000),
        " and ".join(f"grade >= {at}" for at in range(4_000)),
        " or ".join(f"wrong{at}" for at in range(300)),
        "a" * 90_000,
        "且" * 90_000,
        "<" * 90_000,
        "grade >= " + "9" * 90_000,
    ],
    ids=["brackets", "open", "not", "long", "wide", "names", "word", "foreign", "signs", "digits"],
)
def test_an_enormous_rule_is_refused_at_once(when):
    """However a rule is enormous, its line is named, at once and briefly."""
    assert {problem.clause for problem in refused(file_of(when))} == {"c0"}


@pytest.mark.parametrize(
    "more",
    [
        "a" + ".a" * 100_000 + " = 1",
        "a = " + "[" * 100_000,
        "a = " + "{a=" * 100_000,
        'a = """' + "\n" * 100_000 + '"""',
        "a = '''" + "'\n" * 100_000 + "'''",
        'a = "' + "x" * 2_000_000 + '"',
    ],
    ids=["dotted", "lists", "tables", "lines", "quotes", "long"],
)
def test_a_bomb_of_toml_is_refused_at_once(more):
    """Files that take the reader of TOML minutes or gigabytes are refused before they do."""
    refused(HEAD + more)


def test_many_conditions_on_one_fact_are_left_to_the_solver():
    """Looking at each of many conditions for each of as many answers would take the square of their number."""
    rule = All(parts=tuple(at <= kit.Facts.away_since.days for at in range(400)))
    with pytest.raises(SearchTooLargeError, match="400 conditions on one fact"):
        find_truth(rule, Truth.TRUE, as_of=DAY)


def test_ten_thousand_clauses_are_taken_and_a_large_policy_is_not():
    """Many short clauses are a policy like others, up to what all of them together may hold."""
    assert len(policy_of(*[at % 12 <= GRADE for at in range(10_000)]).clauses) == 10_000
    rule = AnyOf(parts=tuple(GRADE.is_(at) for at in range(MOST_CONDITIONS - 1)))
    with pytest.raises(PolicyError, match="split the policy"):
        policy_of(*[rule] * (MOST_IN_ALL // MOST_CONDITIONS + 1))


def deepest(kind):
    rule = POOR
    for at in range(1, MOST_INSIDE):
        joined = AnyOf if at % 2 else All
        match kind:
            case "not":
                rule = Not(part=rule)
            case "deep last":
                rule = joined(parts=(at <= GRADE, rule))
            case "deep first":
                rule = joined(parts=(rule, at <= GRADE))
            case "wide":
                rule = joined(parts=(*(GRADE.is_(at + more) for more in range(40)), rule))
            case _:
                rule = Not(part=rule) if at % 2 else (All if at % 4 else AnyOf)(parts=(at <= GRADE, rule))
    return rule


@pytest.mark.parametrize("kind", ["not", "deep last", "deep first", "wide", "mixed"])
def test_the_deepest_rule_goes_through_every_engine(kind):
    """What is accepted is judged: the readers of SQL and the libraries of columns give up a little deeper."""
    rule = deepest(kind)
    policy = policy_of(rule)
    with pytest.raises(PolicyError, match="nested too deeply"):
        policy_of(Not(part=rule))
    rows = [{"poor": True, "grade": 6}, {"poor": False}, {"grade": 30}, {}]
    expected, *others = [engine.judge(policy, rows, DAY) for engine in every_engine() if not engine.absent()]
    assert all(answers == expected for answers in others)
