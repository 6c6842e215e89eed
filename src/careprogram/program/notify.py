"""Who has to be told what a run found?

Makes the messages of a run: to each helper how many children are newly proposed, to each responsible person what is
due in their villages. A message names no child and tells no illness: it says where to look. Each has a key made of what
it says, so that saying it again is saying it once. Sending is for ``deliver``.
"""

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from string import Template
from typing import Final

import attrs

from careprogram.care import Duty, Term
from careprogram.ids import HelperId, stable_hash
from careprogram.language import Language, Text
from careprogram.pairing import Pairing
from careprogram.people import Helper, Phone, VillageLink
from careprogram.ports import Message, RecordKey
from careprogram.program.deliver import Objection
from careprogram.program.records import HELPER, VILLAGE_LINK
from careprogram.unknown import Maybe

_PROPOSAL_SUBJECT: Final = Text("结对建议", "Proposed pairing")
_PROPOSAL: Final = Text(
    "您好！「$program」为您建议了 $count 名结对儿童，请到所在乡镇或学校查看名单并答复是否接受。\n"
    "为保护儿童，本消息不含姓名。\n$signature",
    "The program “$program” proposes $count children to you. Please look at the list at your township or school and "
    "say whether you accept.\nTo protect the children this message names none.\n$signature",
)
_DUTIES_SUBJECT: Final = Text("本学期任务", "Duties of the term")
_DUTIES: Final = Text(
    "您好！「$program」$term 学期由您负责的任务共 $count 项，涉及儿童 $children 名，"
    "其中 $urgent 项须立即处理，最早一项 $first 到期。\n"
    "$kinds\n请到所在乡镇查看任务清单。为保护儿童，本消息不含姓名。\n$signature",
    "In term $term of the program “$program” $count duties for $children children are yours; $urgent of them are "
    "urgent, the first is due on $first.\n$kinds\nThe list is at your township. To protect the children this message "
    "names none.\n$signature",
)


@attrs.frozen(kw_only=True)
class Voice:
    """How a program speaks.

    Attributes:
        program: Its title.
        signature: The last line of each message.
        language: Of the messages.
        channel: By which notifier they go out.
    """

    program: str
    signature: str
    language: Language
    channel: str

    def message(
        self, key: str, recipient: str, subject: Text, body: Text, values: Mapping[str, object], *, about: RecordKey
    ) -> Message:
        """Return one message; two of one key are the same message. Erasing the record *about* removes it."""
        filled = Template(body.in_(self.language)).substitute(program=self.program, signature=self.signature, **values)
        return Message(
            id=key,
            key=key,
            recipient=recipient,
            channel=self.channel,
            template=subject.en.lower().replace(" ", "-"),
            subject=subject.in_(self.language),
            body=filled.rstrip(),
            language=self.language,
            about=about,
        )


@attrs.frozen(kw_only=True)
class Letters:
    """Messages, and those who could not be told.

    Attributes:
        messages: Ready for the outbox.
        unreachable: Opaque ids of people without a known contact; somebody has to tell them in person.
    """

    messages: tuple[Message, ...]
    unreachable: tuple[str, ...]


def tell_helpers(proposed: Iterable[Pairing], helpers: Mapping[HelperId, Helper], voice: Voice) -> Letters:
    """Tell each helper how many children are newly proposed."""
    by_helper: dict[HelperId, list[Pairing]] = {}
    for pairing in proposed:
        by_helper.setdefault(pairing.helper, []).append(pairing)
    messages: list[Message] = []
    unreachable: list[str] = []
    for helper, pairings in sorted(by_helper.items()):
        phone = _contact(helpers[helper].phone)
        if phone is None:
            unreachable.append(helper)
            continue
        key = _key("proposal", helper, sorted(pairing.id for pairing in pairings))
        count = {"count": len(pairings)}
        messages.append(voice.message(key, phone, _PROPOSAL_SUBJECT, _PROPOSAL, count, about=(HELPER, helper)))
    return Letters(messages=tuple(messages), unreachable=tuple(unreachable))


def tell_responsible(duties: Iterable[Duty], links: Iterable[VillageLink], term: Term, voice: Voice) -> Letters:
    """Tell each person who answers for a place what is theirs in *term*."""
    own: dict[str, list[Duty]] = {}
    for duty in duties:
        if duty.responsible is not None and duty.responsible.id is not None:
            own.setdefault(duty.responsible.id, []).append(duty)
    messages: list[Message] = []
    unreachable: list[str] = []
    for link in sorted({link.person: link for link in links}.values(), key=lambda link: link.person):
        if not (mine := own.get(link.person)):
            continue
        phone = _contact(link.phone)
        if phone is None:
            unreachable.append(link.person)
            continue
        key = _key("duties", link.person, sorted(f"{duty.id}@{duty.due}" for duty in mine))
        told = _figures(mine, term, voice.language)
        messages.append(
            voice.message(key, phone, _DUTIES_SUBJECT, _DUTIES, told, about=(VILLAGE_LINK, link.place.text))
        )
    return Letters(messages=tuple(messages), unreachable=tuple(unreachable))


def no_longer_true(pairings: Iterable[Pairing], links: Iterable[VillageLink]) -> Objection:
    """Return the check that a waiting message passes right before it goes out, maybe days after it was written.

    Args:
        pairings: As they stand now; a helper without one is told nothing any more.
        links: As they stand now; who answers for no place is told nothing any more.
    """
    tied = {pairing.helper for pairing in pairings if pairing.stands}
    places = {link.place.text for link in links}

    def objection(message: Message) -> str | None:
        kind, name = message.about or ("", "")
        if kind == HELPER and name not in tied:
            return "no pairing stands any more"
        if kind == VILLAGE_LINK and name not in places:
            return "answers for no place any more"
        return None

    return objection


def _figures(duties: Sequence[Duty], term: Term, language: Language) -> Mapping[str, object]:
    kinds = Counter(duty.title.in_(language) for duty in duties)
    first: dt.date = min(duty.due for duty in duties)
    return {
        "term": term.id,
        "count": len(duties),
        "children": len({duty.child for duty in duties if duty.child is not None}),
        "urgent": sum(duty.urgency.value != "routine" for duty in duties),
        "first": first.isoformat(),
        "kinds": "\n".join(f"· {title} × {count}" for title, count in sorted(kinds.items())),
    }


def _contact(phone: Maybe[Phone] | None) -> str | None:
    return phone.text if isinstance(phone, Phone) else None


def _key(what: str, who: str, about: Sequence[str]) -> str:
    return f"{what}-{who}-{stable_hash(*about):016x}"
