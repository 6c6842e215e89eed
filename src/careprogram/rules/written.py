"""How does a rule read when it is written down?

The text reads back to the same tree (`expression` reads it): brackets only where they are needed, names as in Python.
"""

from careprogram.rules.parameters import Parameter
from careprogram.rules.predicates import (
    All,
    AnyOf,
    Comparison,
    Definition,
    Elapsed,
    Is,
    Known,
    Not,
    OneOf,
    Predicate,
    Quantified,
)


def write_expression(predicate: Predicate, *, wrap: bool = False) -> str:
    """Return *predicate* as text that reads back to the same tree.

    Args:
        predicate: The rule.
        wrap: Put each part of the outermost `and` or `or` on a line of its own.
    """
    if wrap and isinstance(predicate, All | AnyOf):
        word = "and" if isinstance(predicate, All) else "or"
        return f"\n{word} ".join(_within(part, predicate) for part in predicate.parts)
    match predicate:
        case All():
            return " and ".join(_within(part, predicate) for part in predicate.parts)
        case AnyOf():
            return " or ".join(_within(part, predicate) for part in predicate.parts)
        case Not():
            return f"not {_within(predicate.part, predicate)}"
        case Definition():
            return predicate.name
        case Is():
            return predicate.fact.name if predicate.expected else f"{predicate.fact.name} is false"
        case OneOf():
            codes = [str(member.value) for member in predicate.members]
            return (
                f"{predicate.fact.name} is {codes[0]}"
                if len(codes) == 1
                else (f"{predicate.fact.name} in ({', '.join(codes)})")
            )
        case Known():
            return f"{predicate.fact.name} is known"
        case Comparison():
            bound = predicate.bound.name if isinstance(predicate.bound, Parameter) else predicate.bound
            measure = predicate.measure
            name = f"{measure.fact.name}.{measure.unit.value}" if isinstance(measure, Elapsed) else measure.name
            return f"{name} {predicate.operator.value} {bound}"
        case Quantified():
            return f"{predicate.quantifier.value} {predicate.group.name} ({write_expression(predicate.when)})"
        case _:
            raise TypeError(f"rules are made of the nodes in predicates, not of {type(predicate).__name__}")


def _within(part: Predicate, outer: Predicate) -> str:
    loose = isinstance(part, AnyOf) or (isinstance(part, All) and isinstance(outer, Not))
    text = write_expression(part)
    return f"({text})" if loose else text
