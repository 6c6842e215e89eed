"""Is what is worked out once for many records the same as what is worked out for each of them?

`decide` remembers its answers by cases that name nobody, and `seen_by` works out once what becomes of each path. Both
are held against a plain reading that remembers nothing, for random cases and for documents of any shape.
"""

import copy
import datetime as dt
import random
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import attrs
import pytest
from hypothesis import settings
from privacy_cases import FIELDS, Case, cases

from careprogram.privacy import (
    Classification,
    Decision,
    Disclosure,
    FieldClass,
    FieldDecision,
    Mask,
    Purpose,
    Reason,
    Role,
    Scope,
    Sensitivity,
    Subject,
    Viewer,
    decide,
    seen_by,
)
from careprogram.privacy import decisions as room
from careprogram.privacy.ages import AgeBand
from careprogram.privacy.consents import say_on
from careprogram.privacy.masks import masked


def _asking_anew(case: Case) -> dict[str, FieldDecision]:
    """Decide field by field, and read the papers for each field that would be shown."""
    band = case.subject.band_on(case.as_of)
    about = {"purpose": case.purpose, "as_of": case.as_of}
    granted = room._granted(one for one in case.grants if one.allows(case.viewer, case.subject, **about))
    inside = case.viewer.scope.covers(case.subject)
    look = room._Case(case.viewer.role, case.purpose, band, inside, case.subject.serves, ())
    keys = (*room._own_keys(look), *granted)
    basis = room.legal_basis(case.viewer.role, case.purpose)
    agreed = case.subject.serves and band is AgeBand.OF_AGE
    found = {}
    for path, field in FIELDS.classes.items():
        own = field.sensitivity is Sensitivity.SENSITIVE or band is AgeBand.UNDER_14
        say = say_on(case.consents, subject=case.subject, data_class=field.data_class, separate=own, **about)
        asked = look._replace(says=((field.data_class, own, say),))
        found[path] = room._Questions(case=asked, keys=keys, basis=basis, agreed=agreed).ask(field)
    box, inner = found["box"], found["box.inner"]
    if box.disclosure is not Disclosure.SHOWN and inner.disclosure is not Disclosure.WITHHELD:
        found["box.inner"] = FieldDecision(Disclosure.WITHHELD, Reason.AROUND)
    return found


def _each_as_anew(count: int) -> None:
    for case in cases(count, seed=11):
        assert dict(case.decide().fields) == _asking_anew(case), case


@pytest.mark.promise
def test_a_remembered_decision_is_the_one_that_would_be_made() -> None:
    """Fate, reason and grant of every field are those of a decision that remembers nothing."""
    _each_as_anew(700)


def _forgets(part: str) -> Callable[[Classification, Any], Decision]:
    """Return a memory that takes two cases for one that differ in one part."""
    memory: dict[Any, Decision] = {}

    def decided(classification: Classification, case: Any) -> Decision:
        name = case._replace(**{part: None})
        return memory.setdefault(name, room._decide(classification, case))

    return decided


@pytest.mark.parametrize("part", ["role", "purpose", "band", "inside", "serves", "says"])
def test_a_memory_that_forgets_a_part_is_caught(monkeypatch: pytest.MonkeyPatch, part: str) -> None:
    """Each part of a case that a memory leaves out shows on the same cases."""
    monkeypatch.setattr(room, "_decided", _forgets(part))
    with pytest.raises(AssertionError):
        _each_as_anew(5_000)  # it stops at the first difference


def test_what_is_remembered_names_nobody_and_has_an_end(monkeypatch: pytest.MonkeyPatch) -> None:
    """No id, place, day or grant is in the memory, however many people are looked at, and it does not grow for ever."""
    monkeypatch.setattr(room, "_DECIDED", {})
    monkeypatch.setattr(room, "_MOST_DECIDED", 40)
    sizes = []
    for case in cases(300, seed=3):
        subject = attrs.evolve(case.subject, id=case.subject.id)
        attrs.evolve(case, subject=subject).decide()
        sizes.append(len(room._DECIDED))
    assert max(sizes) == 40
    shown = repr([case for _, case in room._DECIDED])
    assert [word for word in ("c-1", "c-2", "v-1", "5205", "g-1", "grant-", "date") if word in shown] == []


def test_a_remembered_decision_cannot_be_changed() -> None:
    """Whoever is given a decision cannot change what the next viewer is shown."""
    decision = next(cases(1)).decide()
    with pytest.raises(TypeError):
        decision.fields["kind"] = FieldDecision(Disclosure.SHOWN, Reason.ROLE)  # type: ignore[index]


def test_two_classifications_are_not_mixed_up() -> None:
    """One decision shows two kinds of record each by its own classes, also where one is made after another is gone."""
    viewer, day = Viewer(id="v", role=Role.COUNTY_OFFICER, scope=Scope(program=True)), dt.date(2026, 9, 1)
    for number in range(50):
        level = (Sensitivity.PUBLIC, Sensitivity.SENSITIVE)[number % 2]
        classes = Classification({"a": FieldClass(sensitivity=level, purposes=frozenset({Purpose.HEALTH}))})
        decision = decide(classes, subject=Subject(id="c"), viewer=viewer, purpose=Purpose.CARE, as_of=day)
        assert seen_by(decision, {"a": 1}, classes) == ({} if number % 2 else {"a": 1})
        other = Classification({"b": FieldClass(sensitivity=Sensitivity.PUBLIC)})
        assert seen_by(decision, {"a": 1, "b": 2}, other) == {}


