"""Which laws does every verdict keep?

Each law is a function that looks at one policy, one day and one made-up row of answers, and says what is wrong or
nothing. ``policy_laws`` tries them; this file only states them.
"""

import datetime as dt
import random
from collections.abc import Callable, Mapping

import attrs

from careprogram.errors import PolicyError, PolicyNotInForceError
from careprogram.rules import (
    DateFact,
    Determination,
    FactSchema,
    FactValue,
    FactValues,
    GroupFact,
    Policy,
    Truth,
    Verdict,
    compile_policy,
    evaluate,
    judge_facts,
    policy_to_toml,
    read_policy,
    render_verdict,
)
from careprogram.rules.changes import essence
from careprogram.rules.compiled import interpret
from careprogram.rules.facts import is_known, on_day
from careprogram.testing.random_answers import Row, edge_values, member_policy
from careprogram.unknown import UNKNOWN

LIBRARY = "this is a fault of careprogram, not of the policy: report it with the policy file and this text"


@attrs.frozen(kw_only=True, eq=False)
class Case:
    """What a law looks at.

    Attributes:
        policy: The policy.
        as_of: A day on which it is in force.
        row: Made-up answers.
        rng: For laws that try some of many ways.
    """

    policy: Policy
    as_of: dt.date
    row: Row
    rng: random.Random

    def verdict(self, row: Mapping[str, FactValue] | None = None, policy: Policy | None = None) -> Verdict:
        """Return the verdict on *row*, by default the row of the case."""
        values = FactValues(values=self.row if row is None else row)
        return judge_facts(policy or self.policy, values, as_of=self.as_of)

    @property
    def known(self) -> Row:
        """The answers that are not gaps."""
        return {name: value for name, value in self.row.items() if is_known(value)}

    def filled(self, names: tuple[str, ...]) -> Row:
        """Return the row with the gaps *names* answered by complete answers at the edges."""
        edges = complete_values(self.policy, self.as_of)
        return {**self.row, **{name: self.rng.choice(edges[name]) for name in names if edges[name]}}


@attrs.frozen(kw_only=True, eq=False)
class Law:
    """One law.

    Attributes:
        name: What it is called.
        says: What holds.
        remedy: What to do where it does not.
        check: Looks at one case; the finding, or None.
        once: Whether it is about the policy alone, so that one look without answers is enough.
    """

    name: str
    says: str
    remedy: str
    check: Callable[[Case], str | None]
    once: bool = False


def complete_values(policy: Policy, as_of: dt.date) -> Mapping[str, tuple[FactValue, ...]]:
    """Return the answers at the edges that leave nothing open: of groups those whose members are wholly known."""
    groups = {fact.name: fact for fact in policy.facts if isinstance(fact, GroupFact)}
    edges = dict(edge_values(policy, as_of, to_come=False))
    for name, group in groups.items():
        rules = member_policy(policy, group)
        asked = [fact.name for fact in rules.facts] if rules else []
        edges[name] = tuple(value for value in edges[name] if isinstance(value, tuple) and _whole(value, asked))
    return edges


def _whole(members: tuple[Mapping[str, FactValue], ...], asked: list[str]) -> bool:
    return all(is_known(member.get(name, UNKNOWN)) for member in members for name in asked)


def _totality(case: Case) -> str | None:
    report = case.verdict().report()
    if case.verdict(case.known).report() != report:
        return "answers given as UNKNOWN and answers left out are judged differently"
    return None


def _monotonicity(case: Case) -> str | None:
    before = case.verdict()
    for fact in case.policy.facts:
        if is_known(case.row.get(fact.name, UNKNOWN)):
            continue
        after = case.verdict(case.filled((fact.name,)))
        for clause, truth in before.clauses.items():
            if truth is not Truth.UNKNOWN and after.clauses[clause] is not truth:
                return f"clause {clause!r} turned from {truth.value} once {fact.name} was answered"
        settled = before.determination is not Determination.UNDETERMINED
        if settled and after.determination is not before.determination:
            return f"{before.determination.value} became {after.determination.value} once {fact.name} was answered"
    return None


