"""What does a policy look like as Python, so that judging a child costs a microsecond?

Each policy becomes one small module of source: straight expressions over local variables, with every name, choice and
threshold handed in as an object. No text of a policy is ever part of the source, so that nothing written in a policy
can become code. The source knows no day: the numbers and cutoff dates of a day are bound to it in microseconds, which
is why a parameter's new value changes nothing but one number.

How a rule becomes an expression is told in `expressions`; here they become functions, and get their objects.
"""

import datetime as dt
import functools
import itertools
import linecache
import weakref
from collections.abc import Callable, Sequence
from typing import Any, NoReturn, TypeAlias

import attrs

from careprogram.rules.cutoffs import elapsed, elapsed_cutoff
from careprogram.rules.expressions import FALSE, OPEN, TRUE, Block, unwrapped
from careprogram.rules.facts import FactValue
from careprogram.rules.parameters import Parameter
from careprogram.rules.policy import Policy
from careprogram.rules.predicates import (
    All,
    AnyOf,
    Comparison,
    Elapsed,
    Not,
    Operator,
    Predicate,
    Quantified,
    Quantifier,
    children_of,
    facts_in,
)
from careprogram.rules.truth import Truth
from careprogram.unknown import UNKNOWN

Asked: TypeAlias = tuple[FactValue, ...]
"""The answers to the facts of a policy, in its order, ``UNKNOWN`` where there is none."""

Codes: TypeAlias = tuple[int, ...]
"""The truths of the clauses as pairs of bits."""

INVERTED = (TRUE, OPEN, None, FALSE)
TRUTHS = (Truth.FALSE, Truth.UNKNOWN, Truth.UNKNOWN, Truth.TRUE)
CODES = {Truth.FALSE: FALSE, Truth.UNKNOWN: OPEN, Truth.TRUE: TRUE}

_MOST_OUTCOMES = 10_000
"""How many outcomes of one policy are kept."""

_TOGETHER = 4
"""Of how many categories all outcomes are made at once: there are 3 to that power."""


class _Never:
    """A cutoff that no date reaches: more time than the calendar has."""

    def __ge__(self, other: object) -> bool:
        return False

    def __lt__(self, other: object) -> bool:
        return True


_NEVER: Any = _Never()


class WrongKindError(TypeError):
    """An answer is not of the kind its fact asks for; it is read again with more care."""


def wrong(_: object) -> NoReturn:
    """Refuse an answer.

    Raises:
        WrongKindError: Always.
    """
    raise WrongKindError


@attrs.frozen(kw_only=True, eq=False)
class Program:
    """A policy as Python, for any day.

    Attributes:
        policy: The policy.
        source: The Python, for whoever reads a traceback.
        timely: The comparisons whose numbers or cutoffs belong to a day, in the order in which they are bound.
        bind: From the numbers of a day, the day and what makes an outcome to the two functions of that day: the outcome
            from answers, stopping as soon as it is settled, and the truth of each clause.
    """

    policy: Policy = attrs.field(repr=False)
    source: str = attrs.field(repr=False)
    timely: tuple[Comparison, ...] = attrs.field(repr=False)
    bind: Callable[..., tuple[Callable[[Asked], Any], Callable[[Asked], Codes]]] = attrs.field(repr=False)

    def on(self, as_of: dt.date, outcomes: "Outcomes") -> tuple[Callable[[Asked], Any], Callable[[Asked], Codes]]:
        """Return the two functions as they stand on *as_of*."""
        return self.bind(tuple(_bound(each, self.policy, as_of) for each in self.timely), as_of, outcomes)


