"""How is what a run worked out kept?

One function a kind of record: the document and what it can be found by. Kinds and index names are part of the stored
format; changing one needs an upcaster. Nothing here saves.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from careprogram.care import CarePlan, Duty
from careprogram.codec import from_document, to_document
from careprogram.ids import ChildId
from careprogram.pairing import Pairing
from careprogram.people import Child, Helper, IdentityNumber, PlaceCode, VillageLink
from careprogram.ports import Put, Store
from careprogram.program.save import all_records
from careprogram.rules import Verdict
from careprogram.unknown import Maybe

CHILD: Final = "child"
HELPER: Final = "helper"
VILLAGE_LINK: Final = "village-link"
VERDICT: Final = "verdict"
PAIRING: Final = "pairing"
CARE_PLAN: Final = "care-plan"
DUTY: Final = "duty"


def child_records(children: Iterable[Child]) -> Iterator[Put]:
    """Return the records of *children*, found by village and by identity number, which a sealed store makes blind."""
    return (
        Put(
            kind=CHILD,
            id=child.id,
            document=to_document(child),
            index={"place": _code(child.residence.place), "identity": _number(child.identity_number)},
        )
        for child in children
    )


def helper_records(helpers: Iterable[Helper]) -> Iterator[Put]:
    """Return the records of *helpers*, found by village."""
    return (
        Put(kind=HELPER, id=helper.id, document=to_document(helper), index={"place": _code(helper.residence.place)})
        for helper in helpers
    )


def village_link_records(links: Iterable[VillageLink]) -> Iterator[Put]:
    """Return the records of *links*, one a place, found by person."""
    return (
        Put(kind=VILLAGE_LINK, id=link.place.text, document=to_document(link), index={"person": link.person})
        for link in links
    )


def verdict_records(verdicts: Mapping[ChildId, Verdict]) -> Iterator[Put]:
    """Return the records of one policy's *verdicts* with all their reasons, found by child and by the next change."""
    return (
        Put(
            kind=VERDICT,
            id=f"{verdict.policy}:{child}",
            document=to_document(verdict.report()),
            index={
                "child": child,
                "determination": verdict.determination.value,
                "next_change": None if verdict.next_change is None else verdict.next_change.isoformat(),
            },
        )
        for child, verdict in verdicts.items()
    )


def pairing_records(pairings: Iterable[Pairing]) -> Iterator[Put]:
    """Return the records of *pairings*, found by child, helper and status."""
    return (
        Put(
            kind=PAIRING,
            id=pairing.id,
            document=to_document(pairing),
            index={"child": pairing.child, "helper": pairing.helper, "status": pairing.status.value},
        )
        for pairing in pairings
    )


def plan_records(plans: Iterable[CarePlan]) -> Iterator[Put]:
    """Return the records of *plans*, found by child and term."""
    return (
        Put(kind=CARE_PLAN, id=plan.id, document=to_document(plan), index={"child": plan.child, "term": plan.term.id})
        for plan in plans
    )


def duty_records(duties: Iterable[Duty]) -> Iterator[Put]:
    """Return the records of *duties*, found by due date, child and whoever is responsible."""
    return (
        Put(
            kind=DUTY,
            id=duty.id,
            document=to_document(duty),
            index={
                "due": duty.due.isoformat(),
                "child": duty.child,
                "responsible": None if duty.responsible is None else duty.responsible.id,
            },
        )
        for duty in duties
    )


def pairings_on_file(store: Store) -> tuple[Pairing, ...]:
    """Return every pairing that *store* holds, ended ones included, in order of id."""
    return tuple(from_document(Pairing, record.document) for record in all_records(store, PAIRING))


def _number(number: Maybe[IdentityNumber] | None) -> str | None:
    return number.text if isinstance(number, IdentityNumber) else None


def _code(place: Maybe[PlaceCode]) -> str | None:
    return place.text if isinstance(place, PlaceCode) else None
