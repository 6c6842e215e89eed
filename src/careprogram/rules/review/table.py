"""Which cases does a policy tell apart, and what does it say in each?

A decision table that a person reviews: a column for each fact, a row for each group of cases with one outcome. Exactly
one row fits any answers: the rows are complete and do not overlap (the "unique" hit policy of DMN). An entry "-" means
that the fact does not matter in that row. Made for one day, with the thresholds of that day; it judges nobody.
"""

import datetime as dt
from collections.abc import Callable, Iterator, Mapping, Sequence

import attrs

from careprogram.errors import PolicyError
from careprogram.language import Text
from careprogram.rules.compiled import require_in_force
from careprogram.rules.facts import Fact, FactValue, GroupFact
from careprogram.rules.policy import Policy
from careprogram.rules.predicates import Predicate, facts_in, parameters_in
from careprogram.rules.review.formulas import category_rule
from careprogram.rules.review.residue import Junction, Leaf, Node, assigned
from careprogram.rules.review.search import Cases, Gaps, SearchTooLargeError, cases_of
from careprogram.rules.review.table_entries import entry_text, legend_of
from careprogram.rules.shortcomings import PART_ZH, Shortcoming, refusal
from careprogram.rules.thresholds import thresholds_on
from careprogram.rules.truth import Truth
from careprogram.rules.verdict import Determination, ThresholdInForce
from careprogram.unknown import UNKNOWN

MOST_ROWS = 200
"""How many rows a person is asked to read."""


class TableTooLargeError(PolicyError):
    """The policy tells more cases apart than a person can read: ask for a part of it."""


@attrs.frozen(kw_only=True)
class TableRow:
    """A group of cases with one outcome.

    Attributes:
        entries: What each column says, in the order of the columns; ``None`` where the fact does not matter.
        determination: The outcome.
        categories: The categories that hold.
        open_categories: Those that may hold, depending on what is unknown.
        tier: The most urgent tier; None unless eligible.
        chosen: For each fact that matters the positions of the answers meant; how rows are looked up.
    """

    entries: tuple[Text | None, ...]
    determination: Determination
    categories: tuple[str, ...]
    open_categories: tuple[str, ...]
    tier: int | None
    chosen: Mapping[str, frozenset[int]] = attrs.field(repr=False, hash=False)


@attrs.frozen(kw_only=True)
class DecisionTable:
    """What a policy, one of its categories or one of its clauses says in every case.

    Attributes:
        policy: The policy.
        as_of: The day.
        title: What the table is about.
        columns: The facts, in the order of the policy.
        rows: The cases; exactly one fits any answers.
        thresholds: The parameters in force that day.
        legend: What the marks in the column of a group stand for.
        titles: What categories are called, by their ids; empty for the table of one clause.
        gaps: Whether the table has rows for facts that nobody answered.
    """

    policy: Policy
    as_of: dt.date
    title: Text
    columns: tuple[Fact, ...]
    rows: tuple[TableRow, ...]
    thresholds: tuple[ThresholdInForce, ...]
    legend: tuple[Text, ...]
    titles: Mapping[str, Text] = attrs.field(hash=False)
    gaps: bool
    cases: Cases = attrs.field(repr=False, eq=False)

    def row_for(self, answers: Mapping[str, FactValue]) -> TableRow:
        """Return the row that fits *answers*.

        Raises:
            PolicyError: An answer is missing that a table without gaps needs.
        """
        found = [row for row in self.rows if all(self._fits(row, name, answers) for name in row.chosen)]
        if len(found) != 1:
            raise PolicyError("no single row fits these answers: a table without gaps is for complete answers")
        return found[0]

    def _fits(self, row: TableRow, name: str, answers: Mapping[str, FactValue]) -> bool:
        return self.cases.position(name, answers.get(name, UNKNOWN)) in row.chosen[name]


