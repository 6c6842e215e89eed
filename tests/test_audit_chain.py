"""A change of an audit trail after it was written is found, by the trail itself or by a head kept outside."""

import datetime as dt
import hashlib
import random

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from careprogram.errors import ValidationError
from careprogram.ports import (
    GENESIS,
    AuditEntry,
    AuditHead,
    AuditRecord,
    ChainFault,
    chained,
    check_chain,
    dumps,
)
from careprogram.testing.store_examples import entry

TEXTS = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), min_size=1, max_size=4)
ENTRIES = st.builds(
    AuditEntry,
    actor=TEXTS,
    action=TEXTS,
    subject_kind=TEXTS,
    subject_id=TEXTS,
    purpose=TEXTS,
    at=st.datetimes(timezones=st.just(dt.UTC)),
    fields=st.lists(TEXTS, max_size=2),
    grant=st.just("") | TEXTS,
)


START = AuditHead(position=0, digest=GENESIS)


def linked(entries, command_id="c", after=START):
    """Return the trail that a right store would keep."""
    trail = []
    for one in entries:
        position, previous = (trail[-1].position, trail[-1].digest) if trail else (after.position, after.digest)
        digest = chained(previous, position=position + 1, command_id=command_id, entry=one)
        trail.append(AuditRecord(position=position + 1, command_id=command_id, entry=one, digest=digest))
    return trail


def head_of(trail):
    return AuditHead(position=trail[-1].position, digest=trail[-1].digest)


def renumbered(trail):
    return [attrs.evolve(one, position=number) for number, one in enumerate(trail, start=1)]


