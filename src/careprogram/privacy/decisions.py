"""May this viewer see each field of this record, for this purpose, on this day, and why?

One pure function, `decide`, answers for every field of a kind of record before anybody touches a value. Five questions
are asked of each field that is not public, and one "no" is enough: was it gathered for the purpose; is the person in
the viewer's scope, or was the viewer let in; is the clearance, of the role or of a grant, high enough; does the law of
that age allow it; and may the record around it be seen. It never sees a value, and what it cannot decide is withheld.
"""

import datetime as dt
import enum
from collections.abc import Collection, Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import Any, NamedTuple, TypeAlias

import attrs

from careprogram.language import Language, Text
from careprogram.privacy.ages import AgeBand
from careprogram.privacy.bases import LegalBasis, legal_basis
from careprogram.privacy.classification import Classification, FieldClass
from careprogram.privacy.consents import ConsentRecord, Say, say_on
from careprogram.privacy.grants import AccessGrant
from careprogram.privacy.roles import YOUNG_CHILD, Clearance, Role, Viewer, clearance
from careprogram.privacy.scope import Subject
from careprogram.privacy.sensitivity import DataClass, Purpose, Sensitivity


class Disclosure(enum.Enum):
    """What happens to a field on its way to a viewer."""

    SHOWN = "shown"
    MASKED = "masked"
    WITHHELD = "withheld"

    @property
    def rank(self) -> int:
        """0 for the least that is shown, 2 for the most."""
        return _RANK[self.value]


_RANK = {one.value: rank for rank, one in enumerate((Disclosure.WITHHELD, Disclosure.MASKED, Disclosure.SHOWN))}


class Reason(enum.Enum):
    """Why a field is shown, masked or withheld."""

    UNCLASSIFIED = "unclassified"
    PUBLIC = "public"
    ROLE = "role"
    GRANT = "grant"
    OWN = "own"
    RECOGNIZE = "recognize"
    PURPOSE = "purpose"
    SCOPE = "scope"
    CLEARANCE = "clearance"
    OF_AGE = "of-age"
    GUARDED = "guarded"
    AROUND = "around"
    CONSENT_MISSING = "consent-missing"
    CONSENT_EXPIRED = "consent-expired"
    CONSENT_NOT_SEPARATE = "consent-not-separate"
    CONSENT_WITHDRAWN = "consent-withdrawn"
    CONSENT_REFUSED = "consent-refused"

    @property
    def text(self) -> Text:
        """What the viewer reads."""
        return _TEXTS[self]


_TEXTS: Mapping[Reason, Text] = {
    Reason.UNCLASSIFIED: Text("没有分级，任何人不得查阅", "nobody has classified it: it is shown to nobody"),
    Reason.PUBLIC: Text("不涉及个人", "says nothing about a person"),
    Reason.ROLE: Text("职责范围内，用途相符", "within your duties, for this purpose"),
    Reason.GRANT: Text("凭查阅授权", "by an access grant"),
    Reason.OWN: Text("本人或其监护人查阅", "the child's own data"),
    Reason.RECOGNIZE: Text("仅供辨认，已隐去部分", "partly hidden: enough to recognize, not to read"),
    Reason.PURPOSE: Text("不是为此用途收集的", "not gathered for this purpose"),
    Reason.SCOPE: Text("不在您负责的范围内，可申请查阅授权", "outside your scope: ask for an access grant"),
    Reason.CLEARANCE: Text("超出您的查阅级别", "above your clearance"),
    Reason.OF_AGE: Text("本人已满十八周岁，由本人决定", "of age: nobody else decides any more"),
    Reason.GUARDED: Text("仅为保护儿童安全而保存", "kept for the safety of children alone"),
    Reason.AROUND: Text("所属的整组信息不可查阅", "part of something that may not be seen"),
    Reason.CONSENT_MISSING: Text("尚无同意书", "nobody has agreed to this use"),
    Reason.CONSENT_EXPIRED: Text("同意已到期", "the consent has expired"),
    Reason.CONSENT_NOT_SEPARATE: Text("缺少单独同意", "there is no separate consent for it"),
    Reason.CONSENT_WITHDRAWN: Text("同意已撤回", "the consent was withdrawn"),
    Reason.CONSENT_REFUSED: Text("已拒绝同意", "the consent was refused"),
}

_CONSENT_REASONS = {
    Say.MISSING: Reason.CONSENT_MISSING,
    Say.EXPIRED: Reason.CONSENT_EXPIRED,
    Say.NOT_SEPARATE: Reason.CONSENT_NOT_SEPARATE,
    Say.WITHDRAWN: Reason.CONSENT_WITHDRAWN,
    Say.REFUSED: Reason.CONSENT_REFUSED,
}


class FieldDecision(NamedTuple):
    """What becomes of one field.

    Attributes:
        disclosure: Shown, masked or withheld.
        reason: Why.
        grant: Id of the access grant it rests on; empty if on none.
    """

    disclosure: Disclosure
    reason: Reason
    grant: str = ""