class Outcomes(dict[int, Any]):
    """Outcomes by the truths of the categories, two bits each; made when first met.

    Args:
        make: From the truths of the categories to the outcome.
        categories: How many there are.

    Attributes:
        made: Of few categories all outcomes, found by the truth of one after the other faster than by a number.
    """

    def __init__(self, make: Callable[[Sequence[int]], Any], categories: int) -> None:
        self._make, self._categories = make, categories
        self.made = self._made() if categories <= _TOGETHER else None

    def _made(self, *truths: int) -> Any:
        if len(truths) == self._categories:
            return self[sum(truth << 2 * at for at, truth in enumerate(truths))]
        return tuple(None if truth == TRUE - 1 else self._made(*truths, truth) for truth in range(TRUE + 1))

    def __missing__(self, key: int) -> Any:
        if len(self) >= _MOST_OUTCOMES:  # thirty categories have more outcomes than a machine has memory
            self.clear()
        self[key] = made = self._make([key >> 2 * at & TRUE for at in range(self._categories)])
        return made


_NUMBERS = itertools.count(1)
"""Two policies of one name, of two days or in two wordings, keep a text each."""


@functools.lru_cache(maxsize=256)
def program_of(policy: Policy) -> Program:
    """Return *policy* as Python."""
    writer = _Writer(policy)
    source = writer.module()
    name = f"<rules of {str(policy.id)!a}, {next(_NUMBERS)}>"
    linecache.cache[name] = (len(source), None, source.splitlines(keepends=True), name)
    namespace: dict[str, Any] = {}
    exec(compile(source, name, "exec"), namespace)  # noqa: S102 - the source holds no text of the policy
    # Whatever the code makes refers to its names, so to this function: the text stays as long as it may be asked for.
    weakref.finalize(namespace["bind"], linecache.cache.pop, name, None).atexit = False
    bind = functools.partial(namespace["bind"], dt.date, UNKNOWN, wrong, INVERTED, tuple(writer.objects))
    return Program(policy=policy, source=source, timely=tuple(writer.timely), bind=bind)


def _bound(comparison: Comparison, policy: Policy, as_of: dt.date) -> object:
    """Return what the code compares with on *as_of*: a number, or for elapsed time dates and the truth if unknown."""
    number = comparison.bound.on(as_of) if isinstance(comparison.bound, Parameter) else comparison.bound
    measure, operator = comparison.measure, comparison.operator
    if not isinstance(measure, Elapsed):
        return number

    def cutoff(count: int) -> dt.date:
        if count <= 0:
            return dt.date.max
        found = elapsed_cutoff(count, as_of, measure.unit, policy.ages)
        reached = found > dt.date.min or elapsed(found, as_of, measure.unit, policy.ages) >= count
        return found if reached else _NEVER

    if operator is Operator.EQUAL:
        return cutoff(number + 1), cutoff(number), FALSE if number < 0 else OPEN
    count = number + 1 if operator in {Operator.MORE, Operator.AT_MOST} else number
    always = TRUE if operator in {Operator.AT_LEAST, Operator.MORE} else FALSE
    # Elapsed time is never negative, so that some comparisons hold whatever the date.
    return cutoff(count), always if count <= 0 else OPEN