def _permutation(case: Case) -> str | None:
    policy = case.policy
    categories = tuple(attrs.evolve(group, clauses=group.clauses[::-1]) for group in policy.categories[::-1])
    turned = attrs.evolve(policy, requirements=policy.requirements[::-1], categories=categories)
    one, two = case.verdict(), case.verdict(policy=turned)
    if (one.determination, one.tier, set(one.categories), one.clauses) != (
        two.determination,
        two.tier,
        set(two.categories),
        two.clauses,
    ):
        return f"{one.determination.value} became {two.determination.value} when the clauses were turned around"
    return None


def _next_change(case: Case) -> str | None:
    now, day = _essence_on(case, case.as_of), case.verdict().next_change
    last = day or case.as_of + dt.timedelta(days=20_000)
    span = (last - case.as_of).days
    between = {case.rng.randrange(1, span) for _ in range(4)} | {1, span - 1} if span > 1 else set()
    for count in sorted(count for count in between if 0 < count < span):
        then = case.as_of + dt.timedelta(days=count)
        if _essence_on(case, then) != now:
            return f"{then} is judged otherwise, before the next change that was announced ({day})"
    if day is not None and (day <= case.as_of or _essence_on(case, day) == now):
        return f"nothing changes on {day}, which was announced as the next change"
    return None


def _essence_on(case: Case, day: dt.date) -> tuple[object, ...] | None:
    try:
        return essence(interpret(case.policy, case.row, day))
    except PolicyNotInForceError:
        return None


def _sufficiency(case: Case) -> str | None:
    verdict = case.verdict()
    named = {fact.name for fact in verdict.explanation.facts}
    reason = {name: value for name, value in case.known.items() if name in named}
    alone = case.verdict(reason)
    if (alone.determination, alone.categories, alone.tier) != (
        verdict.determination,
        verdict.categories,
        verdict.tier,
    ):
        return f"with {', '.join(sorted(named)) or 'nothing'} alone it is {alone.determination.value}"
    if verdict.determination is Determination.UNDETERMINED:
        return None
    others = tuple(fact.name for fact in case.policy.facts if fact.name not in named)
    moved = case.verdict({**attrs.evolve(case, row=reason).filled(others), **reason})
    if moved.determination is not verdict.determination:
        return f"it is {moved.determination.value} once answers that the reason does not name are others"
    return None


def _minimality(case: Case) -> str | None:
    verdict = case.verdict()
    if verdict.determination is Determination.UNDETERMINED:
        return None
    named = [fact.name for fact in verdict.explanation.facts]
    for name in named:
        rest = case.verdict({other: case.row[other] for other in named if other != name})
        if (rest.determination, rest.categories, rest.tier) == (
            verdict.determination,
            verdict.categories,
            verdict.tier,
        ):
            return f"the reason names {name}, which it does not need"
    return None


def _explanation(case: Case) -> str | None:
    verdict = case.verdict()
    if not verdict.explanation.clauses or not verdict.explanation.citation.strip():
        return "no clause with a citation is named"
    for language in ("zh", "en"):
        if not render_verdict(verdict, case.policy, language).strip():
            return f"nothing is said in {language!r}"
    return None


def _discretion(case: Case) -> str | None:
    told = repr(case.verdict().report())
    dates = {fact.name for fact in case.policy.facts if isinstance(fact, DateFact)}
    shown = [name for name in dates if name in case.known and str(case.row[name]) in told]
    on_purpose = {str(case.as_of), *(str(day) for day in case.policy.change_days())}
    shown = [name for name in shown if str(case.row[name]) not in on_purpose]
    return f"the date of {', '.join(sorted(shown))} can be read in it" if shown else None


def _missing(case: Case) -> str | None:
    verdict = case.verdict()
    if verdict.determination is not Determination.UNDETERMINED:
        return "a settled verdict asks for more" if verdict.missing else None
    if not verdict.missing:
        return "it is open, and nothing is asked for"
    given = {name: on_day(value, case.as_of) for name, value in case.row.items()}
    asked = [name for name in verdict.missing if is_known(given.get(name, UNKNOWN)) and not _group(case, name)]
    if asked:
        return f"it asks for {', '.join(asked)}, which is known"
    for _ in range(3):
        filled = case.filled(verdict.missing)
        open_ = tuple(fact.name for fact in case.policy.facts if not is_known(filled.get(fact.name, UNKNOWN)))
        # `poor or not poor` has to be asked and cannot decide: then every answer ends the same.
        ends = {case.verdict(attrs.evolve(case, row=filled).filled(open_)).determination for _ in range(4)}
        if case.verdict(filled).determination is Determination.UNDETERMINED and len(ends) > 1:
            told = " or ".join(sorted(end.value for end in ends))
            return f"once {', '.join(verdict.missing)} are answered it can still be {told}"
    return None


