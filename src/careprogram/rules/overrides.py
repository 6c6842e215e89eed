"""Which rules hold in one place, at one stage?

Applies what jurisdictions say otherwise, the most general first, and leaves out the clauses of the other stage. What
comes out is a plain policy, so that no engine has to know of places and stages. It knows no map: a jurisdiction is the
beginning of the codes of its places.
"""

import functools
from collections.abc import Iterable, Mapping

import attrs

from careprogram.rules.parameters import Parameter
from careprogram.rules.policy import Category, Clause, Override, Policy, Stage
from careprogram.rules.predicates import Definition, definitions_in, parameters_in, rewritten


def code_prefix(code: str) -> str:
    """Return what all place codes inside *code* begin with: the code without the zeros that fill it up.

    Examples:
        >>> code_prefix("440000"), code_prefix("441900"), code_prefix("440103001000"), code_prefix("44")
        ('44', '4419', '440103001', '44')
    """
    while len(code) in {9, 12} and code.endswith("000"):
        code = code[:-3]
    while len(code) in {4, 6} and code.endswith("00"):
        code = code[:-2]
    return code


def settled(policy: Policy, place: str, stage: Stage) -> Policy:
    """Return the rules of *policy* for one place and stage; *policy* itself if they are no others."""
    if not policy.overrides and all(clause.stage.asked_at(stage) for clause in policy.clauses):
        return policy
    by_length = sorted(policy.overrides, key=lambda override: len(code_prefix(override.jurisdiction)))
    applied = tuple(override for override in by_length if place.startswith(code_prefix(override.jurisdiction)))
    return _settled(policy, applied, stage)


# A county has few jurisdictions and many villages: the policies of its children are compiled once.
@functools.lru_cache(maxsize=256)
def _settled(policy: Policy, applied: tuple[Override, ...], stage: Stage) -> Policy:
    requirements, categories = settled_clauses(policy, applied, stage)
    kept = {category.id for category in categories}
    exclusive = (tuple(name for name in group if name in kept) for group in policy.exclusive)
    return attrs.evolve(
        policy,
        requirements=requirements,
        categories=categories,
        jurisdiction=applied[-1].jurisdiction if applied else policy.jurisdiction,
        overrides=(),
        exclusive=tuple(group for group in exclusive if len(group) > 1),
    )


def settled_clauses(
    policy: Policy, applied: Iterable[Override], stage: Stage
) -> tuple[tuple[Clause, ...], tuple[Category, ...]]:
    """Return the requirements and the categories of *policy* after the overrides *applied*, at one stage."""
    parameters: dict[str, Parameter] = {}
    clauses: dict[str, Clause] = {}
    for override in applied:
        parameters.update({parameter.name: parameter for parameter in override.parameters})
        clauses.update({clause.id: clause for clause in override.clauses})

    def settle(given: tuple[Clause, ...]) -> tuple[Clause, ...]:
        replaced = (clauses.get(clause.id, clause) for clause in given)
        asked = (_with_parameters(clause, parameters) for clause in replaced if clause.stage.asked_at(stage))
        # Once the stage is settled there is no other: a plain policy asks every clause that is left.
        return tuple(asked if stage is Stage.ALWAYS else (attrs.evolve(c, stage=Stage.ALWAYS) for c in asked))

    categories = (attrs.evolve(category, clauses=settle(category.clauses)) for category in policy.categories)
    return settle(policy.requirements), tuple(category for category in categories if category.clauses)


def _with_parameters(clause: Clause, parameters: Mapping[str, Parameter]) -> Clause:
    if not parameters:
        return clause
    exceptions = tuple(attrs.evolve(e, when=rewritten(e.when, parameters)) for e in clause.exceptions)
    return attrs.evolve(clause, when=rewritten(clause.when, parameters), exceptions=exceptions)


def every_clause(policy: Policy) -> tuple[Clause, ...]:
    """Return the clauses of *policy*, then those of its overrides."""
    return policy.clauses + tuple(clause for override in policy.overrides for clause in override.clauses)


def every_parameter(policy: Policy) -> tuple[Parameter, ...]:
    """Return the parameters that rules use, those of overriding clauses included; equal ones once."""
    return tuple(dict.fromkeys(p for clause in every_clause(policy) for p in parameters_in(clause.condition)))


def every_definition(policy: Policy) -> tuple[Definition, ...]:
    """Return the definitions that rules use, those of overriding clauses included; those inside others first."""
    return tuple(dict.fromkeys(d for clause in every_clause(policy) for d in definitions_in(clause.condition)))
