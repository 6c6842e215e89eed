"""Who agreed that which facts are used for what, and does that word stand today?

A consent record is one paper: about one child, by one guardian or by the child itself, for stated purposes and kinds of
facts. It may be a refusal, it may end, it may be withdrawn. Several papers of one person are read in the order of their
days. Whether consent is needed at all is not asked here (`bases`).
"""

import datetime as dt
import enum
from collections.abc import Iterable, Sequence

import attrs

from careprogram.dates import age_on, birthday_in
from careprogram.errors import ValidationError
from careprogram.people import ConsentRelation
from careprogram.privacy.ages import OF_AGE_FROM, OWN_SAY_FROM, AgeBand
from careprogram.privacy.scope import Subject
from careprogram.privacy.sensitivity import DataClass, Purpose


@attrs.frozen(kw_only=True)
class ConsentRecord:
    """One word of a guardian, or of the child itself, about the child's data.

    Attributes:
        id: Which paper.
        child: Opaque id of whom it is about.
        guardian: Opaque id of who gives the word; the child's own where the relation says so.
        relation: To the child.
        purposes: For what.
        data_classes: Which kinds of facts.
        notice_version: Which text they had read.
        given: First day it holds; None for a refusal.
        refused: The day it was refused; None for a consent.
        expires: Last day it holds; None if open.
        withdrawn: First day it no longer holds; None if it stands.
        separate: Whether it was given on its own for these facts, not within a general agreement (PIPL 29 and 31).

    Raises:
        ValidationError: It is neither or both of given and refused, ends before it began, or covers nothing.
    """

    id: str
    child: str
    guardian: str
    relation: ConsentRelation
    purposes: frozenset[Purpose]
    data_classes: frozenset[DataClass]
    notice_version: str
    given: dt.date | None = None
    refused: dt.date | None = None
    expires: dt.date | None = None
    withdrawn: dt.date | None = None
    separate: bool = False

    def __attrs_post_init__(self) -> None:
        if not (self.id and self.child and self.guardian and self.notice_version):
            raise ValidationError("a consent names the child, who gave it, and the notice they read", reason="empty")
        if not self.purposes or not self.data_classes:
            raise ValidationError("a consent names at least one purpose and one kind of facts", reason="empty")
        if (self.given is None) is (self.refused is None):
            raise ValidationError("a consent was either given or refused: name one day", reason="order")
        if (self.relation is ConsentRelation.SELF) is not (self.guardian == self.child):
            raise ValidationError(
                "whoever speaks for themselves is named as the child, and nobody else", reason="self"
            ).also_in_chinese("本人签名时，签名人编号就是儿童编号；其他人签名时不能用儿童编号")
        for end in (self.expires, self.withdrawn):
            if end is not None and (self.given is None or end < self.given):
                raise ValidationError(
                    "a consent cannot end before it was given, and a refusal does not end"
                ).also_in_chinese("同意书的终止日不能早于签署日；拒绝书没有终止日")

    def about(self, purpose: Purpose, data_class: DataClass) -> bool:
        """Return whether it says anything about using such facts for *purpose*."""
        return purpose in self.purposes and data_class in self.data_classes


def withdraw(consent: ConsentRecord, *, on: dt.date) -> ConsentRecord:
    """Return *consent* as it reads once it was withdrawn; from *on* it no longer holds.

    Raises:
        ValidationError: It is a refusal, was withdrawn before, or *on* lies before it was given.
    """
    if consent.given is None or consent.withdrawn is not None:
        raise ValidationError(
            f"consent {consent.id} does not stand: there is nothing to withdraw", reason="withdrawn"
        ).also_in_chinese(f"同意书 {consent.id} 已撤回，或是拒绝书：没有可撤回的内容")
    return attrs.evolve(consent, withdrawn=on)


class Say(enum.Enum):
    """What the words on file come to."""

    GIVEN = "given"
    MISSING = "missing"
    EXPIRED = "expired"
    NOT_SEPARATE = "not-separate"
    WITHDRAWN = "withdrawn"
    REFUSED = "refused"


_FIRST_TO_LAST = (Say.NOT_SEPARATE, Say.EXPIRED, Say.MISSING)


def say_on(
    consents: Iterable[ConsentRecord],
    *,
    subject: Subject,
    purpose: Purpose,
    data_class: DataClass,
    separate: bool,
    as_of: dt.date,
) -> Say:
    """Return whether facts of *data_class* may be used for *purpose* on *as_of*, by those whose word counts.

    Under 14 it is the guardians', from 14 theirs and the child's own, from 18 the child's own alone. One who refuses or
    withdraws outweighs any other who agrees; whoever agreed anew after that has changed their mind.

    Args:
        consents: All papers at hand; those about others are passed over.
        subject: The child.
        purpose: What for.
        data_class: Which kind of facts.
        separate: Whether the consent must have been given on its own.
        as_of: The day.
    """
    by_speaker: dict[str, list[ConsentRecord]] = {}
    for consent in consents:
        if consent.child == subject.id and consent.about(purpose, data_class) and _counts(consent, subject, as_of):
            by_speaker.setdefault(consent.guardian, []).append(consent)
    says = {_say_of_one(own, separate=separate, as_of=as_of) for own in by_speaker.values()}
    for against in (Say.REFUSED, Say.WITHDRAWN, Say.GIVEN):
        if against in says:
            return against
    return next((say for say in _FIRST_TO_LAST if say in says), Say.MISSING)


def _counts(consent: ConsentRecord, subject: Subject, as_of: dt.date) -> bool:
    band = subject.band_on(as_of)
    if consent.relation is not ConsentRelation.SELF:
        return band is not AgeBand.OF_AGE
    spoken = consent.given or consent.refused
    own_age = subject.birth_date is not None and spoken is not None and age_on(subject.birth_date, spoken)
    return band is not AgeBand.UNDER_14 and own_age is not False and own_age >= OWN_SAY_FROM


def _say_of_one(papers: Sequence[ConsentRecord], *, separate: bool, as_of: dt.date) -> Say:
    """Read the papers of one person: the last "no" cancels every "yes" up to that day."""
    noes = [(paper.refused, Say.REFUSED) for paper in papers if paper.refused is not None]
    noes += [(paper.withdrawn, Say.WITHDRAWN) for paper in papers if paper.withdrawn is not None]
    past = [(day, say.value) for day, say in noes if day <= as_of]
    last_no, against = max(past, default=(dt.date.min, Say.MISSING.value))
    given = [paper for paper in papers if paper.given is not None and last_no < paper.given <= as_of]
    standing = [paper for paper in given if paper.expires is None or as_of <= paper.expires]
    if not standing:
        return Say.EXPIRED if given else Say(against)
    return Say.GIVEN if not separate or any(paper.separate for paper in standing) else Say.NOT_SEPARATE


def next_switch(birth_date: dt.date, *, after: dt.date) -> dt.date | None:
    """Return the next birthday behind *after* on which other people's words count; None once of age."""
    days = (birthday_in(birth_date, birth_date.year + age) for age in (OWN_SAY_FROM, OF_AGE_FROM))
    return next((day for day in days if day > after), None)
