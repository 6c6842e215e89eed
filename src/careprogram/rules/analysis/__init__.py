"""What follows from the rules of a policy, proven for every child by a solver (extra ``[analysis]``).

`implies`, `equivalent`, `disjoint`, `never`, `always`, `gaps`, `conflicts` and `diff` claim something; a `Claim` that
is refuted shows a child, and the interpreter has looked at that child, too. The solver is imported when it is asked.
"""

from careprogram.rules.analysis.claims import Claim, Finding
from careprogram.rules.analysis.distinguishing import distinguishing_answers
from careprogram.rules.analysis.judging import judge_by_solver
from careprogram.rules.analysis.proving import always, disjoint, equivalent, implies, never
from careprogram.rules.analysis.relations import conflicts, diff, gaps
from careprogram.rules.analysis.solving import ReplayError

__all__ = [
    "Claim",
    "Finding",
    "ReplayError",
    "always",
    "conflicts",
    "diff",
    "disjoint",
    "distinguishing_answers",
    "equivalent",
    "gaps",
    "implies",
    "judge_by_solver",
    "never",
]
