"""What places and stages do otherwise: overrides, stages, exclusive and dependent programs."""

import datetime as dt
import enum

import attrs
import pytest

from careprogram.errors import PolicyError
from careprogram.ids import PolicyId
from careprogram.language import Text
from careprogram.rules import (
    BoolFact,
    Category,
    ChoiceFact,
    Clause,
    DatedValue,
    DateFact,
    Definition,
    Exemption,
    FactSchema,
    FactValues,
    GroupFact,
    Override,
    Parameter,
    Period,
    Policy,
    Stage,
    constant,
    judge_facts,
    policy_to_toml,
    read_policy,
)
from careprogram.rules.overrides import code_prefix
from careprogram.rules.predicates import Comparison, Is, OneOf, Operator, Quantified, Quantifier

TEXT = Text("文", "text")


class ParentFacts(FactSchema):
    away = BoolFact(label=TEXT)


class Place(enum.Enum):
    HERE = "here"
    THERE = "there"


class Facts(FactSchema):
    place = ChoiceFact(label=TEXT, choices=Place)
    poor = BoolFact(label=TEXT)
    alone = BoolFact(label=TEXT)
    birth_date = DateFact(label=TEXT)
    parents = GroupFact(label=TEXT, members=ParentFacts)


def limit(value, name="limit"):
    return constant(name, value, label=TEXT, source="law")


LIMIT = limit(16)
YOUNG = Definition(name="young", label=TEXT, when=Facts.birth_date.age < LIMIT)


def clause(name, when, **changes):
    return Clause(**{"id": name, "citation": "art. 1", "text": TEXT, "when": when, **changes})


def category(name, *clauses, tier=1):
    return Category(id=name, tier=tier, title=TEXT, clauses=clauses)


def override(place, **changes):
    return Override(**{"jurisdiction": place, "citation": "a decision", "text": TEXT, **changes})


POOR = clause("poor", YOUNG & Facts.poor.is_(True))
ALONE = clause(
    "alone",
    Facts.alone.is_(True),
    exceptions=(Exemption(id="old", citation="art. 2", text=TEXT, when=~YOUNG),),
)


def policy(**changes):
    return Policy(
        **{
            "id": PolicyId("p"),
            "title": TEXT,
            "citation": "law",
            "requirements": (ALONE,),
            "categories": (category("one", POOR), category("two", clause("any", Facts.parents.known()))),
            **changes,
        }
    )


def test_a_place_without_a_word_of_its_own_has_the_rules_of_the_policy():
    """Without overrides and stages the very same policy is given; elsewhere it equals what stands in the policy."""
    plain = policy()
    assert plain.at(place="440103001000") is plain
    changed = policy(overrides=(override("44", parameters=(limit(18),)),))
    assert changed.at(place="330000") == plain
    assert changed.at() == plain


def test_an_override_changes_a_parameter_wherever_it_is_used():
    """Clauses, exceptions and definitions use the new value, and nothing else changes but the jurisdiction."""
    changed = policy(overrides=(override("44", parameters=(limit(18),)),))
    there = changed.at(place="440103")
    assert there.parameters == (limit(18),)
    assert there.definitions[0].when == (Facts.birth_date.age < limit(18))
    assert there.clauses[0].exceptions[0].when == ~there.definitions[0]
    assert there.jurisdiction == "44"
    assert there.overrides == ()
    back = attrs.evolve(there, overrides=(override("44", parameters=(LIMIT,)),), jurisdiction="")
    assert attrs.evolve(back.at(place="44"), jurisdiction="") == policy()


def test_the_more_specific_override_wins():
    """A city says otherwise than its province, in whatever order the file names them."""
    overrides = (override("4403", parameters=(limit(20),)), override("44", parameters=(limit(18),)))
    for given in (overrides, overrides[::-1]):
        changed = policy(overrides=given)
        assert [changed.at(place=place).parameters[0].on(dt.date(2026, 1, 1)) for place in ("", "44", "440300")] == [
            16,
            18,
            20,
        ]
        assert changed.at(place="440307").jurisdiction == "4403"