def _unchangeable(fields: Mapping[str, FieldDecision]) -> Mapping[str, FieldDecision]:
    return MappingProxyType(dict(fields))


@attrs.frozen(kw_only=True)
class Decision:
    """What becomes of every field of a record.

    Attributes:
        fields: By path, in the order of the classification. A path that is not here is withheld.
    """

    # One decision may answer for a million records: nobody may change it.
    fields: Mapping[str, FieldDecision] = attrs.field(
        converter=_unchangeable, repr=lambda fields: f"<{len(fields)} fields>"
    )
    tables: dict[int, tuple[Classification, Any]] = attrs.field(factory=dict, init=False, eq=False, repr=False)
    """What `view` has worked out of it, by classification."""

    def of(self, path: str) -> Disclosure:
        """Return what becomes of the field at *path*."""
        found = self.fields.get(path)
        return Disclosure.WITHHELD if found is None else found.disclosure

    @property
    def grants(self) -> tuple[str, ...]:
        """Ids of the grants that something is seen by, sorted."""
        return tuple(sorted({one.grant for one in self.fields.values() if one.grant}))

    def explain(self, path: str, language: Language = "zh") -> str:
        """Return why the field at *path* is shown or not, without a word of what it holds."""
        found = self.fields.get(path, _UNCLASSIFIED)
        return found.reason.text.in_(language)


_UNCLASSIFIED = FieldDecision(Disclosure.WITHHELD, Reason.UNCLASSIFIED)


def decide(
    classification: Classification,
    *,
    subject: Subject,
    viewer: Viewer,
    purpose: Purpose,
    as_of: dt.date,
    grants: Iterable[AccessGrant] = (),
    consents: Collection[ConsentRecord] = (),
) -> Decision:
    """Decide on every field of a record before it is looked at.

    Args:
        classification: The classes of its fields.
        subject: Whom it is about.
        viewer: Who looks.
        purpose: What for.
        as_of: The day; ages, grants and consents are counted on it.
        grants: Access grants at hand; those for others or for other days allow nothing.
        consents: Consent records at hand; those about others count for nothing.

    Returns:
        For each field what becomes of it, and why.
    """
    band = subject.band_on(as_of)
    inside = viewer.scope.covers(subject)
    valid = grants and [one for one in grants if one.allows(viewer, subject, purpose=purpose, as_of=as_of)]
    says: _Says = ()
    if consents and (inside or valid) and legal_basis(viewer.role, purpose) is LegalBasis.CONSENT:
        says = tuple(
            (data_class, separate, say_on(consents, subject=subject, purpose=purpose, data_class=data_class,
                                          separate=separate, as_of=as_of))
            for data_class, separate in _to_be_agreed(classification, purpose, band)
        )  # fmt: skip
    case = _Case(viewer.role, purpose, band, inside, subject.serves, says)
    return _decide(classification, case, _granted(valid)) if valid else _decided(classification, case)


_Says: TypeAlias = tuple[tuple[DataClass, bool, Say], ...]
"""For each class of data, and for a consent given on its own or not, what the papers on file come to."""


class _Case(NamedTuple):
    """All that the decision on a field looks at besides its class and grants. It names nobody: many looks are one case.

    Attributes:
        role: The viewer's.
        purpose: What for.
        band: Which rules of age hold.
        inside: Whether the person is in the viewer's scope.
        serves: Whether they take part by an agreement of their own.
        says: What the papers on file come to, where it matters.
    """

    role: Role
    purpose: Purpose
    band: AgeBand
    inside: bool
    serves: bool
    says: _Says


_DECIDED: dict[tuple[int, _Case], tuple[Classification, Decision]] = {}
"""Decisions on cases without a grant. The classification stays beside them, so that no other can take its number."""

_MOST_DECIDED = 1_000


def _decided(classification: Classification, case: _Case) -> Decision:
    """Return the decision on *case*, made once for all looks that are the same."""
    name = (id(classification), case)
    found = _DECIDED.get(name)
    if found is None:
        if len(_DECIDED) >= _MOST_DECIDED:
            _DECIDED.clear()
        found = _DECIDED[name] = (classification, _decide(classification, case))
    return found[1]


def _decide(classification: Classification, case: _Case, granted: "Iterable[_Key]" = ()) -> Decision:
    questions = _Questions(
        case=case,
        keys=(*_own_keys(case), *granted),
        basis=legal_basis(case.role, case.purpose),
        agreed=case.serves and case.band is AgeBand.OF_AGE,
    )
    decided = [questions.ask(field) for field in classification.distinct]
    alone = {path: decided[number] for path, number in classification.numbers.items()}
    inside = {
        path: _around(alone[path], [alone[outer] for outer in outers])
        for path, outers in classification.guarded.items()
    }
    return Decision(fields=alone | inside)


