"""What a run tells people, and what it no longer tells them."""

import datetime as dt

import attrs
import pytest

from careprogram.builtin.memory_store import MemoryStore
from careprogram.care import Duty, ResponsibleKind, ResponsiblePerson, Term
from careprogram.ids import ChildId, HelperId
from careprogram.language import Text
from careprogram.pairing import Pairing, end_pairing, propose
from careprogram.people import Helper, HelperKind, Phone, PlaceCode, VillageLink
from careprogram.ports import MessageState
from careprogram.program.deliver import deliver
from careprogram.program.notify import Voice, no_longer_true, tell_helpers, tell_responsible
from careprogram.program.save import post
from careprogram.testing import FakeClock, RecordingNotifier

DAY = dt.date(2026, 9, 1)
TERM = Term(id="2026-autumn", start=DAY, end=dt.date(2027, 1, 22))
PHONE = Phone("13912345678")
LINK = VillageLink(place=PlaceCode("520526901201"), person="p1", phone=PHONE)


def voice(language: str = "zh") -> Voice:
    return Voice(program="示例", signature="办公室", language=language, channel="recording")  # type: ignore[arg-type]


def helper(name: str, phone: Phone | None = PHONE) -> Helper:
    return Helper(id=HelperId(name), kind=HelperKind.CADRE, phone=phone)


def proposals(*helpers: str) -> list[Pairing]:
    return [propose(ChildId(f"c{n}"), HelperId(h), strategy="s", on=DAY) for n, h in enumerate(helpers)]


def duty(number: int, responsible: str | None = "p1") -> Duty:
    person = None if responsible is None else ResponsiblePerson(kind=ResponsibleKind.VILLAGE_DIRECTOR, id=responsible)
    return Duty(
        id=f"d{number}",
        child=ChildId("c"),
        kind="k",
        title=Text("家访", "home visit"),
        due=DAY + dt.timedelta(days=number),
        responsible=person,
        source="law",
    )


def test_a_helper_gets_one_message_for_all_new_children() -> None:
    """Three children are one message that says three; the same proposals have the same key in any order."""
    pairings = proposals("h1", "h1", "h2", "h1")
    known = {HelperId(name): helper(name) for name in ("h1", "h2")}
    letters = tell_helpers(pairings, known, voice())
    assert [("3 名" in message.body, "1 名" in message.body) for message in letters.messages] == [
        (True, False),
        (False, True),
    ]
    again = tell_helpers(pairings[::-1], known, voice())
    assert [message.key for message in again.messages] == [message.key for message in letters.messages]
    other = tell_helpers(pairings[:2], known, voice())
    assert other.messages[0].key != letters.messages[0].key


def test_whoever_has_no_contact_is_named_for_a_visit() -> None:
    """Nobody who cannot be written to is passed over in silence."""
    letters = tell_helpers(proposals("h1"), {HelperId("h1"): helper("h1", None)}, voice())
    assert (letters.messages, letters.unreachable) == ((), ("h1",))
    silent = tell_responsible([duty(1)], [attrs.evolve(LINK, phone=None)], TERM, voice())
    assert silent.unreachable == ("p1",)


def test_a_responsible_person_hears_how_much_is_theirs_and_from_when() -> None:
    """Numbers by kind and the first day; duties of others and of nobody are left out."""
    (message,) = tell_responsible([duty(3), duty(1), duty(2, "p2"), duty(4, None)], [LINK], TERM, voice("en")).messages
    assert "home visit × 2" in message.body
    assert "2026-09-02" in message.body
    assert tell_responsible([duty(2, "p2")], [LINK], TERM, voice()).messages == ()


@pytest.mark.parametrize("gone", ["pairing", "link"])
def test_what_is_no_longer_true_is_not_sent(gone: str) -> None:
    """A message that waited while its pairing ended, or its recipient left office, is withdrawn with the reason."""
    pairings = proposals("h1")
    letters = tell_helpers(pairings, {HelperId("h1"): helper("h1")}, voice())
    duties = tell_responsible([duty(1)], [LINK], TERM, voice())
    store, notifier = MemoryStore(), RecordingNotifier()
    post(store, (*letters.messages, *duties.messages), command="tell")
    ended = [end_pairing(one, on=DAY, reason="moved away") for one in pairings]
    objection = no_longer_true(ended if gone == "pairing" else pairings, () if gone == "link" else [LINK])
    clock = FakeClock.on(DAY)
    deliver(store, notifier, clock=clock, objection=objection)
    assert len(notifier.sent) == 1
    withdrawn = [entry.message.about for entry in store.outbox(state=MessageState.WITHDRAWN)]
    assert withdrawn == [("helper", "h1") if gone == "pairing" else ("village-link", LINK.place.text)]