def decision_table(
    policy: Policy,
    as_of: dt.date,
    *,
    category: str | None = None,
    clause: str | None = None,
    gaps: bool = False,
    at_most: int = MOST_ROWS,
) -> DecisionTable:
    """Return what *policy*, or one category or clause of it, says in every case on *as_of*.

    Args:
        policy: The policy.
        as_of: The day whose thresholds count.
        category: The id of a category: only whether a child is in it, with the requirements.
        clause: The id of a clause: only whether it holds, without the requirements.
        gaps: Whether unanswered facts get rows of their own; without, the table is for complete answers.
        at_most: How many rows there may be.

    Raises:
        TableTooLargeError: There would be more rows; ask for one category or clause.
        PolicyError: The policy has no such category or clause.
        PolicyNotInForceError: The policy has no rules for that day.
    """
    require_in_force(policy, as_of)
    parts = _parts(policy, category, clause)
    rules = [rule for _, _, rule in parts]
    try:
        cases = cases_of(rules, as_of=as_of, ages=policy.ages, gaps=Gaps.ALL if gaps else Gaps.NONE)
        paths = _Paths(cases, at_most).rows(cases.nodes)
    except SearchTooLargeError as error:
        name, parts_of_it = category or clause or policy.id, _smaller(policy, category, clause)
        said = Text(
            f"{name!r} 的决策表会超过 {at_most} 行：请只看其中一部分（{parts_of_it.zh}），或允许更多行",
            f"the decision table of {name!r} would have more than {at_most} rows: ask for one of its parts "
            f"({parts_of_it.en}), or allow more rows",
        )
        raise TableTooLargeError(said.en, problems=(Shortcoming(("policy", policy.id), said),)) from error
    facts = {fact.name: fact for rule in rules for fact in facts_in(rule)}
    mattering = {name for chosen, _ in paths for name in chosen}
    columns = tuple(fact for name, fact in facts.items() if name in mattering)
    return DecisionTable(
        policy=policy,
        as_of=as_of,
        title=_title(policy, category, clause),
        columns=columns,
        rows=tuple(_row(policy, cases, columns, parts, path) for path in sorted(paths, key=_in_order_of(columns))),
        thresholds=thresholds_on((p for rule in rules for p in parameters_in(rule)), as_of),
        legend=tuple(text for fact in columns if isinstance(fact, GroupFact) for text in legend_of(fact, cases)),
        titles={each.id: each.title for each in policy.categories} if clause is None else {},
        gaps=gaps,
        cases=cases,
    )


_Part = tuple[str, int | None, Predicate]
"""The id of a category or clause, the tier of a category, and the rule."""

_Path = tuple[Mapping[str, frozenset[int]], tuple[Truth, ...]]
"""The answers that lead to a row, and the truths there."""


def _parts(policy: Policy, category: str | None, clause: str | None) -> list[_Part]:
    found: list[_Part]
    if clause is not None:
        found = [(each.id, None, each.condition) for each in policy.clauses if each.id == clause]
        allowed = [each.id for each in policy.clauses]
    else:
        wanted = [each for each in policy.categories if category in {None, each.id}]
        found = [(each.id, each.tier, category_rule(policy, each)) for each in wanted]
        allowed = [each.id for each in policy.categories]
    if not found or (category is not None and clause is not None):
        kind, name = ("category", category) if clause is None else ("clause", clause)
        zh = f"政策 {policy.id!r} 没有{PART_ZH[kind]} {name!r} 的决策表：请选 {'、'.join(allowed)}"
        en = f"policy {policy.id!r} has no table for {kind} {name!r}: ask for one of {', '.join(allowed)}"
        raise refusal("policy", policy.id, zh, en)
    return found


def _smaller(policy: Policy, category: str | None, clause: str | None) -> Text:
    if clause is not None:
        return Text("拆开这条条款", "split the clause")
    several = category is None and len(policy.categories) > 1
    ids = [each.id for each in (policy.categories if several else policy.clauses)]
    kind = "category" if several else "clause"
    return Text(f"{PART_ZH[kind]} {'、'.join(ids)}", f"{kind} {', '.join(ids)}")


