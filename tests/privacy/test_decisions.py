"""Does the decision on each field follow scope, clearance, age and consent, whatever comes together?

Random cases are told apart from the decision by a second reading of the rules, written as one long sentence; the laws
that must hold between two decisions (more rights never hide, a "no" never shows) are tried on the same cases. Faults
planted into the real code have to be caught by them.
"""

import datetime as dt
import random
from collections.abc import Callable

import attrs
import pytest
from hypothesis import settings
from privacy_cases import DAY, DOCUMENT, FIELDS, Case, cases, grant_for

from careprogram.privacy import (
    AccessGrant,
    ConsentRecord,
    ConsentRelation,
    DataClass,
    Disclosure,
    FieldClass,
    Purpose,
    Reason,
    Role,
    Scope,
    Sensitivity,
    Subject,
    clearance,
    seen_by,
)
from careprogram.privacy import consents as consents_room
from careprogram.privacy import decisions as decisions_room

_CASES = 700 if settings.default is None or settings.default.max_examples <= 60 else 60_000


def _years(born: dt.date | None, day: dt.date) -> int:
    return -1 if born is None else day.year - born.year - ((day.month, day.day) < (born.month, born.day))


def _agreed(case: Case, field: FieldClass) -> bool:
    """Read the papers again, day by day instead of paper by paper."""
    age = 99 if case.subject.serves and not case.subject.birth_date else _years(case.subject.birth_date, case.as_of)
    verdicts = []
    for speaker in {paper.guardian for paper in case.consents}:
        state, separate_ones = "", []
        for day in sorted({day for one in case.consents for day in (one.given, one.refused, one.withdrawn) if day}):
            if day > case.as_of:
                continue
            for paper in case.consents:
                own = paper.relation is ConsentRelation.SELF
                if paper.guardian != speaker or paper.child != case.subject.id:
                    continue
                if case.purpose not in paper.purposes or field.data_class not in paper.data_classes:
                    continue
                spoken = paper.given or paper.refused
                if own and (age < 14 or spoken is None or _years(case.subject.birth_date, spoken) < 14):
                    continue
                if not own and age >= 18:
                    continue
                if paper.given == day and state != f"no {day}":
                    state = "yes" if state != f"no {day}" else state
                    separate_ones.append(paper)
                if day in (paper.refused, paper.withdrawn):
                    state, separate_ones = f"no {day}", []
        if state.startswith("no"):
            return False
        alive = [one for one in separate_ones if one.expires is None or one.expires >= case.as_of]
        needs_own = age < 14 or field.sensitivity is Sensitivity.SENSITIVE
        verdicts.append(any(one.separate or not needs_own for one in alive))
    return any(verdicts)


def _lawful(case: Case, field: FieldClass) -> bool:
    role, age = case.viewer.role, _years(case.subject.birth_date, case.as_of)
    if field.guarded and role in {Role.GUARDIAN, Role.CHILD}:
        return False
    if case.subject.serves and case.subject.birth_date is None:
        age = 99
    if role is Role.GUARDIAN:
        return age < 18
    office = role in {Role.COUNTY_OFFICER, Role.TOWNSHIP_SUPERVISOR, Role.VILLAGE_DIRECTOR}
    return (
        role is Role.CHILD
        or field.sensitivity is Sensitivity.INTERNAL
        or case.purpose in {Purpose.SAFEGUARDING, Purpose.STATISTICS}
        or (office and case.purpose in {Purpose.CARE, Purpose.AID})
        or (case.subject.serves and age >= 18)
        or _agreed(case, field)
    )