class _Writer:
    """Writes one policy as source, collecting the objects that the source refers to by number."""

    def __init__(self, policy: Policy) -> None:
        self.policy = policy
        self.objects: list[object] = []
        self.timely: list[Comparison] = []
        self._numbers: dict[int, str] = {}
        self._times: dict[int, str] = {}
        self._conditions = tuple(clause.condition for clause in policy.clauses)
        self._by_object: dict[int, int] = {}
        self._by_content: dict[object, int] = {}
        self._groups: list[str] = []
        self._group_names: dict[int, str] = {}

    def module(self) -> str:
        """Return the source: one function that binds a day and gives the two functions of that day."""
        judge, truths = self._judge(), self._truths()
        head = ["def bind(date, unknown, wrong, inverted, objects, times, today, outcomes):", " made = outcomes.made"]
        head += [f" {_unpacked('k', len(self.objects))} = objects"] if self.objects else []
        head += [f" {self._unpacked_times()} = times"] if self.timely else []
        return "\n".join([*head, *self._groups, *judge, *truths, " return judge, truths", ""])

    def _unpacked_times(self) -> str:
        return " ".join(f"{self._pattern(at, comparison)}," for at, comparison in enumerate(self.timely))

    def _pattern(self, at: int, comparison: Comparison) -> str:
        if not isinstance(comparison.measure, Elapsed):
            return f"b{at}"
        return f"(a{at}, b{at}, u{at})" if comparison.operator is Operator.EQUAL else f"(b{at}, u{at})"

    def _judge(self) -> list[str]:
        block = Block(self, self.policy.facts, self._conditions, "  v")
        block.lines.append(f"  {_unpacked('v', len(self.policy.facts))} = asked")
        begin = len(self.policy.requirements)
        if begin:
            block.lines.append(f"  r = {block.junction(self._conditions[:begin], 0, every=True)}")
            block.lines.append("  if not r: return outcomes[0]")
            block.vouch(self._conditions[:begin])
        for at, category in enumerate(self.policy.categories):
            end = begin + len(category.clauses)
            block.lines.append(f"  g{at} = {block.junction(self._conditions[begin:end], 0, every=False)}")
            begin = end
        count = len(self.policy.categories)
        key = " + ".join(f"{4**at} * g{at}" if at else "g0" for at in range(count))
        if self.policy.requirements:
            # Beside an open requirement whatever holds is open: of each pair only the lower bit is left.
            lower = sum(OPEN << 2 * at for at in range(count))
            block.lines.append(f"  if r == 1: return outcomes[({key}) & {lower}]")
        found = f"outcomes[{key}]" if count > _TOGETHER else "made" + "".join(f"[g{at}]" for at in range(count))
        return [" def judge(asked):", *block.lines, f"  return {found}"]

    def _truths(self) -> list[str]:
        block = Block(self, self.policy.facts, self._conditions, "  v")
        block.lines.append(f"  {_unpacked('v', len(self.policy.facts))} = asked")
        found = [block.rule(condition, 0) for condition in self._conditions]
        return [" def truths(asked):", *block.lines, f"  return ({', '.join(found)},)"]

    def constant(self, value: object) -> str:
        """Return the variable that stands for *value* in the source."""
        if id(value) not in self._numbers:
            self._numbers[id(value)] = f"k{len(self.objects)}"
            self.objects.append(value)
        return self._numbers[id(value)]

    def time(self, comparison: Comparison) -> str:
        """Return the number of *comparison* among those bound to a day."""
        if id(comparison) not in self._times:
            self._times[id(comparison)] = str(len(self.timely))
            self.timely.append(comparison)
        return self._times[id(comparison)]

    def members(self, node: Quantified) -> str:
        """Return the function that asks *node* of the members of a group, after writing it."""
        number = self.number(node)
        if number not in self._group_names:
            name = self._group_names[number] = f"q{len(self._group_names)}"
            facts = facts_in(node.when)
            block = Block(self, facts, [node.when], "   m")
            asked = [f"   m{at} = get({self.constant(fact.name)}, unknown)" for at, fact in enumerate(facts)]
            when = block.rule(node.when, 0)
            settled, start, join = (TRUE, FALSE, "|") if node.quantifier is Quantifier.ANY else (FALSE, TRUE, "&")
            self._groups += [
                f" def {name}(members):",
                "  if members is unknown: return 1",
                f"  found = {start}",
                "  for member in members:",
                "   get = member.get",
                *asked,
                *block.lines,
                f"   found {join}= {when}",
                f"   if found == {settled}: return {settled}",
                "  return found",
            ]
        return self._group_names[number]

    def number(self, node: Predicate) -> int:
        """Return the number that *node* has in common with all that say the same."""
        number = self._by_object.get(id(node))
        if number is None:
            content = self._content(unwrapped(node))
            # Nothing is freed in between: whoever is numbered here belongs to the policy.
            number = self._by_object[id(node)] = self._by_content.setdefault(content, len(self._by_content))
        return number

    def _content(self, node: Predicate) -> object:
        match node:
            case Quantified():
                return node.quantifier, node.group.name, self.number(node.when)
            case All() | AnyOf() | Not():
                return type(node), *map(self.number, children_of(node))
            case _:
                return node


def _unpacked(prefix: str, count: int) -> str:
    return "".join(f"{prefix}{at}, " for at in range(count)).rstrip(" ") if count else "()"
