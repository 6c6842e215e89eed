"""Which things could be done, and how would the question then read?

A remedy is a value, one thing to do or several that only help together; applying it makes another problem and other
rules, and changes nothing that is there. Whether it works, `remedies` finds out.
"""

import datetime as dt
from typing import Final

import attrs

from careprogram.ids import ChildId, HelperId
from careprogram.language import Text
from careprogram.pairing.constraints import DistanceConstraint, PairingConstraint
from careprogram.pairing.problem import ChildNeed, HelperOffer, PairingProblem
from careprogram.pairing.rules import PairingRules
from careprogram.people import Consent, Helper, HelperKind, PlaceCode, Residence, Screening, ScreeningResult, Sex
from careprogram.people.enums import Answer


class RemedyKind(Answer):
    """What could be done, the least effort first."""

    ADD_PLACES = "add-places", "增加名额"
    OBTAIN = "obtain", "补办手续"
    RELAX_DISTANCE = "relax-distance", "放宽距离"
    NEW_HELPERS = "new-helpers", "新增帮扶人"


@attrs.frozen(kw_only=True)
class Remedy:
    """One thing that could be done, or the last of several.

    Attributes:
        kind: What.
        code: For ``OBTAIN``: the no that it turns into a yes.
        child: For ``OBTAIN``: whose guardian is asked; for ``NEW_HELPERS``: for whom.
        helper: The helper it concerns; for ``RELAX_DISTANCE`` None if the limit is that of the rules, for everybody.
        place: For ``NEW_HELPERS``: where.
        amount: Places, meters, or new helpers; 1 for a paper.
        needs: What is to be done as well; only together they help. None if it helps alone.
    """

    kind: RemedyKind
    code: str | None = None
    child: ChildId | None = None
    helper: HelperId | None = None
    place: PlaceCode | None = None
    amount: int = 1
    needs: "Remedy | None" = None

    @property
    def steps(self) -> "tuple[Remedy, ...]":
        """Every single thing, in the order in which they are done."""
        before = () if self.needs is None else self.needs.steps
        return (*before, attrs.evolve(self, needs=None))

    def after(self, first: "Remedy") -> "Remedy":
        """Return this remedy for the case that *first* is done as well."""
        return attrs.evolve(self, needs=first if self.needs is None else self.needs.after(first))

    def text(self, problem: PairingProblem) -> Text:
        """Return it in words."""
        told = [_text_of(one, problem) for one in self.steps]
        return Text("；并且".join(one.zh for one in told), "; and ".join(one.en for one in told))


def _text_of(step: Remedy, problem: PairingProblem) -> Text:
    if step.kind is RemedyKind.ADD_PLACES:
        more = "child" if step.amount == 1 else "children"
        return Text(
            f"请帮扶人 {step.helper} 多带 {step.amount} 名儿童",
            f"let helper {step.helper} take {step.amount} more {more}",
        )
    if step.kind is RemedyKind.RELAX_DISTANCE and step.helper is None:
        return Text(
            f"把所有人的距离上限放宽到 {step.amount} 米",
            f"relax the limit of distance for everybody to {step.amount} m",
        )
    if step.kind is RemedyKind.RELAX_DISTANCE:
        return Text(
            f"把帮扶人 {step.helper} 的距离上限放宽到 {step.amount} 米",
            f"relax the distance of helper {step.helper} to {step.amount} m",
        )
    if step.kind is RemedyKind.NEW_HELPERS:
        assert step.place is not None
        name = problem.places.place(step.place).name if step.place in problem.places else str(step.place)
        who = "helper" if step.amount == 1 else "helpers"
        return Text(f"在{name}新增 {step.amount} 名帮扶人", f"find {step.amount} new {who} in {name}")
    whose = Text(f"儿童 {step.child}", f"child {step.child}")
    if step.helper is not None:
        whose = Text(f"帮扶人 {step.helper}", f"helper {step.helper}")
    told = _PAPERS[step.code or ""]
    return Text(f"{whose.zh}：{told.zh}", f"{whose.en}: {told.en}")


