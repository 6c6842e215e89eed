"""How long does one child take, one at a time, beside the rule engines a Python program could use instead?

Three questions, each side with its input ready: ours the answers, a peer its plain dict.

- The verdict: of four categories whether each holds, does not hold, or is open because of a gap; with it determination,
  categories and tier. The peers answer the same, gaps included, which is checked child by child. This is what the bar
  is about; our reasons come on top, on demand.
- The verdict and the truth of all twelve clauses: both sides tell them all.
- Yes or no: four categories, no third value, in which the peers guess at gaps or raise. It is the smaller question that
  they are made for, and no bar hangs on it; of ours it is the outcome alone, which still knows gaps.

Each side has its rule compiled and at hand, and its answer is complete when it comes; nobody reads on in it. One thread
asks, and processor time counts, so that a busy machine does not disturb. Of reasons all is read that a reader sees, the
child's own answers in words included.
"""

import contextlib
import datetime as dt
import functools
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from harness import Measurement, Side, interleave
from one_child_peers import CATEGORIES, CLAUSES, OPENFISCA, Ask, Row, Whole, plain, small_peers, whole_peers
from one_child_rule import AS_OF, POLICY, children

from careprogram.rules import FactValue, FactValues, compile_policy, evaluate, judge_facts
from careprogram.rules.generated import program_of
from careprogram.unknown import UNKNOWN

MICRO = 1e6
FASTER = 15
FASTER_THAN_OPENFISCA = 1_000
COMPILING = 0.020

SLOW = {
    "cel-python": 40,
    OPENFISCA: 40,
    f"{OPENFISCA}, our cutoffs": 40,
    "json-logic-qubit": 400,
    "rule-engine": 400,
    "cel (Rust)": 2_000,
}
"""How many children a peer is asked about in a round, where it cannot be all of them."""


def _run(ask: Ask, rows: Sequence[Row]) -> None:
    for row in rows:
        ask(row)


def _run_guessing(ask: Ask, rows: Sequence[Row]) -> None:
    for row in rows:
        # With gaps some raise: that is their answer.
        with contextlib.suppress(Exception):
            ask(row)


def checked_whole(peers: Mapping[str, Whole], rules: Sequence[Any], answers: Sequence[dict[str, FactValue]]) -> None:
    """Ask all about some children, gaps included.

    Raises:
        AssertionError: One of them answers otherwise than our interpreter, or our verdict does.
    """
    for each in answers[:200]:
        truths = [evaluate(rule, each, as_of=AS_OF, ages=POLICY.ages) for rule in rules]
        verdict = judge_facts(POLICY, FactValues(values=each), as_of=AS_OF)
        held = [rule in verdict.categories for rule in (category.id for category in POLICY.categories)]
        if held != [truth.value == "true" for truth in truths[-len(held) :]]:
            raise AssertionError("our verdict is not that of the interpreter")
        if len(rules) > len(held) and list(verdict.clauses.values()) != truths[: -len(held)]:
            raise AssertionError("our clauses are not those of the interpreter")
        for name, (ask, read) in peers.items():
            if read(ask(plain(each))) != truths:
                raise AssertionError(f"{name} answers otherwise")


def checked_small(asks: Mapping[str, Ask], answers: Sequence[dict[str, FactValue]]) -> None:
    """Ask all about some children without gaps.

    Raises:
        AssertionError: One of them answers otherwise than we do.
    """
    for each in [each for each in answers if UNKNOWN not in each.values()][:60]:
        verdict = judge_facts(POLICY, FactValues(values=each), as_of=AS_OF)
        expected = [category.id in verdict.categories for category in POLICY.categories]
        for name, ask in asks.items():
            if [bool(answer) for answer in ask(plain(each))] != expected:
                raise AssertionError(f"{name} answers otherwise")


def _timed(
    ours: Callable[[], object], asks: Mapping[str, Ask], rows: Sequence[Row], *, guessing: bool = False
) -> tuple[float, dict[str, float], dict[str, Side]]:
    """Return our time and those of the peers in microseconds a child, and all sides as measured."""
    run = _run_guessing if guessing else _run
    sides: dict[str, Callable[[], object]] = {"ours": ours}
    sides |= {name: functools.partial(run, ask, rows[: _count(name, rows)]) for name, ask in asks.items()}
    times = interleave(sides, clock=time.process_time)
    found = {name: times[name].median / _count(name, rows) * MICRO for name in asks}
    return times["ours"].median / len(rows) * MICRO, found, times


def _count(name: str, rows: Sequence[Row]) -> int:
    return min(len(rows), SLOW.get(name, len(rows)))


