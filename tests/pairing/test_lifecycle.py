"""The life of a pairing: which moves it allows, what it remembers, and who is left without a helper."""

import datetime as dt
import itertools

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from careprogram.errors import PairingError
from careprogram.pairing import (
    OneToMany,
    OneToOne,
    OrphanCause,
    Pairing,
    PairingEvent,
    PairingRole,
    PairingRules,
    PairingStatus,
    accept,
    decline,
    end_pairing,
    hand_over,
    orphans,
    pair,
    pairings_of,
    propose,
    resume,
    start,
    suspend,
)
from careprogram.pairing.lifecycle import MOVES
from careprogram.people import Consent, HelperKind, PlaceCode, Screening, ScreeningResult, VillageLink, VillageLinks
from careprogram.unknown import UNKNOWN

DAY = dt.date(2026, 9, 1)
VERBS = {
    "accept": lambda one, on: accept(one, on=on),
    "decline": lambda one, on: decline(one, on=on, reason="no time"),
    "start": lambda one, on: start(one, on=on),
    "suspend": lambda one, on: suspend(one, on=on, reason="parents home"),
    "resume": lambda one, on: resume(one, on=on),
    "end": lambda one, on: end_pairing(one, on=on, reason="moved"),
    "hand over": lambda one, on: hand_over(one, "h2", on=on, reason="moved")[0],
}
ALLOWED = {
    "proposed": {"accept", "decline", "end"},
    "accepted": {"start", "decline", "end"},
    "active": {"suspend", "end", "hand over"},
    "suspended": {"resume", "end", "hand over"},
    "declined": set(),
    "ended": set(),
    "handed-over": set(),
}


def new():
    return propose("c", "h", strategy="one-to-one", on=DAY)


@given(verbs=st.lists(st.sampled_from(sorted(VERBS)), max_size=8))
def test_every_walk_through_a_life_is_legal_and_remembered(verbs):
    """From any state exactly the listed moves work; each adds one event and shortens nothing."""
    pairing = new()
    for number, verb in enumerate(verbs, start=1):
        on = DAY + dt.timedelta(days=number)
        if verb not in ALLOWED[pairing.status]:
            with pytest.raises(PairingError, match=f"is {pairing.status} and cannot become"):
                VERBS[verb](pairing, on)
            continue
        moved = VERBS[verb](pairing, on)
        assert moved.history[:-1] == pairing.history
        assert moved.history[-1].on == on
        assert (moved.status, moved.reason) == (moved.history[-1].status, moved.history[-1].reason)
        assert (moved.id, moved.since) == (pairing.id, DAY)
        assert (moved.until == on) is not moved.stands
        pairing = moved


def test_the_table_of_moves_has_every_status():
    """A status without a row would crash a move instead of refusing it, and none leads back from an end."""
    assert set(MOVES) == set(PairingStatus)
    assert all(status.stands or status.final for status in PairingStatus)


def test_a_reason_and_the_order_of_days_are_asked_for():
    """No move goes back in time, and no end comes without a reason."""
    with pytest.raises(PairingError, match="say why"):
        end_pairing(new(), on=DAY, reason=" ")
    with pytest.raises(PairingError, match="lies before its last event"):
        accept(new(), on=DAY - dt.timedelta(days=1))


def test_a_record_that_contradicts_its_history_cannot_be_made():
    """The status is that of the last event, and events are in order."""
    pairing = accept(new(), on=DAY)
    with pytest.raises(PairingError, match="must be its status"):
        attrs.evolve(pairing, status=PairingStatus.ACTIVE)
    early = PairingEvent(status=PairingStatus.ACCEPTED, on=DAY - dt.timedelta(days=1))
    with pytest.raises(PairingError, match="order of their days"):
        attrs.evolve(pairing, history=(pairing.history[0], early))


def test_handing_over_proposes_the_next_helper_in_the_same_role():
    """The old record is closed and the new one begins, under an id of its own."""
    lead = propose("c", "h", strategy="many-to-one", on=DAY, role=PairingRole.LEAD)
    active = start(accept(lead, on=DAY), on=DAY)
    old, fresh = hand_over(active, "h2", on=DAY, reason="moved")
    assert (old.status, old.until) == (PairingStatus.HANDED_OVER, DAY)
    assert (fresh.helper, fresh.role, fresh.status) == ("h2", PairingRole.LEAD, PairingStatus.PROPOSED)
    assert fresh.id != old.id
    with pytest.raises(PairingError, match="somebody else"):
        hand_over(active, "h", on=DAY, reason="moved")


def test_ids_follow_from_what_is_paired():
    """The same proposal has the same id on every machine; each part of it makes another."""
    assert new().id == new().id == "pairing-15cdcf32ce809ec2"
    parts = itertools.product(("c", "d"), ("h", "i"), ("s", "t"), (DAY, DAY + dt.timedelta(days=1)))
    ids = {propose(child, helper, strategy=strategy, on=on).id for child, helper, strategy, on in parts}
    assert len(ids) == 16


def test_a_plan_becomes_records_and_what_stands_stays(make_need, make_offer, make_problem):
    """New pairs are proposed, kept ones keep their record and its history."""
    problem = make_problem([make_need("a")], [make_offer("x")])
    first = pairings_of(pair(problem), on=DAY)
    running = tuple(start(accept(one, on=DAY), on=DAY) for one in first)
    later = make_problem([make_need("a"), make_need("b")], [make_offer("x"), make_offer("y")], existing=running)
    records = pairings_of(pair(later), on=DAY, existing=running)
    assert {one.child: one.status for one in records} == {"a": PairingStatus.ACTIVE, "b": PairingStatus.PROPOSED}
    assert running[0] in records


