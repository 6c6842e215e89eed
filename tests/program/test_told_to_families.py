"""Does a family read what is said of its child and done for it, and nothing that would warn whoever harms it?"""

import datetime as dt
import itertools
from collections.abc import Mapping
from typing import Any

import attrs
import pytest

from careprogram import judge, shipped_policies
from careprogram.builtin.contributions import standard_host
from careprogram.care import SHIPPED_DUTY_RULES, Term
from careprogram.eligibility import ChildFacts
from careprogram.ids import ChildId
from careprogram.people import (
    Caregiver,
    CaregiverRelation,
    Child,
    IdentityNumber,
    Parent,
    ParentStatus,
    Phone,
    PlaceCode,
    Registration,
    RegistrationKind,
    Residence,
    Settlement,
    VillageLinks,
)
from careprogram.ports import ChangeSet, Put
from careprogram.privacy import CHILD_FIELDS, DataClass, Role, Scope, Viewer
from careprogram.program import SilentProgress
from careprogram.program.access import Access
from careprogram.program.enrollment import Enrollment, enrollment_records
from careprogram.program.plan import Served, plan_all
from careprogram.program.records import child_records, duty_records, plan_records, verdict_records
from careprogram.program.subject_report import SubjectReport
from careprogram.program.told_to_families import is_open_fact, kinds_for_copies, open_duties, open_policies
from careprogram.testing.fakes import FakeClock, MemoryStore
from careprogram.unknown import UNKNOWN

_DAY = dt.date(2026, 9, 1)
_TERM = Term(id="2026-autumn", start=_DAY, end=dt.date(2027, 1, 22))
_POLICIES = shipped_policies()
_HOST = standard_host()
_KINDS = kinds_for_copies(_HOST, _POLICIES.values())
_AT_WORK = Parent(status=ParentStatus.AWAY_WORKING, phone=Phone("13912345678"))
_CHILD = Child(
    id=ChildId("c-1"),
    name="王小明",
    birth_date=dt.date(2016, 5, 1),
    residence=Residence(place=PlaceCode("520526101203"), settlement=Settlement.RURAL),
    registration=Registration(registered=True, kind=RegistrationKind.RURAL),
    father=attrs.evolve(_AT_WORK, identity_number=IdentityNumber("11010519491231002X")),
    mother=_AT_WORK,
    caregiver=Caregiver(relation=CaregiverRelation.PATERNAL_GRANDPARENT),
)


def _copy(child: Child, *more: Put, kinds: Mapping[str, Any] = _KINDS) -> SubjectReport:
    """Return the mother's copy of all that a run keeps about *child*."""
    verdicts = [judge(child, policy, as_of=_DAY) for policy in _POLICIES.values() if policy.in_force_on(_DAY)]
    plans, duties = plan_all(
        [child],
        {child.id: Served(tier=1)},
        {},
        {},
        links=VillageLinks(()),
        term=_TERM,
        as_of=_DAY,
        catalogue=_HOST.services(),
        rules=tuple(_HOST.duty_rules().values()),
        progress=SilentProgress(),
    )
    own = [duty for duty in duties if duty.child == child.id]
    eligible = [Enrollment(child=child.id, policy=one.policy, since=_DAY) for one in verdicts if one.categories]
    puts = [
        *child_records([child]),
        *(put for verdict in verdicts for put in verdict_records({child.id: verdict})),
        *enrollment_records(eligible),
        *plan_records(plans),
        *duty_records(own),
        *more,
    ]
    store = MemoryStore()
    store.commit(ChangeSet(command_id="run", puts=puts))
    mother = Viewer(id="mother", role=Role.GUARDIAN, scope=Scope(children=[child.id]))
    return Access(store=store, clock=FakeClock.on(_DAY), kinds=kinds, viewer=mother).subject_report(child.id)