_PAPERS: Final = {
    "child-consent-unknown": Text("征求监护人同意", "ask the guardian for consent"),
    "child-consent-lapsed": Text("请监护人重新同意", "ask the guardian to consent anew"),
    "helper-consent-unknown": Text("征求帮扶人同意", "ask the helper for consent"),
    "helper-consent-lapsed": Text("请帮扶人重新同意", "ask the helper to consent anew"),
    "screening-missing": Text("办理背景审查", "have the background screened"),
    "screening-expired": Text("重新办理背景审查", "have the background screened anew"),
}


def apply_remedy(remedy: Remedy, problem: PairingProblem, rules: PairingRules) -> tuple[PairingProblem, PairingRules]:
    """Return problem and rules as they would read after *remedy*; a paper asked for is taken to be granted.

    Args:
        remedy: What is done.
        problem: Who, where, when.
        rules: By which rules.
    """
    if remedy.needs is not None:
        for step in remedy.steps:
            problem, rules = apply_remedy(step, problem, rules)
        return problem, rules
    if remedy.kind is RemedyKind.NEW_HELPERS:
        return attrs.evolve(problem, helpers=(*problem.helpers, *new_helpers(remedy, problem))), rules
    if remedy.kind is RemedyKind.OBTAIN and remedy.helper is None:
        children = tuple(_consenting(one, problem) if one.id == remedy.child else one for one in problem.children)
        return attrs.evolve(problem, children=children), rules
    if remedy.kind is RemedyKind.RELAX_DISTANCE and remedy.helper is None:
        return problem, attrs.evolve(
            rules, constraints=tuple(_relaxed(one, remedy.amount) for one in rules.constraints)
        )
    helpers = tuple(
        _remedied(one, remedy, problem.as_of) if one.id == remedy.helper else one for one in problem.helpers
    )
    return attrs.evolve(problem, helpers=helpers), rules


def _consenting(need: ChildNeed, problem: PairingProblem) -> ChildNeed:
    return attrs.evolve(need, child=attrs.evolve(need.child, consent=Consent(given_on=problem.as_of)))


def _remedied(offer: HelperOffer, remedy: Remedy, day: dt.date) -> HelperOffer:
    helper = offer.helper
    if remedy.kind is RemedyKind.ADD_PLACES:
        return attrs.evolve(offer, capacity=offer.capacity + remedy.amount)
    if remedy.kind is RemedyKind.RELAX_DISTANCE:
        own = helper.wishes.farthest_m
        farthest = None if own is None else max(own, remedy.amount)
        return attrs.evolve(offer, helper=attrs.evolve(helper, wishes=attrs.evolve(helper.wishes, farthest_m=farthest)))
    if (remedy.code or "").startswith("screening"):
        return attrs.evolve(offer, helper=attrs.evolve(helper, screening=_clear(day)))
    return attrs.evolve(offer, helper=attrs.evolve(helper, consent=Consent(given_on=day)))


def _relaxed(constraint: PairingConstraint, meters: int) -> PairingConstraint:
    if isinstance(constraint, DistanceConstraint) and constraint.farthest_m is not None:
        return attrs.evolve(constraint, farthest_m=max(constraint.farthest_m, meters))
    return constraint


def _clear(day: dt.date) -> Screening:
    year = min(dt.timedelta(days=364), dt.date.max - day)
    return Screening(result=ScreeningResult.CLEAR, checked_on=day, expires_on=day + year)


def new_helpers(remedy: Remedy, problem: PairingProblem) -> tuple[HelperOffer, ...]:
    """Return the new helpers of a remedy: grown up, screened, willing, of the sex and language asked for."""
    assert remedy.place is not None
    need = next(one for one in problem.children if one.id == remedy.child)
    wished = need.child.wishes.sex
    sex = wished if wished is not None else Sex.MALE if need.child.sex is Sex.MALE else Sex.FEMALE
    taken = {offer.id for offer in problem.helpers}
    names = (HelperId(f"new-helper-{number}") for number in range(1, len(taken) + remedy.amount + 1))
    free = [name for name in names if name not in taken][: remedy.amount]
    return tuple(
        HelperOffer(
            helper=Helper(
                id=name,
                kind=HelperKind.DEDICATED_VOLUNTEER,
                sex=sex,
                birth_date=dt.date(problem.as_of.year - 30, 1, 1),
                residence=Residence(place=remedy.place),
                languages=need.child.languages,
                capacity=1,
                screening=_clear(problem.as_of),
                consent=Consent(given_on=problem.as_of),
            )
        )
        for name in free
    )