def _around(inner: FieldDecision, outers: Iterable[FieldDecision]) -> FieldDecision:
    """Withhold a field inside a container that is not shown itself."""
    hidden = any(outer.disclosure is not Disclosure.SHOWN for outer in outers)
    if hidden and inner.disclosure is not Disclosure.WITHHELD:
        return FieldDecision(Disclosure.WITHHELD, Reason.AROUND)
    return inner


class _Key(NamedTuple):
    """One way in: how far it reaches, and by which grant, if by any."""

    clearance: Clearance
    grant: str = ""


def _own_keys(case: _Case) -> tuple[_Key, ...]:
    """Return the way in that somebody has by their role, where the person is theirs to look at."""
    if not case.inside:
        return ()
    own = clearance(case.role, case.purpose)
    young = case.role is Role.CHILD and case.band is AgeBand.UNDER_14
    return (_Key(own.at_most(YOUNG_CHILD) if young else own),)


def _granted(grants: Iterable[AccessGrant]) -> Iterator[_Key]:
    """Return the ways in that *grants* open, in order of their ids."""
    for grant in sorted(grants, key=lambda one: one.id):
        yield _Key(Clearance(shown=grant.up_to, masked=grant.up_to), grant.id)


def _to_be_agreed(classification: Classification, purpose: Purpose, band: AgeBand) -> Iterable[tuple[DataClass, bool]]:
    """Return the classes of data that a consent is needed for, and whether it has to be given on its own."""
    return dict.fromkeys(
        (field.data_class, _needs_own(field, band))
        for field in classification.distinct
        if purpose in field.purposes and field.sensitivity.covers(Sensitivity.PERSONAL)
    )


def _needs_own(field: FieldClass, band: AgeBand) -> bool:
    return band is AgeBand.UNDER_14 or field.sensitivity is Sensitivity.SENSITIVE


@attrs.frozen(kw_only=True)
class _Questions:
    """The questions that are asked of each field; see the module."""

    case: _Case
    keys: tuple[_Key, ...]
    basis: LegalBasis
    agreed: bool

    def ask(self, field: FieldClass) -> FieldDecision:
        """Return what becomes of a field of this class."""
        if field.sensitivity is Sensitivity.PUBLIC:
            return FieldDecision(Disclosure.SHOWN, Reason.PUBLIC)
        if self.case.purpose not in field.purposes:
            return FieldDecision(Disclosure.WITHHELD, Reason.PURPOSE)
        if not self.keys:
            return FieldDecision(Disclosure.WITHHELD, Reason.SCOPE)
        found = max((self._through(key, field) for key in self.keys), key=lambda one: one.disclosure.rank)
        if found.disclosure is Disclosure.WITHHELD:
            return found
        against = self._law(field)
        return found if against is None else FieldDecision(Disclosure.WITHHELD, against)

    def _through(self, key: _Key, field: FieldClass) -> FieldDecision:
        """Return what a viewer with this key gets; the first of equals wins, so the role before any grant."""
        level = _level_for_grant(field, self.case.band) if key.grant else field.sensitivity
        if key.clearance.shown.covers(level):
            own = self.basis is LegalBasis.RIGHT
            reason = Reason.GRANT if key.grant else Reason.OWN if own else Reason.ROLE
            return FieldDecision(Disclosure.SHOWN, reason, key.grant)
        if field.mask is not None and key.clearance.masked.covers(level):
            return FieldDecision(Disclosure.MASKED, Reason.RECOGNIZE, key.grant)
        return FieldDecision(Disclosure.WITHHELD, Reason.CLEARANCE)

    def _law(self, field: FieldClass) -> Reason | None:
        """Return what the law of the person's age has against showing the field, or None."""
        if self.case.role is Role.GUARDIAN and self.case.band is AgeBand.OF_AGE:
            return Reason.OF_AGE
        if field.guarded and self.basis is LegalBasis.RIGHT:
            return Reason.GUARDED
        identifies = field.sensitivity.covers(Sensitivity.PERSONAL)
        if not identifies or self.basis is not LegalBasis.CONSENT or self.agreed:
            return None
        wanted = (field.data_class, _needs_own(field, self.case.band))
        say = next((say for *about, say in self.case.says if tuple(about) == wanted), Say.MISSING)
        return _CONSENT_REASONS.get(say)


def _level_for_grant(field: FieldClass, band: AgeBand) -> Sensitivity:
    """Return how high a grant has to reach: all that identifies a child under 14 counts as sensitive (PIPL 28)."""
    if band is AgeBand.UNDER_14 and field.sensitivity.covers(Sensitivity.PERSONAL):
        return Sensitivity.SENSITIVE
    return field.sensitivity


def most_of(decisions: Iterable[Decision]) -> Decision:
    """Return the decision that shows each field as far as one of *decisions* does: for a copy over all purposes."""
    several = tuple(decisions)
    if len(several) == 1:
        return several[0]
    best: dict[str, FieldDecision] = {}
    for decision in several:
        for path, one in decision.fields.items():
            if path not in best or one.disclosure.rank > best[path].disclosure.rank:
                best[path] = one
    return Decision(fields=best)