@given(ENTRIES, TEXTS, st.integers(1, 2**53 - 1))
def test_a_digest_is_that_of_the_canonical_text(one, command_id, position):
    """The text that is hashed is the canonical text of all that the entry says, whatever its names hold."""
    document = {
        "previous": GENESIS, "position": position, "command": command_id, "actor": one.actor, "action": one.action,
        "subject": [one.subject_kind, one.subject_id], "purpose": one.purpose, "fields": one.fields,
        "at": str((one.at - dt.datetime(1970, 1, 1, tzinfo=dt.UTC)) // dt.timedelta(microseconds=1)),
        "grant": one.grant,
    }  # fmt: skip
    expected = hashlib.sha256(dumps(document).encode()).hexdigest()
    assert chained(GENESIS, position=position, command_id=command_id, entry=one) == expected


@given(st.lists(ENTRIES, max_size=5))
def test_what_was_written_is_found_whole(entries):
    """A trail that nobody touched has no problem, and ends at its head."""
    trail = linked(entries)
    assert check_chain(trail) == ()
    head = head_of(trail) if trail else START
    assert check_chain(trail, head=head) == ()


@given(st.lists(ENTRIES, min_size=1, max_size=4), st.data())
def test_every_part_of_an_entry_counts(entries, data):
    """Whatever part of an entry is changed, its digest does not fit any more."""
    trail = linked(entries)
    at = data.draw(st.integers(0, len(trail) - 1))
    name = data.draw(st.sampled_from([field.name for field in attrs.fields(AuditEntry)]))
    other = data.draw(ENTRIES.filter(lambda one: getattr(one, name) != getattr(trail[at].entry, name)))
    edited = attrs.evolve(trail[at].entry, **{name: getattr(other, name)})
    changed = [*trail[:at], attrs.evolve(trail[at], entry=edited), *trail[at + 1 :]]
    assert check_chain(changed)[0] == attrs.evolve(check_chain(changed)[0], fault=ChainFault.ALTERED, position=at + 1)


def test_the_zone_of_a_moment_does_not_count():
    """A store may give back a moment in another zone; it is the same entry."""
    one = entry()
    elsewhere = attrs.evolve(one, at=one.at.astimezone(dt.timezone(dt.timedelta(hours=8))))
    assert chained(GENESIS, position=1, command_id="c", entry=one) == chained(
        GENESIS, position=1, command_id="c", entry=elsewhere
    )


def test_the_digest_of_an_entry_stays():
    """Trails that were written stay checkable for ever: the form that is hashed never changes."""
    one = attrs.evolve(entry(), fields=["health.illness", "家庭"], grant="g")
    digest = chained(GENESIS, position=1, command_id="c 一", entry=one)
    assert digest == "5552a5c2a067a619d0d349cd5250f7fcae8477615bb24da0b8d49571d9becd36"


def tampered(chance, trail):
    """Return what somebody left of *trail*, and what was done: one edit, removal, swap or insertion in the midst."""
    what = chance.choice(["edit", "digest", "command", "remove", "remove and renumber", "swap", "swap whole", "insert"])
    at = chance.randrange(len(trail) - 1)
    made = list(trail)
    if what == "edit":
        part = chance.choice(["actor", "action", "subject_kind", "subject_id", "purpose", "grant"])
        made[at] = attrs.evolve(made[at], entry=attrs.evolve(made[at].entry, **{part: f"other {chance.random()}"}))
    elif what == "digest":
        made[at] = attrs.evolve(made[at], digest=f"{chance.getrandbits(256):064x}")
    elif what == "command":
        made[at] = attrs.evolve(made[at], command_id="another")
    elif what.startswith("remove"):
        del made[at : at + chance.randint(1, len(trail) - 1 - at)]
        made = renumbered(made) if what.endswith("renumber") else made
    elif what.startswith("swap"):
        other = chance.choice([n for n in range(len(trail)) if n != at])
        made[at], made[other] = made[other], made[at]
        made = renumbered(made) if what == "swap" else made
    else:
        new = attrs.evolve(made[at], entry=entry(chance.randrange(10**6)))
        made = renumbered([*made[:at], new, *made[at:]])
    return what, made


@pytest.mark.promise
def test_a_thousand_random_tampers_are_found():
    """Edits, removals, swaps and insertions show in the trail itself, without any head."""
    chance = random.Random(20260901)
    trail = linked([entry(number) for number in range(12)])
    done = set()
    for _ in range(1_000):
        what, made = tampered(chance, trail)
        done.add(what)
        assert check_chain(made), what
    assert len(done) == 8


@pytest.mark.promise
def test_a_cut_end_is_found_with_the_head_outside():
    """Without the end the rest is a whole trail; only who kept its head can tell."""
    trail = linked([entry(number) for number in range(12)])
    for left in range(12):
        assert check_chain(trail[:left]) == ()
        (problem,) = check_chain(trail[:left], head=head_of(trail))
        assert (problem.fault, problem.position) == (ChainFault.CUT, 12)


@pytest.mark.promise
def test_a_chain_computed_anew_is_found_with_the_head_outside():
    """Who changes an entry and mends all digests behind it is found by a head kept since, whatever was added."""
    trail = linked([entry(number) for number in range(12)])
    for at in range(12):
        before = head_of(trail[:at]) if at else START
        forged = [*trail[:at], *linked([entry(99), *(one.entry for one in trail[at + 1 :]), entry(5)], after=before)]
        assert check_chain(forged) == ()
        (problem,) = check_chain(forged, head=head_of(trail))
        assert (problem.fault, problem.position) == (ChainFault.REPLACED, 12)


def test_the_kind_of_a_break_is_told():
    """People are told where it shows and of which kind it is, in both languages."""
    trail = linked([entry(number) for number in range(5)])
    (missing,) = check_chain([*trail[:1], *trail[3:]])
    assert (missing.fault, missing.position) == (ChainFault.MISSING, 4)
    twice = check_chain([*trail[:2], trail[1], *trail[2:]])
    assert [(one.fault, one.position) for one in twice] == [(ChainFault.MISPLACED, 2)]
    assert "4" in missing.text.zh
    assert "entry 4" in missing.text.en


def test_one_text_is_no_list_of_fields():
    """A text in the place of a list of paths is a mistake, not a list of letters."""
    with pytest.raises(ValidationError, match="list of paths"):
        attrs.evolve(entry(), fields="name")
    with pytest.raises(ValidationError):
        attrs.evolve(entry(), fields=[""])
