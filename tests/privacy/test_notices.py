"""What becomes of a word about consent in a roster: a paper that covers just what its notice names, or a stated gap?"""

import datetime as dt
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from careprogram.errors import ValidationError
from careprogram.ids import ChildId
from careprogram.people import Child, Consent, ConsentRelation
from careprogram.privacy import (
    ConsentGap,
    ConsentNotice,
    ConsentRecord,
    DataClass,
    Purpose,
    Say,
    Subject,
    say_on,
    stated_consent,
)
from careprogram.testing.strategies import consents
from careprogram.unknown import UNKNOWN

_KEY = b"0123456789abcdef"
_DAY = dt.date(2026, 9, 1)
_NOTICE = ConsentNotice(
    purposes=frozenset({Purpose.PAIRING, Purpose.EDUCATION}),
    data_classes=frozenset({DataClass.IDENTITY, DataClass.SCHOOLING}),
    separate=True,
)
_NOTICES = {"2026-1": _NOTICE}
_CHILD = Child(
    id=ChildId("c-1"),
    birth_date=dt.date(2016, 5, 1),
    consent=Consent(given_on=_DAY, given_by=ConsentRelation.MOTHER, notice="2026-1"),
)


def _stated(**changes: Any) -> ConsentRecord | ConsentGap | None:
    assert isinstance(_CHILD.consent, Consent)
    consent = attrs.evolve(_CHILD.consent, **{k: v for k, v in changes.items() if k != "birth_date"})
    born = changes.get("birth_date", _CHILD.birth_date)
    return stated_consent(attrs.evolve(_CHILD, consent=consent, birth_date=born), _NOTICES, key=_KEY)


def test_a_paper_covers_what_its_notice_names() -> None:
    """Purposes, kinds of facts and the separate signature come from the notice; who and when from the roster."""
    paper = _stated(expires_on=dt.date(2027, 8, 31))
    assert isinstance(paper, ConsentRecord)
    assert (paper.purposes, paper.data_classes, paper.separate) == (_NOTICE.purposes, _NOTICE.data_classes, True)
    assert (paper.relation, paper.given, paper.expires) == (ConsentRelation.MOTHER, _DAY, dt.date(2027, 8, 31))
    assert "c-1" not in paper.guardian


@pytest.mark.parametrize(
    ("changes", "gap"),
    [
        ({"notice": UNKNOWN}, ConsentGap.NOT_STATED),
        ({"given_by": UNKNOWN}, ConsentGap.NOT_STATED),
        ({"notice": "2019-9"}, ConsentGap.NOTICE_UNKNOWN),
        ({"given_by": ConsentRelation.SELF}, ConsentGap.TOO_YOUNG),
        ({"given_by": ConsentRelation.SELF, "birth_date": UNKNOWN}, ConsentGap.TOO_YOUNG),
        ({"birth_date": dt.date(2008, 9, 1)}, ConsentGap.OF_AGE),
    ],
    ids=str,
)
def test_what_is_not_stated_is_not_guessed(changes: dict[str, Any], gap: ConsentGap) -> None:
    """A bare tick, an unknown notice, and a signer whose word cannot count come to no paper, each with its reason."""
    assert _stated(**changes) is gap
    assert gap.text.zh
    assert gap.text.en


def test_the_word_of_the_child_counts_from_fourteen() -> None:
    """On the 14th birthday the child itself can sign; a guardian can sign until the day before the 18th."""
    own = _stated(given_by=ConsentRelation.SELF, birth_date=dt.date(2012, 9, 1))
    assert isinstance(own, ConsentRecord)
    assert own.guardian == "c-1"
    assert isinstance(_stated(birth_date=dt.date(2008, 9, 2)), ConsentRecord)


def test_nothing_stated_and_a_refusal_are_no_paper() -> None:
    """An unanswered question and a "no" begin no paper; a roster does not say who refused."""
    for word in (UNKNOWN, None):
        assert stated_consent(attrs.evolve(_CHILD, consent=word), _NOTICES, key=_KEY) is None


def test_of_several_possible_signers_each_paper_is_a_speaker_of_its_own() -> None:
    """Another paper of the mother is the mother's; another one of "a grandparent" may be somebody else's."""

    def speakers(relation: ConsentRelation) -> int:
        papers = [_stated(given_by=relation, given_on=_DAY + dt.timedelta(days=n)) for n in range(2)]
        return len({paper.guardian for paper in papers if isinstance(paper, ConsentRecord)})

    assert speakers(ConsentRelation.MOTHER) == speakers(ConsentRelation.FATHER) == 1
    assert speakers(ConsentRelation.GRANDPARENT) == speakers(ConsentRelation.OTHER_GUARDIAN) == 2


def test_a_notice_of_nothing_is_refused() -> None:
    """A notice that names no purpose or no kind of facts asks for nothing."""
    with pytest.raises(ValidationError):
        ConsentNotice(purposes=frozenset(), data_classes=_NOTICE.data_classes)


@given(
    consent=consents(),
    born=st.dates(dt.date(2006, 1, 1), dt.date(2026, 1, 1)),
    after=st.integers(-30, 900),
    purpose=st.sampled_from(Purpose),
    data_class=st.sampled_from(DataClass),
)
def test_a_roster_never_opens_more_than_the_signed_notice(
    consent: Consent, born: dt.date, after: int, purpose: Purpose, data_class: DataClass
) -> None:
    """Whatever a roster states: a use is agreed to only inside the notice, while the roster's own consent stands."""
    day = consent.given_on + dt.timedelta(days=after)
    paper = stated_consent(attrs.evolve(_CHILD, consent=consent, birth_date=born), _NOTICES, key=_KEY)
    papers = [paper] if isinstance(paper, ConsentRecord) else []
    subject = Subject(id="c-1", birth_date=born)
    say = say_on(papers, subject=subject, purpose=purpose, data_class=data_class, separate=True, as_of=day)
    if say is Say.GIVEN:
        assert purpose in _NOTICE.purposes
        assert data_class in _NOTICE.data_classes
        assert consent.covers(day)
        assert consent.notice == "2026-1"
