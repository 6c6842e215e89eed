"""What is the cheapest flow through any network?

The general problem behind pairing: nodes with supply, arcs with capacity and cost. It poses what is no plain
assignment, such as a team whose members from outside come through a hub, and published instances. Every answer has a
proof that `verify_flow` checks by counting.
"""

from collections.abc import Sequence
from typing import Literal, TypeAlias

import attrs

from careprogram.errors import MissingExtraError, PairingError
from careprogram.pairing.solving.arrays import Column, as_array, as_column, as_list, is_array
from careprogram.pairing.solving.engines import load_ortools, load_pylmcf
from careprogram.pairing.solving.flow_paths import cheapest_flow
from careprogram.pairing.solving.network import FlowEngine, Network, best_flow, canonical_flow
from careprogram.pairing.solving.ties import TIE_BITS

FlowEngineName: TypeAlias = Literal["auto", "simplex", "ortools", "paths"]


@attrs.frozen(kw_only=True, eq=False)
class FlowProblem:
    """A network with costs; columns are plain sequences or numpy arrays.

    Attributes:
        supply: Per node how many units start there, below 0 where they end; 0 in total.
        tails: Per arc the position of the node it leaves.
        heads: Per arc the position of the node it enters.
        capacities: Per arc how many units at the most; 0 or more.
        costs: Per arc the cost of a unit, of any sign.
        ties: Per arc a tie-break number from 0 to 2^40 - 1: of the cheapest flows, the one with the largest sum over
            its units is the right one. None where any cheapest flow will do.

    Raises:
        PairingError: The columns do not fit together, or a number is out of range.
    """

    supply: Column = attrs.field(converter=as_column)
    tails: Column = attrs.field(converter=as_column)
    heads: Column = attrs.field(converter=as_column)
    capacities: Column = attrs.field(converter=as_column)
    costs: Column = attrs.field(converter=as_column)
    ties: "Column | None" = attrs.field(default=None, converter=attrs.converters.optional(as_column))

    def __attrs_post_init__(self) -> None:
        columns = [self.tails, self.heads, self.capacities, self.costs, *([] if self.ties is None else [self.ties])]
        if len(set(map(len, columns))) > 1:
            raise PairingError("the columns of arcs have different lengths")
        if not all(0 <= node < len(self.supply) for ends in (self.tails, self.heads) for node in _extremes(ends)):
            raise PairingError("an arc names a node that is not there")
        if min(_extremes(self.capacities)) < 0:
            raise PairingError("capacities are 0 or more")
        if self.ties is not None and not 0 <= min(_extremes(self.ties)) <= max(_extremes(self.ties)) < 1 << TIE_BITS:
            raise PairingError(f"tie-break numbers have {TIE_BITS} bits")
        if sum(as_list(self.supply)):
            raise PairingError("what starts must end: the supplies add up to 0")


def _extremes(column: Column) -> tuple[int, ...]:
    if not len(column):
        return (0,)
    if is_array(column):
        return int(column.min()), int(column.max())  # type: ignore[union-attr]
    return min(column), max(column)


@attrs.frozen(kw_only=True)
class Flow:
    """A cheapest flow with its proof.

    Attributes:
        units: Per arc.
        potentials: Per node; an arc whose cost plus the potential of its tail less that of its head is above 0 is
            empty, one below 0 is full.
        cost: Of all units.
        engine: Which engine found it.
    """

    units: tuple[int, ...]
    potentials: tuple[int, ...]
    cost: int
    engine: str


@attrs.frozen(kw_only=True)
class FlowVerification:
    """What the checker of flows found.

    Attributes:
        faults: What is wrong, in words.
        cost: As counted.
        bound: No flow costs less than this.
    """

    faults: tuple[str, ...]
    cost: int
    bound: int

    @property
    def proven(self) -> bool:
        """Whether the flow is allowed and the cheapest."""
        return not self.faults and self.cost == self.bound


def solve_flow(problem: FlowProblem, *, engine: FlowEngineName = "auto") -> Flow:
    """Return a cheapest flow; the same from every engine if the problem has tie-break numbers.

    Args:
        problem: Of any magnitude.
        engine: ``auto``, or one by name; ``paths`` is pure Python.

    Raises:
        MissingExtraError: The engine asked for is not installed.
        PairingError: No flow carries the whole supply.
    """
    if engine == "paths" or not len(problem.costs):  # the others will have no network without arcs
        return _flow(problem, *cheapest_flow(_plain(problem), as_list(problem.supply)), "paths")
    loaders = {"simplex": load_pylmcf, "ortools": load_ortools}
    for name, load in loaders.items():
        try:
            found = load() if engine in {"auto", name} else None
        except MissingExtraError:
            if engine == name:
                raise
            continue
        if found is not None:
            return _by_engine(problem, found, name)
    return solve_flow(problem, engine="paths")


def _plain(problem: FlowProblem) -> list[tuple[int, int, int, int, int]]:
    ties = as_list(problem.ties) if problem.ties is not None else [0] * len(problem.costs)
    columns = map(as_list, (problem.tails, problem.heads, problem.capacities, problem.costs))
    return list(zip(*columns, ties, strict=True))


def _by_engine(problem: FlowProblem, engine: FlowEngine, name: str) -> Flow:
    import numpy as np

    network = Network(
        tails=as_array(np, problem.tails),
        heads=as_array(np, problem.heads),
        capacities=as_array(np, problem.capacities),
        costs=as_array(np, problem.costs),
        supply=as_array(np, problem.supply),
    )
    units, proof = best_flow(network, engine)
    potentials = proof()
    if problem.ties is not None:
        ties = as_array(np, problem.ties)
        units = canonical_flow(network, units, potentials, lambda arcs: ties[arcs], engine)
    return _flow(problem, units.tolist(), potentials.tolist(), name)


def _flow(problem: FlowProblem, units: Sequence[int], potentials: Sequence[int], engine: str) -> Flow:
    cost = sum(one * number for one, number in zip(as_list(problem.costs), units, strict=True))
    return Flow(units=tuple(units), potentials=tuple(potentials), cost=cost, engine=engine)


def verify_flow(problem: FlowProblem, units: Sequence[int], potentials: Sequence[int]) -> FlowVerification:
    """Check a flow against *problem* without solving it.

    Whatever the potentials, no flow costs less than the supplies paid at them plus what full arcs save (weak duality).

    Args:
        problem: Supplies and arcs.
        units: Per arc.
        potentials: Per node, the proof.
    """
    supply = as_list(problem.supply)
    left = list(supply)
    cost = bound = 0
    faults = []
    for (tail, head, capacity, price, _), number in zip(_plain(problem), units, strict=True):
        if not 0 <= number <= capacity:
            faults.append(f"an arc from {tail} to {head} carries {number} units, at most {capacity} are allowed")
        left[tail] -= number
        left[head] += number
        cost += price * number
        bound += capacity * min(0, price + potentials[tail] - potentials[head])
    bound -= sum(number * potential for number, potential in zip(supply, potentials, strict=True))
    faults += [f"at node {node} {units} units are left" for node, units in enumerate(left) if units]
    return FlowVerification(faults=tuple(faults), cost=cost, bound=bound)
