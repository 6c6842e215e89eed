"""Which standing pairings may not be ended, because nobody knows what a rule would have said of them?

A rule that fails says no to a new pair. To one that stands it says nothing: the plugin is at fault and not the pairing.
Nothing here proposes or ends anything.
"""

from collections.abc import Sequence

from careprogram.pairing import (
    ChildNeed,
    ConstraintScope,
    HelperOffer,
    Pairing,
    PairingConstraint,
    PairingContext,
    PairingProblem,
    PairingRole,
    PairingRules,
)
from careprogram.pairing.judging import Judge, failure


def unanswered(
    problem: PairingProblem, rules: PairingRules, pairings: Sequence[Pairing], *, strategy: str
) -> tuple[Pairing, ...]:
    """Return those of *pairings* to which rules say no only because they failed, or could not be had.

    Args:
        problem: In which they stand.
        rules: By which they are judged.
        pairings: Those that a plan did not keep.
        strategy: The id of the strategy whose plan it was.
    """
    needs = {need.id: need for need in problem.children}
    offers = {offer.id: offer for offer in problem.helpers}
    found = []
    for one in pairings:
        if one.child in needs and one.helper in offers:
            context = PairingContext.of(problem, strategy=strategy, peer=one.role is PairingRole.PEER)
            noes = _noes(rules.constraints, needs[one.child], offers[one.helper], context)
            if noes and all(noes):
                found.append(one)
    return tuple(found)


def _noes(
    constraints: Sequence[PairingConstraint], need: ChildNeed, offer: HelperOffer, context: PairingContext
) -> list[bool]:
    """Return for each rule that says no whether it does so because it failed."""
    noes = []
    for constraint in constraints:
        judge = Judge((constraint,), (), {}, context)
        answers = (judge.first_no(scope, need, offer) for scope in ConstraintScope)
        code = next((code for code in answers if code is not None), None)
        if code is not None:
            noes.append(code == failure(constraint)[0] or getattr(constraint, "stands_in", False) is True)
    return noes