# --- what becomes of documents ---

_LOOKS = 1_500 if settings.default is None or settings.default.max_examples <= 1_000 else 100_000

_PATHS = ("a", "b", "a.b", "a.c", "a[].b", "a[].d", "a[].b.c", "b.a", "b[].a", "c", "b.a[].c", "d.b[]")


def _plainly(value: object, path: str, classification: Classification, decision: Decision) -> object:
    """Look at one value by its path, asking anew at every step; ``...`` where nothing of it may come out."""
    fate, field = decision.of(path), classification.of(path)
    if classification.holds_fields(path) and not _is_plain(value):
        if field is not None and fate is not Disclosure.SHOWN:
            return ...
        if isinstance(value, Mapping):
            return _plain_members(value, f"{path}.", classification, decision) or ...
        if isinstance(value, list | tuple) and all(isinstance(entry, Mapping) for entry in value):
            entries = [_plain_members(entry, f"{path}[].", classification, decision) for entry in value]
            # How many entries there are is told by a list that may itself be seen.
            return entries if field is not None or any(entries) else ...
        return ...
    if classification.holds_fields(path) and value not in (None, [], {"unknown": True}):
        return ...  # a bare text where a record belongs has no class of its own
    if field is None or fate is Disclosure.WITHHELD or not (field.whole or _is_plain(value)):
        return ...
    if fate is Disclosure.SHOWN:
        return copy.deepcopy(value)
    return ... if field.mask is None else masked(value, field.mask)


def _plain_members(
    document: Mapping[str, object], prefix: str, classification: Classification, decision: Decision
) -> dict[str, object]:
    looked = {
        name: _plainly(value, f"{prefix}{name}", classification, decision)
        for name, value in document.items()
        if name.isidentifier()
    }
    return {name: value for name, value in looked.items() if value is not ...}


def _is_plain(value: object) -> bool:
    if isinstance(value, list | tuple):
        return all(isinstance(entry, str | int | None) for entry in value)
    return isinstance(value, str | int | None) or value == {"unknown": True}


_NAMES = ("a", "a", "b", "b", "b", "c", "d", "a.b", "a[]", "b[]", "unknown")
_PLAIN = (None, True, 0, 7, "", "王小明", "13912345678", {"unknown": True})


def _value(chance: random.Random, depth: int) -> object:
    kind = chance.random()
    if depth == 0 or kind < 0.35:
        return copy.copy(chance.choice(_PLAIN))
    if kind < 0.45:
        return [chance.choice(_PLAIN) for _ in range(chance.randrange(3))]
    if kind < 0.7:
        return [_record(chance, depth - 1) for _ in range(chance.randrange(1, 3))]
    return _record(chance, depth - 1) if kind < 0.95 else [_value(chance, depth - 1)]


def _record(chance: random.Random, depth: int) -> dict[str, object]:
    return {chance.choice(_NAMES): _value(chance, depth) for _ in range(chance.randrange(5))}


def _class(chance: random.Random) -> FieldClass:
    if chance.random() < 0.2:
        return FieldClass(sensitivity=Sensitivity.PUBLIC, whole=True)
    mask = chance.choice((None, Mask.NAME))
    return FieldClass(sensitivity=Sensitivity.PERSONAL, purposes=frozenset({Purpose.CARE}), mask=mask)


def _looks(count: int) -> Iterator[tuple[dict[str, object], Classification, Decision]]:
    chance = random.Random(7)
    for _ in range(count):
        classes = {path: _class(chance) for path in _PATHS if chance.random() < 0.6}
        fates = {
            path: FieldDecision(chance.choice((Disclosure.SHOWN, *Disclosure)), Reason.ROLE)
            for path in _PATHS
            if chance.random() < 0.9
        }
        yield _record(chance, 4), Classification(classes), Decision(fields=fates)


@pytest.mark.promise
def test_a_document_is_seen_as_if_every_path_were_asked_anew() -> None:
    """Whatever the shape of document, classes and decision, the same is shown, in the same order, and it is a copy."""
    for document, classification, decision in _looks(_LOOKS):
        expected = repr(_plain_members(document, "", classification, decision))
        before = repr(document)
        for _ in range(2):
            seen = seen_by(decision, document, classification)
            assert repr(seen) == expected, (document, classification, decision.fields)
            _spoil(seen)
            assert repr(document) == before


def _spoil(value: object) -> None:
    """Change everything that can be changed in *value*."""
    for inner in list(value.values()) if isinstance(value, dict) else value if isinstance(value, list) else ():
        _spoil(inner)
    if isinstance(value, dict | list):
        value.clear()