def _title(policy: Policy, category: str | None, clause: str | None) -> Text:
    part = next((each.title for each in policy.categories if each.id == category), None)
    part = part or next((each.text for each in policy.clauses if each.id == clause), None)
    return Text(f"{policy.title.zh}：{part.zh}", f"{policy.title.en}: {part.en}") if part else policy.title


class _Paths:
    """Splits the cases fact by fact until each group has one outcome; never looks at the same rest twice."""

    def __init__(self, cases: Cases, at_most: int) -> None:
        self.cases, self.at_most = cases, at_most
        self.found: dict[tuple[Node, ...], tuple[_Path, ...]] = {}

    def rows(self, nodes: tuple[Node, ...]) -> tuple[_Path, ...]:
        """Return the groups of cases that *nodes* still tell apart.

        Raises:
            SearchTooLargeError: There are more than asked for.
        """
        if nodes not in self.found:
            settled = tuple(node for node in nodes if isinstance(node, Truth))
            self.found[nodes] = (({}, settled),) if len(settled) == len(nodes) else tuple(self._split(nodes))
            if len(self.found[nodes]) > self.at_most or len(self.found) > 50 * self.at_most:
                raise SearchTooLargeError(f"more than {self.at_most} rows")
        return self.found[nodes]

    def _split(self, nodes: tuple[Node, ...]) -> Iterator[_Path]:
        name, branches = min(self._branches(nodes), key=_weight_of_branch)
        # Answers after which the rest of the table is the same share a row.
        groups: list[tuple[tuple[_Path, ...], list[int]]] = []
        for rest, positions in branches.items():
            rows = self.rows(rest)
            alike = next((together for known, together in groups if known == rows), None)
            if alike is None:
                groups.append((rows, list(positions)))
            else:
                alike += positions
        for rows, positions in groups:
            own = {name: frozenset(positions)} if len(groups) > 1 else {}
            yield from (({**own, **chosen}, truths) for chosen, truths in rows)

    def _branches(self, nodes: tuple[Node, ...]) -> Iterator[tuple[str, dict[tuple[Node, ...], list[int]]]]:
        for name in dict.fromkeys(_facts_left(nodes)):
            branches: dict[tuple[Node, ...], list[int]] = {}
            for at in range(len(self.cases.values[name])):
                branches.setdefault(tuple(assigned(node, name, at) for node in nodes), []).append(at)
            yield name, branches


def _facts_left(nodes: Sequence[Node]) -> Iterator[str]:
    for node in nodes:
        if isinstance(node, Leaf):
            yield node.fact
        elif isinstance(node, Junction):
            yield from _facts_left(node.parts)


def _weight_of_branch(branch: tuple[str, dict[tuple[Node, ...], list[int]]]) -> int:
    # The fact that leaves the least to ask comes first; of equals, the one that the policy asks first.
    return sum(1 for rest in branch[1] for _ in _facts_left(rest))


def _in_order_of(columns: tuple[Fact, ...]) -> Callable[[_Path], list[list[int]]]:
    return lambda path: [sorted(path[0].get(fact.name, ())) for fact in columns]


def _row(policy: Policy, cases: Cases, columns: tuple[Fact, ...], parts: list[_Part], path: _Path) -> TableRow:
    chosen, truths = path
    held = tuple(name for (name, _, _), truth in zip(parts, truths, strict=True) if truth is Truth.TRUE)
    open_ = tuple(name for (name, _, _), truth in zip(parts, truths, strict=True) if truth is Truth.UNKNOWN)
    tiers = [tier for name, tier, _ in parts if name in held and tier is not None]
    of_clause = any(tier is None for _, tier, _ in parts)
    determined = Determination.ELIGIBLE if held else Determination.UNDETERMINED if open_ else Determination.INELIGIBLE
    return TableRow(
        entries=tuple(
            entry_text(fact, cases, chosen[fact.name], policy.ages) if fact.name in chosen else None for fact in columns
        ),
        determination=determined,
        categories=() if of_clause else held,
        open_categories=() if of_clause else open_,
        tier=min(tiers, default=None),
        chosen=chosen,
    )