def test_a_family_reads_the_verdicts_with_their_reasons_and_what_is_due() -> None:
    """In Chinese: the clause and its source, the fact it rests on, who carries each care, and duties told together."""
    copy = _copy(_CHILD)
    for told in (copy.to_text(_KINDS), copy.to_page(_KINDS)):
        for words in (
            "父母双方外出务工 · 成立 · 国发〔2016〕13号",
            "父亲状况：外出务工",
            "生活有人管",
            "父母与孩子联系",
            "2026-09-06 至 2027-01-17，共 20 次",
            "未成年人保护法第23条",
            "贵州省毕节市威宁",
        ):
            assert words in told, words
    english = copy.to_text(_KINDS, language="en", names={"cn.left-behind.2016": _POLICIES["cn.left-behind.2016"].title})
    assert "both parents are away working · holds" in english
    assert "law on the protection of minors, art. 23" in english
    assert "cn.left-behind.2016" not in english


@pytest.mark.promise
def test_a_copy_does_not_depend_on_what_protects_the_child() -> None:
    """Whatever is on file about harm and danger, the copy is the same, word for word, in every format."""
    calm = _copy(_CHILD)
    for harmed, danger in itertools.product((True, False, UNKNOWN), repeat=2):
        alarmed = _copy(attrs.evolve(_CHILD, harmed_by_guardian=harmed, in_danger=danger))
        assert calm.to_json(_KINDS) == alarmed.to_json(_KINDS)
        assert calm.to_page(_KINDS) == alarmed.to_page(_KINDS)


def test_which_policies_and_duties_are_left_out_of_every_copy() -> None:
    """Policies that ask about harm, danger or neglect, and duties that depend on the level of risk."""
    assert set(_POLICIES) - open_policies(_POLICIES.values()) == {"cn.in-difficulty.2016", "cn.minors-law.21"}
    closed = {rule.id for rule in SHIPPED_DUTY_RULES} - open_duties(SHIPPED_DUTY_RULES)
    assert closed == {
        "child-unattended",
        "living-alone",
        "barred-helper",
        "home-visit",
        "helper-screening",
        "find-out",
        "open-care",
    }
    kinds = {one.kind for one in _copy(_CHILD).records}
    assert {"child", "verdict", "care-plan", "duty"} <= kinds
    protecting = {name for name, field in CHILD_FIELDS.classes.items() if field.data_class is DataClass.PROTECTION}
    assert {name for name in ChildFacts.facts() if not is_open_fact(name)} == protecting & set(ChildFacts.facts())
    assert not is_open_fact("bruises")


@pytest.mark.parametrize("where", ["facts", "missing"])
def test_a_verdict_of_an_older_form_of_its_policy_is_looked_at_too(where: str) -> None:
    """A policy that asks about danger no more has verdicts on file that did: they stay out."""
    verdict = judge(_CHILD, _POLICIES["cn.left-behind.2016"], as_of=_DAY)
    (put,) = verdict_records({_CHILD.id: verdict})
    document: dict[str, Any] = {**put.document}
    if where == "facts":
        reasons = document["explanation"]
        used = [*reasons["facts"], {**reasons["facts"][0], "name": "in_danger"}]
        document["explanation"] = {**reasons, "facts": used}
    else:
        document["missing"] = ["in_danger"]
    assert _KINDS["verdict"].classes_of(put.document) != _KINDS["verdict"].classes_of(document)
    older = attrs.evolve(put, id="older:c-1", document=document)
    assert len(_copy(_CHILD, older).records) == len(_copy(_CHILD).records)


def test_numbers_of_other_people_are_masked_in_a_copy() -> None:
    """Enough to recognize a parent; the child's own numbers stand as they are."""
    own = attrs.evolve(_CHILD, identity_number=IdentityNumber("11010519491231002X"), mother=Parent())
    copy = _copy(own)
    assert copy.to_json(_KINDS).count("11010519491231002X") == 1
    for told in (copy.to_json(_KINDS), copy.to_text(_KINDS), copy.to_page(_KINDS)):
        assert "13912345678" not in told
        assert "139******78" in told
        assert "11****************" in told


def test_a_page_runs_nothing_that_a_name_brings() -> None:
    """A name made of markup is text on the page."""
    page = _copy(attrs.evolve(_CHILD, name="<script>alert(1)</script>")).to_page(_KINDS)
    assert "<script" not in page
    assert "&lt;script&gt;" in page