def _group(case: Case, name: str) -> bool:
    return any(fact.name == name for fact in case.policy.facts if isinstance(fact, GroupFact))


def _compiled(case: Case) -> str | None:
    policy, compiled = case.policy, compile_policy(case.policy, case.as_of)
    truths, failed = compiled.truths(case.row)
    if failed:
        return f"the compiled form failed in {', '.join(failed)}"
    for clause, truth in zip(policy.clauses, truths, strict=True):
        meant = evaluate(clause.condition, case.row, as_of=case.as_of, ages=policy.ages)
        if truth is not meant:
            return f"clause {clause.id!r} is {meant.value} interpreted and {truth.value} compiled"
    if compiled.outcome(truths) != interpret(policy, case.row, case.as_of):
        return "the outcomes differ"
    return None


def _wrong_kind(case: Case) -> str | None:
    for fact in case.policy.facts:
        wrong = case.verdict({**case.row, fact.name: object()})  # type: ignore[dict-item]
        open_ = case.verdict({**case.row, fact.name: UNKNOWN})
        if (wrong.determination, wrong.clauses) != (open_.determination, open_.clauses):
            return f"a {fact.name} of the wrong kind is not read as unknown: {wrong.determination.value}"
    return None


def _round_trip(case: Case) -> str | None:
    schema = _schema_of(case.policy)
    text = policy_to_toml(case.policy)
    try:
        again = read_policy(text, schema, name="round-trip.toml", proofs=False)
    except PolicyError as error:
        return f"its own text is refused: {error}"
    if again != case.policy:
        return "what is read back is another policy"
    return None if policy_to_toml(again) == text else "its text is another one when written again"


def _schema_of(policy: Policy) -> type[FactSchema]:
    from careprogram.rules.overrides import every_clause
    from careprogram.rules.predicates import facts_in

    facts = {fact.name: fact for clause in every_clause(policy) for fact in facts_in(clause.condition)}
    return type("FactsOfThePolicy", (FactSchema,), facts)


def _soundness(case: Case) -> str | None:
    from careprogram.rules.review.soundness import soundness_problems

    problems = soundness_problems(case.policy)
    return "; ".join(map(str, problems)) or None


LAWS = (
    Law(name="soundness", says="every clause can hold and can fail, and exclusive categories never meet",
        remedy="mend or drop the clause named; a threshold or a status is probably mistyped",
        check=_soundness, once=True),
    Law(name="round trip", says="written to a file and read again it is the same policy", remedy=LIBRARY,
        check=_round_trip, once=True),
    Law(name="totality", says="every row of answers gets a verdict, gaps and all",
        remedy="a node or a fact of your own raises: make it answer unknown instead", check=_totality),
    Law(name="engines agree", says="the compiled form says what the interpreter says", remedy=LIBRARY,
        check=_compiled),
    Law(name="monotonicity", says="one more answer settles what was open and overturns nothing",
        remedy="look for a condition that reads a gap as yes or no", check=_monotonicity),
    Law(name="permutation", says="the order of clauses does not matter", remedy=LIBRARY, check=_permutation),
    Law(name="faults fail closed", says="an answer of the wrong kind counts as unknown", remedy=LIBRARY,
        check=_wrong_kind),
    Law(name="sufficiency", says="dropping what the reason does not name never changes the verdict",
        remedy=LIBRARY, check=_sufficiency),
    Law(name="minimality", says="the reason names nothing that the verdict does not need", remedy=LIBRARY,
        check=_minimality),
    Law(name="explanation", says="every verdict names a clause and its authority, in both languages",
        remedy="give every clause a citation and a text in both languages", check=_explanation),
    Law(name="discretion", says="no date of a child can be read in the data of a verdict", remedy=LIBRARY,
        check=_discretion),
    Law(name="missing facts", says="what an open verdict asks for decides it, and a settled one asks for nothing",
        remedy=LIBRARY, check=_missing),
    Law(name="next change", says="nothing changes before the day announced, and something does on that day",
        remedy=LIBRARY, check=_next_change),
)  # fmt: skip
"""Every law, those about the policy alone first."""
