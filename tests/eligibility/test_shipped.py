"""The policies that ship: their citations, dates and defaults."""

import datetime as dt
import re
from pathlib import Path

import attrs
import pytest

from careprogram.builtin.contributions import standard_host
from careprogram.eligibility import ChildFacts, judge, load_policy, shipped_policies
from careprogram.errors import PolicyError, PolicyNotInForceError
from careprogram.ids import ChildId
from careprogram.people import (
    Child,
    Household,
    Parent,
    ParentStatus,
    Registration,
    RegistrationKind,
    Residence,
    Settlement,
)
from careprogram.rules import Determination, policy_to_toml, render_verdict
from careprogram.rules.predicates import fact_of, walk
from careprogram.rules.review.soundness import soundness_problems

POLICIES = shipped_policies()
AWAY, HOME = Parent(status=ParentStatus.AWAY_WORKING), Parent(status=ParentStatus.AT_HOME, guardianship_capacity=True)
CHILD = Child(
    id=ChildId("c"),
    name="王小明",
    birth_date=dt.date(2010, 3, 1),
    registration=Registration(kind=RegistrationKind.RURAL),
    residence=Residence(settlement=Settlement.RURAL, address="三组五号"),
    father=AWAY,
    mother=AWAY,
)


def test_the_policies_of_the_essays_and_the_law_are_there():
    """Two plans of the seed text, the national definitions, what one region says otherwise, and two duties."""
    assert list(POLICIES) == [
        "cn.de-facto-unsupported.2019",
        "cn.de-facto-unsupported.2020",
        "cn.in-difficulty.2016",
        "cn.left-behind.2016",
        "cn.left-behind.pre-2016",
        "cn.migrant.2024",
        "cn.minors-law.21",
        "cn.minors-law.23",
        "county.education",
        "ningxia.left-behind.2024",
        "township.family-planning",
    ]


def test_every_shipped_policy_passes_the_checks_of_the_plugin_host():
    """What ships goes through the same hook as anybody's policy, and one refused would take the others with it."""
    host = standard_host()
    assert list(host.policies()) == list(POLICIES)
    assert host.failures == ()


def test_a_program_is_given_no_further_policy_without_asking():
    """Only the two that every program had are on by default: what is new is applied where somebody says so."""
    assert [policy.id for policy in POLICIES.values() if policy.on_by_default] == [
        "cn.left-behind.2016",
        "county.education",
    ]


@pytest.mark.parametrize("policy", POLICIES.values(), ids=str)
def test_every_clause_of_a_shipped_policy_decides_something(policy):
    """They are read without proofs, because this test gives them: no clause is idle, in any place, at any stage."""
    assert soundness_problems(policy) == ()


@pytest.mark.parametrize("policy", POLICIES.values(), ids=str)
def test_what_only_a_copy_was_seen_of_says_so(policy):
    """Every citation of a document that was not read itself is marked as taken from a copy."""
    documents = re.compile(r"(国发|民发|粤民规字)〔|宁夏|行动方案")
    cited = [policy.citation, *(c.citation for c in policy.clauses), *(o.citation for o in policy.overrides)]
    cited += [c.citation for o in policy.overrides for c in o.clauses]
    cited += [dated.source for parameter in policy.parameters for dated in parameter.values]
    assert all("转引" in text for text in cited if documents.search(text))


@pytest.mark.parametrize("policy", POLICIES.values(), ids=str)
def test_a_day_of_effect_that_no_source_was_seen_for_says_so(policy):
    """Only three days have a source; of every other the citation says that a person has still to check it."""
    seen = {dt.date(2016, 2, 3), dt.date(2016, 2, 4), dt.date(2024, 9, 3)}
    days = {day for period in policy.effective for day in (period.since, period.until) if day} - seen
    assert all(day.isoformat() in policy.citation for day in days)
    assert ("待人工核对" in policy.citation) == bool(days)


@pytest.mark.parametrize("policy", POLICIES.values(), ids=str)
def test_every_shipped_policy_is_cited_in_two_languages_and_survives_a_round_trip(policy):
    """Nothing lacks a citation or a text, and writing loses nothing but comments."""
    texts = [policy.title, *(c.text for c in policy.clauses), *(c.title for c in policy.categories)]
    texts += [o.text for o in policy.overrides] + [c.text for o in policy.overrides for c in o.clauses]
    texts += [p.label for p in policy.parameters] + [d.label for d in policy.definitions]
    assert all(text.zh.strip() and text.en.strip() and not text.en.strip()[0] > "z" for text in texts)
    assert all(dated.source for parameter in policy.parameters for dated in parameter.values)
    assert load_policy(policy_to_toml(policy), name="again.toml") == policy


def test_family_planning_is_sensitive_and_off_unless_asked_for():
    """Only the plan of essay 8 reads family-planning status, and it is off by default."""
    asking = [p.id for p in POLICIES.values() if ChildFacts.family_planning in p.facts]
    assert asking == ["township.family-planning"]
    assert not POLICIES["township.family-planning"].on_by_default


def test_policies_about_health_prison_or_poverty_are_sensitive_and_off_unless_asked_for():
    """What needs a purpose and a consent of its own is never judged in passing."""
    sensitive = {policy.id for policy in POLICIES.values() if policy.sensitive}
    assert sensitive == {
        "cn.de-facto-unsupported.2019",
        "cn.de-facto-unsupported.2020",
        "cn.in-difficulty.2016",
        "township.family-planning",
    }
    asking = {
        policy.id
        for policy in POLICIES.values()
        for clause in policy.clauses
        for node in walk(clause.condition)
        if (fact := fact_of(node)) is not None and fact.sensitive
    }
    assert asking == sensitive
    assert not any(POLICIES[name].on_by_default for name in sensitive)


