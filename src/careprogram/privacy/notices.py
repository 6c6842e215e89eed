"""What does the paper that a guardian signed cover, and what does a word about it in a roster come to?

A notice is the text that a guardian reads before signing: it names what is agreed to, purpose by purpose and kind of
fact by kind of fact. A roster can state that such a paper was signed, by whom, on which day and in which version. Only
then is there a consent record, and it covers what that notice names and nothing more: a tick is no consent for every
purpose. What is not stated is never guessed; the gap says what has to be asked. Nothing here keeps a paper.
"""

import datetime as dt
from collections.abc import Mapping

import attrs

from careprogram.dates import age_on
from careprogram.errors import ValidationError
from careprogram.ids import keyed_digest
from careprogram.language import Text
from careprogram.people import Answer, Child, Consent, ConsentRelation
from careprogram.privacy.ages import OF_AGE_FROM, OWN_SAY_FROM
from careprogram.privacy.consents import ConsentRecord
from careprogram.privacy.sensitivity import DataClass, Purpose
from careprogram.unknown import Unknown

FROM_ROSTER = "roster-"
"""What the id of a paper begins with that a roster brought."""


@attrs.frozen(kw_only=True)
class ConsentNotice:
    """One version of the notice that people sign.

    Attributes:
        purposes: What it asks agreement for.
        data_classes: About which kinds of facts.
        separate: Whether it asks for these facts on their own, with a signature of their own, and not within a general
            agreement: without that it opens nothing that identifies a child under 14 (PIPL 29 and 31).

    Raises:
        ValidationError: It names no purpose or no kind of facts.
    """

    purposes: frozenset[Purpose]
    data_classes: frozenset[DataClass]
    separate: bool = False

    def __attrs_post_init__(self) -> None:
        if not self.purposes or not self.data_classes:
            raise ValidationError("a notice names at least one purpose and one kind of facts", reason="empty")


class ConsentGap(Answer):
    """Why a word in a roster is no paper on file."""

    NOT_STATED = "not-stated", "没有写明同意日期、告知书版本或签名人与儿童的关系"
    NOTICE_UNKNOWN = "notice-unknown", "项目文件的 [notices] 中没有这一版告知书"
    TOO_YOUNG = "too-young", "本人签名，但签名当日未满十四周岁或出生日期不详"
    OF_AGE = "of-age", "签名当日本人已满十八周岁，须由本人签名"
    DIFFERS = "differs", "与已归档的同一份同意书不一致，请核对原件"
    REFUSED = "refused", "花名册写明不同意，但另有同意书在册，请核实并撤回"

    @property
    def text(self) -> Text:
        """What it says and what to do, for whoever keeps the roster."""
        return Text(self.zh, _IN_ENGLISH[self.value])


_IN_ENGLISH = {
    "not-stated": "the day, the version of the notice, or who signed is not stated",
    "notice-unknown": "[notices] of the program file has no such version",
    "too-young": "signed by the child, under 14 on that day or of unknown age",
    "of-age": "the child was of age on that day: it has to sign itself",
    "differs": "the same paper is on file with other words: compare the original",
    "refused": "the roster says no, and a consent from elsewhere stands: ask, and withdraw it",
}


def stated_consent(
    child: Child, notices: Mapping[str, ConsentNotice], *, key: bytes
) -> ConsentRecord | ConsentGap | None:
    """Return the consent record that the roster states of *child*, why there is none, or None if nothing is stated.

    A refusal is None, too: a roster does not say who refused and when, so it ends papers and begins none.

    Args:
        child: As the roster has it.
        notices: What each version of the notice covers.
        key: The secret of the program, which names paper and signer.
    """
    consent = child.consent
    if not isinstance(consent, Consent):
        return None
    if isinstance(consent.notice, Unknown) or isinstance(consent.given_by, Unknown):
        return ConsentGap.NOT_STATED
    notice = notices.get(consent.notice)
    if notice is None:
        return ConsentGap.NOTICE_UNKNOWN
    gap = _against(child, consent.given_by, consent.given_on)
    if gap is not None:
        return gap
    words = (child.id, consent.given_by.value, consent.notice, consent.given_on.isoformat())
    return ConsentRecord(
        id=f"{FROM_ROSTER}{keyed_digest(key, 'consent', *words)}",
        child=child.id,
        guardian=speaker(child.id, consent.given_by, consent.given_on, key),
        relation=consent.given_by,
        purposes=notice.purposes,
        data_classes=notice.data_classes,
        notice_version=consent.notice,
        given=consent.given_on,
        expires=consent.expires_on,
        withdrawn=consent.withdrawn_on,
        separate=notice.separate,
    )


def _against(child: Child, given_by: ConsentRelation, given_on: dt.date) -> ConsentGap | None:
    """Return what the age of the child on the day of the paper has against it (PIPL 31; civil code 17 and 18)."""
    born = child.birth_date
    age = None if isinstance(born, Unknown) else age_on(born, given_on)
    if given_by is ConsentRelation.SELF:
        return ConsentGap.TOO_YOUNG if age is None or age < OWN_SAY_FROM else None
    return ConsentGap.OF_AGE if age is not None and age >= OF_AGE_FROM else None


def speaker(child: str, given_by: ConsentRelation, given_on: dt.date, key: bytes) -> str:
    """Return the opaque id of who signed.

    There is one father and one mother. Of grandparents and other guardians there may be several, so that each paper
    has a speaker of its own: otherwise the word of one could cancel the "no" of another.
    """
    if given_by is ConsentRelation.SELF:
        return child
    one = given_by in {ConsentRelation.FATHER, ConsentRelation.MOTHER}
    return f"guardian-{keyed_digest(key, 'guardian', child, given_by.value, '' if one else given_on.isoformat())}"
