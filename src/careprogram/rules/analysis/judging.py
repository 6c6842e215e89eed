"""What does the solver's reading of a policy say about given children?

Not a way to judge a county: it exists so that tests can hold the formulas that proofs are made of against the
interpreter, answer by answer.
"""

import datetime as dt
from collections.abc import Mapping, Sequence

from careprogram.rules.analysis.encoding import Encoding
from careprogram.rules.compiled import compile_policy
from careprogram.rules.facts import FactValue
from careprogram.rules.policy import Policy
from careprogram.rules.truth import Truth
from careprogram.rules.verdict import Outcome


def truths(policy: Policy, rows: Sequence[Mapping[str, FactValue]], as_of: dt.date) -> list[tuple[Truth, ...]]:
    """Return the truth of each clause of *policy* for each of *rows*, by the solver's formulas.

    Raises:
        MissingExtraError: The extra ``[analysis]`` is not installed.
    """
    largest = max((len(value) for row in rows for value in row.values() if isinstance(value, tuple)), default=0)
    readings = [(clause.condition, policy.ages) for clause in policy.clauses]
    encoding = Encoding(readings, as_of=as_of, places=largest, purpose="judging by the solver")
    return [_truths(encoding, row) for row in rows]


def judge_by_solver(
    policy: Policy, rows: Sequence[Mapping[str, FactValue]], as_of: dt.date
) -> list[tuple[Outcome, tuple[Truth, ...]]]:
    """Return what the clauses amount to, and the truth of each, for each of *rows*, by the solver's formulas.

    Raises:
        PolicyNotInForceError: The policy has no rules for that day.
        MissingExtraError: The extra ``[analysis]`` is not installed.
    """
    compiled = compile_policy(policy, as_of)
    return [(compiled.outcome(list(found)), found) for found in truths(policy, rows, as_of)]


def _truths(encoding: Encoding, row: Mapping[str, FactValue]) -> tuple[Truth, ...]:
    z3 = encoding.z3
    model = z3.Model(encoding.context)
    for variable, value in encoding.given(row):
        model.update_value(variable, value)
    found = []
    for pair in encoding.pairs:
        true, false = (z3.is_true(model.eval(formula, model_completion=True)) for formula in pair)
        if true and false:
            raise AssertionError("a rule came out true and false at once: the formulas contradict each other")
        found.append(Truth.TRUE if true else Truth.FALSE if false else Truth.UNKNOWN)
    return tuple(found)
