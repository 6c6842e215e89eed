"""Who can visit a child on foot?

A plugin for careprogram, written as a stranger would write one: a hard rule, a score and a strategy of its own. It is
found by its entry point and takes part where a program file names it under ``[plugins] load``.
"""

from careprogram.plugins import hookimpl
from careprogram_walking.rules import MotherTongueScore, WalkingDistanceConstraint
from careprogram_walking.strategy import Walking

__all__ = ["MotherTongueScore", "Walking", "WalkingDistanceConstraint"]


@hookimpl
def careprogram_scores() -> tuple[MotherTongueScore, ...]:
    """Contribute the score; it counts as much as ``[pairing.weights]`` says."""
    return (MotherTongueScore(),)


@hookimpl
def careprogram_strategies() -> tuple[Walking, ...]:
    """Contribute the strategy; it works where ``[pairing] strategies`` names it."""
    return (Walking(),)