def test_a_standing_pairing_of_an_unknown_helper_is_refused(make_need, make_offer, make_problem):
    """The problem says what to do with it; a pairing that ended may name anybody."""
    gone: Pairing = propose("a", "gone", strategy=OneToOne().id, on=DAY)
    with pytest.raises(PairingError, match="its helper is not in the problem"):
        make_problem([make_need("a")], [make_offer("x")], existing=(gone,))
    ended = end_pairing(gone, on=DAY, reason="helper left")
    assert make_problem([make_need("a")], [make_offer("x")], existing=(ended,)).existing == (ended,)


def clear(last):
    return Screening(result=ScreeningResult.CLEAR, checked_on=dt.date(2026, 1, 1), expires_on=last)


@pytest.mark.parametrize(
    ("facts", "cause"),
    [
        ({}, None),
        ({"screening": clear(DAY)}, None),
        ({"screening": clear(DAY - dt.timedelta(days=1))}, OrphanCause.SCREENING_EXPIRED),
        ({"screening": attrs.evolve(clear(DAY), result=ScreeningResult.BARRED)}, OrphanCause.SCREENING_BARRED),
        ({"screening": None}, OrphanCause.SCREENING_MISSING),
        ({"screening": UNKNOWN}, OrphanCause.SCREENING_MISSING),
        ({"consent": None}, OrphanCause.CONSENT_ENDED),
        ({"consent": Consent(given_on=dt.date(2026, 1, 1), withdrawn_on=DAY)}, OrphanCause.CONSENT_ENDED),
    ],
)
def test_orphans_are_found_with_their_cause(facts, cause, make_offer):
    """A pairing whose helper may no longer serve stands on paper only, and the list says why."""
    helper = make_offer("h", **facts).helper
    found = orphans([new(), end_pairing(new(), on=DAY, reason="over")], [helper], as_of=DAY)
    assert [one.cause for one in found] == ([cause] if cause else [])
    assert cause is None or (cause.text.zh and cause.text.en)


def test_a_helper_who_left_leaves_orphans_and_classmates_need_no_screening(make_offer):
    """Nobody under that id any more is the plainest cause; a peer without screening is none."""
    assert [one.cause for one in orphans([new()], [], as_of=DAY)] == [OrphanCause.HELPER_GONE]
    peer = propose("c", "h", strategy="peer", on=DAY, role=PairingRole.PEER)
    classmate = make_offer("h", kind=HelperKind.CLASSMATE, screening=None).helper
    assert orphans([peer], [classmate], as_of=DAY) == ()


def links(*places):
    return VillageLinks(tuple(VillageLink(place=PlaceCode(code), person=person) for code, person in places))


@pytest.mark.parametrize(
    ("known", "away", "absent"),
    [
        ([("520526101201", "director")], (), None),
        ([("520526101201", "director")], ("director",), ("director",)),
        ([("520526101201", "director"), ("520526101", "supervisor")], ("director",), None),
        (
            [("520526101201", "director"), ("520526101", "supervisor")],
            ("director", "supervisor"),
            ("director", "supervisor"),
        ),
        ([("520502003201", "somebody else")], (), ()),
    ],
)
def test_a_pairing_for_which_nobody_present_answers_is_an_orphan(known, away, absent, make_need, make_offer):
    """The duty moves up to whoever is present; where nobody is, the pairing is listed with those who are away."""
    child, helper = make_need("c").child, make_offer("h").helper
    found = orphans([new()], [helper], as_of=DAY, children=[child], links=links(*known), away=away)
    expected = [] if absent is None else [(OrphanCause.SUPERVISOR_ABSENT, absent)]
    assert [(one.cause, one.absent) for one in found] == expected
    assert orphans([new()], [helper], as_of=DAY) == ()


def test_a_guardian_who_takes_consent_back_orphans_a_pairing(make_need, make_offer):
    """Withdrawn or refused ends it; not to have been asked does not, and the helper's own cause comes first."""
    given = Consent(given_on=dt.date(2026, 1, 1))
    for consent, causes in [
        (given, []),
        (UNKNOWN, []),
        (None, [OrphanCause.CHILD_CONSENT_ENDED]),
        (attrs.evolve(given, withdrawn_on=DAY), [OrphanCause.CHILD_CONSENT_ENDED]),
    ]:
        child = make_need("c", consent=consent).child
        found = orphans([new()], [make_offer("h").helper], as_of=DAY, children=[child])
        assert [one.cause for one in found] == causes
    found = orphans([new()], [], as_of=DAY, children=[make_need("c", consent=None).child])
    assert [one.cause for one in found] == [OrphanCause.HELPER_GONE]


def test_an_orphan_is_not_kept_by_the_next_run(make_need, make_offer, make_problem):
    """Keeping what stands never keeps an expired screening; the child goes to somebody else."""
    expired = make_offer("x", screening=clear(DAY - dt.timedelta(days=1)))
    tie = propose("a", "x", strategy="one-to-many", on=DAY)
    plan = OneToMany().pair(make_problem([make_need("a")], [expired, make_offer("y")], existing=(tie,)), PairingRules())
    assert [(one.helper, one.kept) for one in plan.pairs] == [("y", False)]
    assert plan.totals.broken == 1
