"""Is a plan that is none, or that lies about itself, told apart before anybody is paired by it?"""

import random

import attrs
import pytest

from careprogram.errors import PairingError
from careprogram.language import Text
from careprogram.pairing import OneToMany, PairingPlan, PairingRules, plan_faults
from careprogram.program.pair import pair_all
from careprogram.program.progress import SilentProgress
from careprogram.testing.pairing_examples import crowded_problem

PROBLEM = crowded_problem(random.Random(1), children=12, helpers=8)
OTHER = crowded_problem(random.Random(5), children=15, helpers=9)
HONEST = OneToMany().pair(PROBLEM, PairingRules())
FOREIGN = OneToMany().pair(OTHER, PairingRules())
WAITING, PAIR = HONEST.unpaired[0], HONEST.pairs[0]


def changed(**fields):
    return attrs.evolve(HONEST, **fields)


LIES = {
    "no PairingPlan": None,
    "answered a str": "a plan",
    "pairs: a tuple": changed(pairs=None),
    "pairs: each": changed(pairs=tuple(attrs.evolve(pair, score="<b>") for pair in HONEST.pairs)),
    "unpaired: a tuple": changed(unpaired=(1,)),
    "idle: a tuple": changed(idle=None),
    "reasons": changed(unpaired=(attrs.evolve(WAITING, reasons=("because",)),)),
    "totals: PairingTotals": changed(totals=None),
    "certificate": changed(certificate=3),
    "the proof is about another problem": changed(problem=FOREIGN.problem, certificate=FOREIGN.certificate),
    "the proof does not hold": changed(problem=attrs.evolve(HONEST.problem, places=(0,) * len(PROBLEM.helpers))),
    "are not in the problem": changed(unpaired=(*HONEST.unpaired, attrs.evolve(WAITING, child="a stranger"))),
    "a child is told twice": changed(unpaired=HONEST.unpaired * 2),
    "or is paired all the same": changed(unpaired=(*HONEST.unpaired, attrs.evolve(WAITING, child=PAIR.child))),
    "a helper is told twice": changed(idle=HONEST.idle * 2),
    "a shortage that is not there": changed(unpaired=tuple(attrs.evolve(one, shortage=77) for one in HONEST.unpaired)),
    "totals: covered": changed(totals=attrs.evolve(HONEST.totals, covered={1: 99})),
    "totals: score": changed(totals=attrs.evolve(HONEST.totals, score=10**9)),
}


@attrs.frozen
class Stranger:
    """A strategy that answers whatever it was given."""

    answer: object
    id: str = "one-to-many"
    title: Text = Text("陌生策略", "a stranger's")

    def pair(self, problem, rules) -> PairingPlan:
        return self.answer


def carried_out(strategy):
    return pair_all(
        [need.child for need in PROBLEM.children],
        {need.id: need.tier for need in PROBLEM.children},
        [offer.helper for offer in PROBLEM.helpers],
        strategies=[strategy],
        adopt=strategy.id,
        rules=PairingRules(),
        places=PROBLEM.places,
        as_of=PROBLEM.as_of,
        existing=(),
        progress=SilentProgress(),
    )


def test_an_honest_plan_has_no_fault():
    """The shipped strategy says nothing wrong about itself."""
    assert plan_faults(PROBLEM, PairingRules(), HONEST) == ()


@pytest.mark.parametrize("said", LIES)
def test_a_lie_is_told(said):
    """Another kind, another problem, somebody counted twice or wrongly: one sentence, and nobody is paired."""
    assert any(said in fault for fault in plan_faults(PROBLEM, PairingRules(), LIES[said]))
    with pytest.raises(PairingError, match="nobody was paired"):
        carried_out(Stranger(LIES[said]))


def test_a_plan_under_another_name_is_refused():
    """Its pairs would be taken for those of the strategy it names."""
    with pytest.raises(PairingError, match="bears the name 'one-to-many'"):
        carried_out(Stranger(HONEST, id="strange"))