def test_the_reference_names_every_policy_with_its_thresholds_and_days():
    """The page has a chapter for each policy, and every number in it is the one in the file."""
    page = (Path(__file__).parents[2] / "docs" / "reference" / "shipped-policies.md").read_text("utf-8")
    chapters = dict(re.findall(r"^## `([^`]+)`\n(.*?)(?=^## |\Z)", page, re.MULTILINE | re.DOTALL))
    assert set(chapters) == set(POLICIES)
    for policy_id, policy in POLICIES.items():
        told = dict(re.findall(r"`(\w+)` (\d+)", chapters[policy_id]))
        in_file = {parameter.name: str(parameter.values[-1].value) for parameter in policy.parameters}
        assert {name: told[name] for name in in_file} == in_file
        (row,) = re.findall(rf"^\| `{re.escape(policy_id)}` \|.*$", page, re.MULTILINE)
        days = [day for period in policy.effective for day in (period.since, period.until) if day]
        assert all(day.isoformat() in row for day in days)
        assert row.rsplit("|", 2)[1].strip() == (
            ("yes" if policy.on_by_default else "no") + (", sensitive" if policy.sensitive else "")
        )


def test_the_two_definitions_meet_without_gap_or_overlap():
    """On every day exactly one of the national usages is in force, changing on 4 February 2016."""
    old, new = POLICIES["cn.left-behind.pre-2016"], POLICIES["cn.left-behind.2016"]
    for day in (dt.date(1990, 1, 1), dt.date(2016, 2, 3), dt.date(2016, 2, 4), dt.date(2026, 1, 1)):
        assert old.in_force_on(day) != new.in_force_on(day)


def test_the_same_child_before_and_after_the_definition_changed():
    """With one parent away a child counted until 3 February 2016 and not after; the reason names both rules (B7)."""
    child = attrs.evolve(CHILD, mother=HOME)
    before = judge(child, POLICIES["cn.left-behind.pre-2016"], as_of=dt.date(2016, 2, 3))
    after = judge(child, POLICIES["cn.left-behind.2016"], as_of=dt.date(2016, 2, 4))
    assert (before.determination, after.determination) == (Determination.ELIGIBLE, Determination.INELIGIBLE)
    assert before.next_change == dt.date(2016, 2, 4)
    assert [t.value for t in before.explanation.thresholds] == [18]
    with pytest.raises(PolicyNotInForceError):
        judge(child, POLICIES["cn.left-behind.pre-2016"], as_of=dt.date(2016, 2, 4))


def test_a_user_raises_a_threshold_in_the_file_alone():
    """Asking for six months of absence is one changed line; then the length of the absence decides (B9)."""
    text = policy_to_toml(POLICIES["county.education"]).replace("value = 0", "value = 6")
    assert 'source = "' in text
    strict = load_policy(re.sub(r'source = ".*?"', 'source = "our board, 2026"', text), name="ours.toml")
    child = attrs.evolve(CHILD, mother=HOME, father=attrs.evolve(AWAY, away_since=dt.date(2026, 3, 15)))
    verdict = judge(child, strict, as_of=dt.date(2026, 9, 14))
    assert verdict.next_change == dt.date(2026, 9, 15)
    assert [t.source for t in judge(child, strict, as_of=dt.date(2026, 9, 15)).explanation.thresholds] == [
        "our board, 2026"
    ]
    assert judge(attrs.evolve(child, father=AWAY), strict, as_of=dt.date(2026, 9, 15)).missing[0] == "father_away_since"


def test_a_bad_file_names_the_facts_that_exist():
    """The finding lists the facts of a child and suggests the nearest."""
    text = policy_to_toml(POLICIES["township.family-planning"]).replace('"family_planning"', '"family_planing"')
    with pytest.raises(PolicyError, match="did you mean 'family_planning'") as refused:
        load_policy(text, name="ours.toml")
    assert refused.value.problems[0].clause == "family-planning-household"


@pytest.mark.parametrize("language", ["zh", "en"])
def test_nothing_personal_is_rendered(language):
    """Neither name, address nor date of birth reaches the text, whatever the policy."""
    child = attrs.evolve(CHILD, household=Household(family_planning=True))
    for policy in POLICIES.values():
        if policy.in_force_on(dt.date(2026, 9, 1)):
            text = render_verdict(judge(child, policy, as_of=dt.date(2026, 9, 1)), policy, language)
            assert not any(word in text for word in ("王小明", "三组", "2010"))


def test_chinese_and_english_tell_the_same_facts():
    """Line for line both languages tell the same, and the English text has no Chinese label of a fact."""
    verdict = judge(CHILD, POLICIES["cn.left-behind.2016"], as_of=dt.date(2026, 2, 28))
    zh, en = (render_verdict(verdict, POLICIES["cn.left-behind.2016"], language) for language in ("zh", "en"))
    assert len(zh.splitlines()) == len(en.splitlines())
    assert "出生日期：15周岁" in zh
    assert "date of birth: 15 years old" in en
    assert "2026-03-01" in zh
    assert "2026-03-01" in en