def _table(
    what: str, ours: float, peers: Mapping[str, float], times: Mapping[str, Side], bars: Mapping[str, float]
) -> list[Measurement]:
    return [
        Measurement(
            name=f"one child: {what}",
            ours=ours,
            peer=peers[name],
            peer_name=name,
            bar=bars.get(name),
            unit="µs",
            notes={"spread": f"{max(times[name].spread, times['ours'].spread):.0%}"},
        )
        for name in sorted(peers, key=lambda name: peers[name])
    ]


def measure(quick: bool) -> list[Measurement]:
    """Return the rows of the table.

    Args:
        quick: Fewer children.
    """
    answers = children(3_000 if quick else 20_000)
    rows, facts = [plain(each) for each in answers], [FactValues(values=each) for each in answers]
    verdicts, whole = whole_peers(CATEGORIES), whole_peers((*CLAUSES, *CATEGORIES))
    small = small_peers()
    checked_whole(verdicts, CATEGORIES, answers)
    checked_whole(whole, (*CLAUSES, *CATEGORIES), answers)
    checked_small(small, answers)
    compiled = compile_policy(POLICY, AS_OF)

    def judge() -> None:
        verdict = compiled.verdict
        for each in facts:
            verdict(each)

    def judge_with_clauses() -> None:
        verdict = compiled.verdict
        for each in facts:
            _ = verdict(each).clauses

    def outcomes() -> None:
        judge, pick = compiled.judge, compiled.pick
        for each in answers:
            judge(pick(each))

    ours, peers, times = _timed(judge, {name: ask for name, (ask, _) in verdicts.items()}, rows)
    fastest = min(peers, key=lambda name: peers[name])
    found = _table("verdict", ours, peers, times, {fastest: 1 / FASTER, OPENFISCA: 1 / FASTER_THAN_OPENFISCA})
    ours, peers, times = _timed(judge_with_clauses, {name: ask for name, (ask, _) in whole.items()}, rows)
    fastest = min(peers, key=lambda name: peers[name])
    found += _table("verdict and every clause", ours, peers, times, {fastest: 1 / FASTER})
    found += _reasons(facts, peers[fastest], fastest)
    ours, peers, times = _timed(outcomes, small, rows, guessing=True)
    return [*found, *_table("yes or no, a smaller question", ours, peers, times, {}), *_compiling()]


def _reasons(facts: Sequence[FactValues], peer: float, peer_name: str) -> list[Measurement]:
    """Return what reading the reasons costs beside the peer's bare answer to the question about all clauses."""
    compiled = compile_policy(POLICY, AS_OF)
    some = facts[:300]
    verdicts: list[Any] = []

    def read(ones: Sequence[Any]) -> None:
        for each in ones:
            _ = each.explanation

    def judge() -> None:
        verdicts[:] = [judge_facts(POLICY, each, as_of=AS_OF) for each in facts]

    def first() -> None:
        for each in some:
            compiled.worked_out.clear()
            _ = judge_facts(POLICY, each, as_of=AS_OF).explanation

    def county() -> None:
        compiled.worked_out.clear()
        read([judge_facts(POLICY, each, as_of=AS_OF) for each in facts])

    times = interleave(
        {"judge": judge, "read": lambda: read(verdicts), "first": first, "county": county}, clock=time.process_time
    )
    return [
        Measurement(
            name="one child: reading the full reasons",
            ours=times["read"].median / len(facts) * MICRO,
            peer=peer,
            peer_name=f"{peer_name}, bare answer",
            bar=1.0,
            unit="µs",
            notes={
                "spread": f"{times['read'].spread:.0%}",
                "distinct codes": len({compiled.code(compiled.asked(each.values)) for each in facts}),
                "the first child with a code": f"{times['first'].median / len(some) * MICRO:.0f} µs",
                "judged and read, codes met for the first time in this county": (
                    f"{times['county'].median / len(facts) * MICRO:.1f} µs on average of {len(facts):,} children"
                ),
            },
        )
    ]


def _compiling() -> list[Measurement]:
    def compile_anew() -> None:
        program_of.cache_clear()
        compile_policy.cache_clear()
        compile_policy(POLICY, AS_OF)

    def another_day() -> None:
        compile_policy.cache_clear()
        compile_policy(POLICY, AS_OF + dt.timedelta(days=1))

    times = interleave({"anew": compile_anew, "day": another_day}, rounds=9)
    return [
        Measurement(
            name="compiling a policy",
            ours=times["anew"].median * 1e3,
            peer=COMPILING * 1e3,
            peer_name="bar",
            bar=1.0,
            unit="ms",
            notes={"clauses": len(POLICY.clauses)},
        ),
        Measurement(
            name="the same policy on another day",
            ours=times["day"].median * 1e3,
            peer=times["anew"].median * 1e3,
            peer_name="compiling",
            unit="ms",
        ),
    ]