def test_a_clause_is_replaced_where_it_stands():
    """The new clause takes the place of the old one, with the parameters of the place."""
    other = clause("poor", YOUNG, citation="a decision")
    there = policy(overrides=(override("44", clauses=(other,), parameters=(limit(18),)),)).at(place="44")
    (found,) = there.categories[0].clauses
    assert found.citation == "a decision"
    assert found.when.when == (Facts.birth_date.age < limit(18))


@pytest.mark.parametrize(
    ("code", "prefix"),
    [("44", "44"), ("440000", "44"), ("441900", "4419"), ("440103", "440103"), ("440103000", "440103"),
     ("110101100", "110101100"), ("440103001000", "440103001"), ("", "")],
)  # fmt: skip
def test_the_zeros_that_fill_up_a_code_say_nothing(code, prefix):
    """Guangdong is 44 and 440000; the township 110101100 keeps its zeros."""
    assert code_prefix(code) == prefix
    if code:
        changed = policy(overrides=(override(code, parameters=(limit(18),)),))
        assert changed.at(place=prefix + "1").parameters == (limit(18),)


ENTERING = clause("enters", Facts.poor.is_(True), stage=Stage.ENTRY)
STAYING = clause("stays", Facts.alone.is_(True), stage=Stage.CONTINUING)


def test_stages_leave_out_the_clauses_of_the_other():
    """On entry the one, afterwards the other; both before anybody asks; a category with nothing left goes."""
    staged = policy(
        requirements=(ENTERING, STAYING),
        categories=(
            category("one", POOR),
            category("two", clause("in", Facts.alone.is_(True), stage=Stage.CONTINUING)),
        ),
        exclusive=(("one", "two"),),
    )
    entry, later = staged.at(), staged.at(stage=Stage.CONTINUING)
    assert [c.id for c in entry.clauses] == ["enters", "poor"]
    assert entry.exclusive == ()
    assert [c.id for c in later.clauses] == ["stays", "poor", "in"]
    assert later.exclusive == staged.exclusive
    assert staged.at(stage=Stage.ALWAYS) is staged
    assert entry.at() is entry
    facts = FactValues(values={"poor": True, "alone": False, "birth_date": dt.date(2015, 1, 1)})
    day = dt.date(2026, 1, 1)
    assert judge_facts(entry, facts, as_of=day).determination.value == "eligible"
    assert judge_facts(later, facts, as_of=day).determination.value == "ineligible"


def test_a_place_and_stage_is_worked_out_once():
    """Two villages of one province share one policy object."""
    changed = policy(overrides=(override("44", parameters=(limit(18),)),))
    assert changed.at(place="440103001001") is changed.at(place="440103001002")


MEMBER = Definition(name="gone", label=TEXT, when=ParentFacts.away.is_(True), group=Facts.parents)
DATED = Parameter(name="limit", label=TEXT, values=(DatedValue(value=1, source="law", since=dt.date(2020, 1, 1)),))

STRAY = Quantified(group=Facts.parents, quantifier=Quantifier.ANY, when=Facts.poor.is_(True))

