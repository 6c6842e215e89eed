"""How are the shipped strategies set as ``[pairing]`` of a program file asks?

Sizes of teams and loads and what holds them together. A strategy of somebody else is left as it is.
"""

import attrs

from careprogram.pairing import ManyToOne, OneToMany, PairingStrategy, ProxyParent
from careprogram.program.config import PairingSection


def as_asked(strategy: PairingStrategy, asked: PairingSection) -> PairingStrategy:
    """Return *strategy* as *asked*."""
    size, limit = asked.team_size, float(asked.search_limit)
    if isinstance(strategy, ManyToOne):
        least = strategy.minimum if asked.team_minimum is None else asked.team_minimum
        return attrs.evolve(
            strategy,
            minimum=min(least, size),
            maximum=size,
            whole=asked.whole_teams,
            local_within=asked.local_within,
            fair_load=asked.fair_load,
            limit=limit,
        )
    if isinstance(strategy, ProxyParent):
        local, fair = asked.local_within, asked.fair_load
        return attrs.evolve(strategy, supporters=size - 1, local_within=local, fair_load=fair, limit=limit)
    if isinstance(strategy, OneToMany):
        return attrs.evolve(
            strategy,
            minimum=asked.load_minimum,
            whole=asked.whole_loads,
            siblings=asked.siblings,
            fair_load=asked.fair_load,
            limit=limit,
        )
    return strategy