def _expected(case: Case, field: FieldClass) -> Disclosure:
    """Say what the rules come to, in one go."""
    if field.sensitivity is Sensitivity.PUBLIC:
        return Disclosure.SHOWN
    young = _years(case.subject.birth_date, case.as_of) < 14
    if case.subject.serves and case.subject.birth_date is None:
        young = False
    rank, scope, place = field.sensitivity.rank, case.viewer.scope, case.subject.place
    inside = scope.program or case.subject.id in scope.children
    inside = inside or (place is not None and any(place.text.startswith(code.text) for code in scope.places))
    ways: list[tuple[int, int, int]] = []
    if inside:
        own = clearance(case.viewer.role, case.purpose)
        cap = 2 if case.viewer.role is Role.CHILD and young else 3
        ways.append((min(own.shown.rank, cap), own.masked.rank, rank))
    for one in case.grants:
        fits = one.child == case.subject.id if one.child else place is not None and one.place.contains(place)  # type: ignore[union-attr]
        mine = one.grantee == case.viewer.id and case.viewer.role not in {Role.GUARDIAN, Role.CHILD, Role.PUBLIC}
        if fits and mine and case.purpose in one.purposes and one.from_ <= case.as_of <= one.until:
            ways.append((one.up_to.rank, one.up_to.rank, 3 if young and rank >= 2 else rank))
    if case.purpose not in field.purposes or not _lawful(case, field):
        return Disclosure.WITHHELD
    if any(shown >= level for shown, _, level in ways):
        return Disclosure.SHOWN
    if field.mask and any(masked >= level for _, masked, level in ways):
        return Disclosure.MASKED
    return Disclosure.WITHHELD


def _as_told(case: Case) -> None:
    """The decision is what the second reading says, container by container."""
    decision = case.decide()
    for path, field in FIELDS.classes.items():
        expected = _expected(case, field)
        if path == "box.inner" and _expected(case, FIELDS.classes["box"]) is not Disclosure.SHOWN:
            expected = Disclosure.WITHHELD
        assert decision.of(path) is expected, (path, case, decision.fields[path])


def _no_less(case: Case, richer: Case) -> None:
    less, more = case.decide(), richer.decide()
    for path in FIELDS.classes:
        assert more.of(path).rank >= less.of(path).rank, (path, case, richer)


def _rights_never_hide(case: Case) -> None:
    """A further grant, a wider scope, a role with higher clearances never hide a field."""
    rng = random.Random(repr(case.subject))
    _no_less(case, attrs.evolve(case, grants=(*case.grants, grant_for(rng, case.viewer, 9))))
    scope = attrs.evolve(case.viewer.scope, children=case.viewer.scope.children | {"c-1"})
    if case.viewer.role is not Role.PUBLIC:
        _no_less(case, attrs.evolve(case, viewer=attrs.evolve(case.viewer, scope=scope)))
    if case.viewer.role is Role.HELPER:
        own, other = clearance(Role.HELPER, case.purpose), clearance(Role.TEACHER, case.purpose)
        if other.shown.covers(own.shown) and other.masked.covers(own.masked):
            _no_less(case, attrs.evolve(case, viewer=attrs.evolve(case.viewer, role=Role.TEACHER)))


def _a_no_never_shows(case: Case) -> None:
    """A refusal never shows more; withdrawn, a consent leaves nothing of what rested on it."""
    refusal = ConsentRecord(
        id="no",
        child=case.subject.id,
        guardian="g-1",
        relation=ConsentRelation.MOTHER,
        purposes=frozenset(Purpose),
        data_classes=frozenset(DataClass),
        notice_version="1",
        refused=DAY,
    )
    _no_less(attrs.evolve(case, consents=(*case.consents, refusal)), case)
    withdrawn = tuple(
        attrs.evolve(one, withdrawn=DAY) if one.given is not None and one.given <= DAY and not one.withdrawn else one
        for one in case.consents
    )
    after = attrs.evolve(case, consents=withdrawn).decide()
    if withdrawn != case.consents:
        _no_less(attrs.evolve(case, consents=withdrawn), case)
    if all(one.withdrawn is not None and one.withdrawn <= DAY for one in withdrawn):
        alone = attrs.evolve(case, consents=()).decide()
        assert {path: after.of(path) for path in FIELDS.classes} == {path: alone.of(path) for path in FIELDS.classes}


def _nothing_else_is_seen(case: Case) -> None:
    """What is seen is what was decided, no more; looking again at it shows the same."""
    decision = case.decide()
    seen = seen_by(decision, DOCUMENT, FIELDS)
    assert seen_by(decision, seen, FIELDS) == seen
    assert "unknown" not in seen
    for path in FIELDS.classes:
        if path in DOCUMENT and path != "box":
            fate = decision.of(path)
            assert (path in seen) is (fate is not Disclosure.WITHHELD)
            assert (seen.get(path) == DOCUMENT[path]) is (fate is Disclosure.SHOWN)
    assert ("box" in seen) is (decision.of("box") is Disclosure.SHOWN)