# what is wrong, what is said in English, what in Chinese
FAULTS = [
    ({"overrides": (override("广东", parameters=(limit(18),)),)}, "no beginning of a place code", "开头数字"),
    ({"overrides": (override("４４", parameters=(limit(18),)),)}, "no beginning of a place code", "开头数字"),
    ({"overrides": (override("44"),)}, "changes nothing", "什么也没有改"),
    ({"overrides": (override("44", parameters=(limit(1, "age"),)),)}, "'age', which the policy does not", "不存在"),
    ({"overrides": (override("44", clauses=(clause("por", YOUNG),)),)}, "'por', which the policy does not", "不存在"),
    ({"overrides": (override("44", clauses=(POOR, POOR)),)}, "gives the clause 'poor' twice", "写了两次"),
    ({"overrides": (override("44", citation=" ", clauses=(POOR,)),)}, "has no citation", "没有依据"),
    ({"overrides": (override("44", clauses=(clause("poor", YOUNG, citation=""),)),)}, "'poor' has no cit", "没有依据"),
    ({"overrides": (override("44", parameters=(DATED,)),)}, "has its first value on 2020-01-01", "此前的数值"),
    ({"overrides": (override("44", clauses=(POOR,)), override("440000", clauses=(POOR,)))}, "them one", "合成一个"),
    ({"overrides": (override("33", clauses=(POOR,)),), "jurisdiction": "440000"}, "outside of '440000'", "之内"),
    (
        {"overrides": (override("44", clauses=(clause("poor", Facts.birth_date.age < limit(9)),)),)},
        "parameter 'limit' is given twice",
        "不能重复",
    ),
    ({"exclusive": (("one",),)}, "at least two different", "至少写两个不同"),
    ({"exclusive": (("one", "one"),)}, "at least two different", "至少写两个不同"),
    ({"exclusive": (("one", "three"),)}, "no category 'three'", "不存在"),
    ({"exclusive": (("one", "two"), ("two", "one"))}, "given twice", "写了两次"),
    ({"requires": (PolicyId("p"),)}, "requires itself", "政策自己"),
    ({"requires": (PolicyId("q"),), "excludes": (PolicyId("q"),)}, "both requires and excludes 'q'", "既在"),
    ({"excludes": (PolicyId("q"), PolicyId("q"))}, "excludes names 'q' twice", "写了两次"),
    ({"excludes": (PolicyId("Q 1"),)}, "cannot be written down", "写不进文件"),
    ({"categories": (category("one", ENTERING),)}, "at stage 'continuing': nobody", "谁也不会符合"),
    (
        {"overrides": (override("44", clauses=(attrs.evolve(POOR, stage=Stage.ENTRY),)),),
         "categories": (category("one", POOR),)},
        "at stage 'continuing' in '44'",
        "“44”",
    ),
    ({"requirements": (clause("r", MEMBER),)}, "is about a member of parents", "一名成员"),
    (
        {"requirements": (clause("r", STRAY),)},
        "only facts of its members",
        "只能用其成员的事实",
    ),
    (
        {"requirements": (clause("r", Facts.parents.any_(attrs.evolve(MEMBER, group=None))),)},
        "is about the child: it cannot stand in parents",
        "儿童本人",
    ),
    (
        {"requirements": (clause("r", Facts.parents.any_(attrs.evolve(MEMBER, name="away"))),)},
        "has the name of a fact",
        "与一项事实同名",
    ),
    ({"requirements": (clause("r", Facts.birth_date.age < limit(9, "poor")),)}, "'poor' has the name of", "同名"),
    ({"requirements": (clause("r", Facts.birth_date.age < limit(9, "not")),)}, "cannot be written down", "写不进"),
    ({"requirements": (clause("r", Facts.birth_date.age < limit(9, "Age")),)}, "cannot be written down", "写不进"),
    ({"requirements": (clause("r", Facts.birth_date.age < limit(9, "young") ),)}, "both a parameter and", "既是参数"),
    ({"requirements": (clause("R 1", YOUNG),)}, "cannot be written down", "写不进"),
    (
        {"requirements": (attrs.evolve(ALONE, exceptions=ALONE.exceptions * 2),)},
        "exception 'old' is given twice",
        "例外“old”写了两次",
    ),
]  # fmt: skip


def nested(rule, times):
    for _ in range(times):
        rule = ~rule
    return rule


BLANK = Text(" ", "text")
BARE = (
    OneOf(fact=Facts.place, members=()),
    OneOf(fact=Facts.place, members=(Place.HERE, Place.HERE)),
    OneOf(fact=Facts.place, members=(Stage.ENTRY,)),
)
ODD = Comparison(measure=Facts.birth_date.age, operator=Operator.LESS, bound=16.5)

# what cannot be written to a file, and so cannot be in a policy
FAULTS += [
    *(({"requirements": (clause("r", bare),)}, "at least one choice of 'place'", "至少一个") for bare in BARE),
    ({"requirements": (clause("r", ODD),)}, "no whole number", "不是整数"),
    ({"requirements": (clause("r", attrs.evolve(ODD, bound=True)),)}, "no whole number", "不是整数"),
    ({"requirements": (clause("r", attrs.evolve(ODD, bound=-(10**16))),)}, "too large", "太大"),
    ({"requirements": (clause("r", Is(fact=Facts.poor, expected=1)),)}, "neither True nor False", "只能是"),
    ({"requirements": (clause("r", nested(POOR.when, 100)),)}, "nested too deeply", "嵌套太深"),
    ({"requirements": (clause("r", Facts.parents.any_(nested(ParentFacts.away.known(), 99))),)}, "too deeply", "太深"),
    (
        {"overrides": (override("44", parameters=(attrs.evolve(LIMIT, unit=TEXT),)),)},
        "counts 'limit' in another unit",
        "换了单位",
    ),
    ({"title": BLANK}, "policy 'p' has a text that is empty", "政策“p”有空白"),
    ({"citation": ""}, "policy 'p' has a text that is empty", "政策“p”有空白"),
    ({"jurisdiction": " "}, "policy 'p' has a text that is empty", "政策“p”有空白"),
    ({"title": Text("文", "\ud800")}, "cannot be written", "写不出"),
    ({"requirements": (clause("r", YOUNG, text=BLANK),)}, "clause 'r' has a text", "条款“r”有空白"),
    ({"overrides": (override("44", clauses=(POOR,), text=BLANK),)}, "override '44' has a text", "地区变通“44”有空白"),
    (
        {"requirements": (clause("r", attrs.evolve(YOUNG, label=BLANK, name="youth")),)},
        "definition 'youth' has a text",
        "定义“youth”有空白",
    ),
    (
        {"requirements": (clause("r", Facts.birth_date.age < attrs.evolve(LIMIT, name="n", unit=BLANK)),)},
        "parameter 'n' has a text",
        "参数“n”有空白",
    ),
]


@pytest.mark.parametrize(("changes", "english", "chinese"), FAULTS, ids=[fault[1][:40] for fault in FAULTS])
def test_what_makes_no_sense_is_refused_in_both_languages(changes, english, chinese):
    """The policy does not come into being, and the finding says how to mend it in Chinese and English."""
    with pytest.raises(PolicyError) as refused:
        policy(**changes)
    found = [problem for problem in refused.value.problems if english in str(problem)]
    assert len(found) == 1, refused.value
    assert chinese in found[0].in_("zh")
    assert english in str(refused.value)


def test_a_member_definition_is_used_inside_its_group():
    """A condition about one member stands between the brackets of its group, and only there."""
    whole = policy(
        requirements=(clause("r", Facts.parents.all_(MEMBER & ~MEMBER)), clause("s", Facts.parents.any_(MEMBER)))
    )
    assert whole.definitions == (MEMBER, YOUNG)
    assert [fact.name for fact in whole.facts] == ["parents", "birth_date", "poor"]


def test_an_override_only_has_to_cover_the_days_of_the_policy():
    """A value that begins with the policy is enough."""
    changed = policy(overrides=(override("44", parameters=(DATED,)),), effective=(Period(since=dt.date(2020, 1, 1)),))
    assert changed.at(place="44").parameters == (DATED,)


def test_what_is_nested_as_deep_as_can_be_is_read_again():
    """The deepest rule that a policy takes is the deepest that the reader takes."""
    member = Facts.parents.any_(nested(ParentFacts.away.known(), 40))
    bracketed = nested(Facts.poor.is_(True) | Facts.alone.is_(True), 40)
    deepest = policy(requirements=tuple(clause(f"r{at}", rule) for at, rule in enumerate((member, bracketed))))
    assert read_policy(policy_to_toml(deepest), Facts, name="x.toml", proofs=False) == deepest
    with pytest.raises(PolicyError, match="too deeply"):
        policy(requirements=(clause("r", ~bracketed),))


def test_brackets_in_brackets_count_like_the_reader_counts_them():
    """`a and (b or (…))` is taken as deep as the reader takes it, and not one bracket deeper."""

    def bracketed(times):
        rule = Facts.poor.is_(True)
        for at in range(times):
            rule = Facts.alone.is_(True) & (rule | Facts.poor.known()) if at % 2 else rule | Facts.alone.known()
        return Facts.poor.is_(True) & rule

    for times in range(30, 50):
        try:
            built = policy(requirements=(clause("r", bracketed(times)),))
        except PolicyError:
            continue
        assert read_policy(policy_to_toml(built), Facts, name="x.toml", proofs=False) == built