_LAWS: tuple[Callable[[Case], None], ...] = (_as_told, _rights_never_hide, _a_no_never_shows, _nothing_else_is_seen)


@pytest.mark.promise
@pytest.mark.parametrize("law", _LAWS, ids=lambda law: law.__name__.strip("_"))
def test_every_case_keeps_the_law(law: Callable[[Case], None]) -> None:
    """Random viewers, children, grants and consents: what is shown follows the rules and nothing else is."""
    for case in cases(_CASES):
        law(case)


def test_cases_reach_every_reason() -> None:
    """The random cases give every reason there is, so that no rule goes untried."""
    reasons = {one.reason for case in cases(700) for one in case.decide().fields.values()}
    assert reasons == set(Reason) - {Reason.UNCLASSIFIED}


def _always(value: object) -> Callable[..., object]:
    return lambda *_args, **_kwargs: value


_SAY = consents_room._say_of_one
_PLANTED: tuple[tuple[str, object, str, object], ...] = (
    ("a scope covers everybody", Scope, "covers", _always(True)),
    ("a scope covers nobody", Scope, "covers", _always(False)),
    ("a grant allows anybody", AccessGrant, "allows", _always(True)),
    (
        "a grant has no end",
        AccessGrant,
        "allows",
        lambda self, viewer, subject, purpose, as_of: (
            viewer.id == self.grantee and purpose in self.purposes and self.child == subject.id
        ),
    ),
    ("the law of the age is not asked", decisions_room._Questions, "_law", _always(None)),
    ("a container guards nothing", decisions_room, "_around", lambda inner, _: inner),
    ("everybody counts as of age", Subject, "band_on", _always(decisions_room.AgeBand.OF_AGE)),
    ("14 to 17 counts as under 14", Subject, "band_on", _always(decisions_room.AgeBand.UNDER_14)),
    ("everything is a duty", decisions_room, "legal_basis", _always(decisions_room.LegalBasis.DUTY)),
    ("a consent is a consent", decisions_room, "say_on", _always(consents_room.Say.GIVEN)),
    ("anybody's word counts", consents_room, "_counts", _always(True)),
    (
        "a withdrawal is not read",
        consents_room,
        "_say_of_one",
        lambda papers, **kw: _SAY([attrs.evolve(paper, withdrawn=None) for paper in papers], **kw),
    ),
    (
        "a refusal is not read",
        consents_room,
        "_say_of_one",
        lambda papers, **kw: _SAY([paper for paper in papers if paper.given], **kw),
    ),
    (
        "a consent never expires",
        consents_room,
        "_say_of_one",
        lambda papers, **kw: _SAY([attrs.evolve(paper, expires=None) for paper in papers], **kw),
    ),
    (
        "a general consent is enough for all",
        consents_room,
        "_say_of_one",
        lambda papers, **kw: _SAY(papers, **{**kw, "separate": False}),
    ),
    (
        "a grant for a young child need not reach high",
        decisions_room,
        "_level_for_grant",
        lambda field, _: field.sensitivity,
    ),
    ("a young child sees everything", decisions_room, "YOUNG_CHILD", clearance(Role.CHILD, Purpose.CARE)),
)


def _each_as_told() -> None:
    for case in cases(700):
        _as_told(case)


@pytest.mark.parametrize(("owner", "name", "fault"), [row[1:] for row in _PLANTED], ids=[row[0] for row in _PLANTED])
def test_a_planted_fault_is_caught(monkeypatch: pytest.MonkeyPatch, owner: object, name: str, fault: object) -> None:
    """Each fault planted into scope, grants, ages, consents or containers fails a law on the same cases."""
    monkeypatch.setattr(decisions_room, "_DECIDED", {})  # nothing is remembered of what was right, nor of this
    monkeypatch.setattr(owner, name, fault)
    with pytest.raises(AssertionError):
        _each_as_told()


def test_a_field_nobody_classified_is_explained() -> None:
    """What has no class is withheld, and says so."""
    decision = next(cases(1)).decide()
    assert decision.of("nickname") is Disclosure.WITHHELD
    assert decision.explain("nickname", "en") == Reason.UNCLASSIFIED.text.en
    assert "nickname" not in repr(decision)
