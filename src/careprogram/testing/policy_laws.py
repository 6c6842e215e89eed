"""Does this policy keep the laws that every verdict relies on?

One line gives a stranger the whole suite for a policy of his own:

```python
from careprogram.testing import check_policy

def test_our_plan():
    check_policy(load_policy(Path("our-plan.toml").read_text("utf-8"), name="our-plan.toml"))
```

The laws are tried at the edges of the policy: its change days and its critical answers, with gaps, for every place and
stage that it tells apart. A law that is broken is named with the smallest counterexample found and what to do about
it. The answers are made up; no child's data are read.
"""

import datetime as dt
import random
from collections.abc import Callable, Iterable, Iterator

import attrs

from careprogram.rules import Policy
from careprogram.rules.policy import Stage
from careprogram.testing.law_book import LAWS, Case, Law
from careprogram.testing.random_answers import Row, random_rows
from careprogram.testing.random_rules import random_day

DAYS_TRIED = 6
"""How many days are looked at unless they are given."""


@attrs.frozen(kw_only=True)
class BrokenLaw:
    """A law that a policy does not keep.

    Attributes:
        law: Its name.
        says: What should hold.
        found: What was seen instead.
        as_of: The day.
        row: The smallest answers found that show it; made up.
        variant: The place and stage, empty for the policy as given.
        remedy: What to do about it.
    """

    law: str
    says: str
    found: str
    as_of: dt.date
    row: Row
    variant: str
    remedy: str

    def __str__(self) -> str:
        answers = ", ".join(f"{name} = {value!r}" for name, value in self.row.items()) or "no answers at all"
        where = f" ({self.variant})" if self.variant else ""
        return (
            f"law {self.law!r} is broken{where}: {self.says}\n"
            f"  found:  {self.found}\n  on:     {self.as_of}\n  with:   {answers}\n  remedy: {self.remedy}"
        )


class BrokenLawError(AssertionError):
    """A policy that breaks laws; ``broken`` holds each once, with its smallest counterexample."""

    def __init__(self, policy: Policy, broken: tuple[BrokenLaw, ...]) -> None:
        count = "1 law" if len(broken) == 1 else f"{len(broken)} laws"
        super().__init__(f"policy {policy.id!r} breaks {count}:\n" + "\n".join(map(str, broken)))
        self.broken = broken


def check_policy(
    policy: Policy,
    *,
    days: Iterable[dt.date] | None = None,
    rows: int = 25,
    seed: int = 0,
    laws: tuple[Law, ...] = LAWS,
) -> None:
    """Check that *policy* keeps every law.

    Args:
        policy: The policy.
        days: The days to look at; by default change days, the days before them, and a few others.
        rows: How many made-up children are judged a day.
        seed: Another seed looks at other children.
        laws: The laws to check.

    Raises:
        BrokenLawError: A law is broken; the text names it, the counterexample and the remedy.

    Examples:
        >>> from careprogram.eligibility import shipped_policies
        >>> check_policy(shipped_policies()["county.education"])
    """
    broken = broken_laws(policy, days=days, rows=rows, seed=seed, laws=laws)
    if broken:
        raise BrokenLawError(policy, broken)


def broken_laws(
    policy: Policy,
    *,
    days: Iterable[dt.date] | None = None,
    rows: int = 25,
    seed: int = 0,
    laws: tuple[Law, ...] = LAWS,
) -> tuple[BrokenLaw, ...]:
    """Return the laws that *policy* breaks, each once; the arguments are those of `check_policy`."""
    rng = random.Random(seed)  # noqa: S311 - repeatable on purpose
    found: dict[str, BrokenLaw] = {}
    asked = tuple(days) if days is not None else None
    for name, variant in variants(policy):
        for case in _cases(variant, asked, rows, rng):
            for law in laws:
                if law.name not in found and (not law.once or not case.row):
                    _try(law, case, name, found)
    return tuple(found.values())


def variants(policy: Policy) -> Iterator[tuple[str, Policy]]:
    """Yield *policy* as given, then as it stands for each place and stage that it tells apart, with a name."""
    yield "", policy
    seen = {policy}
    for place in ("", *(override.jurisdiction for override in policy.overrides)):
        for stage in (Stage.ENTRY, Stage.CONTINUING):
            variant = policy.at(place=place, stage=stage)
            if variant not in seen:
                seen.add(variant)
                yield f"place {place or 'anywhere'}, {stage.value}", variant


def _cases(policy: Policy, days: tuple[dt.date, ...] | None, rows: int, rng: random.Random) -> Iterator[Case]:
    if days is None:
        edges = [day + dt.timedelta(days=step) for day in policy.change_days() for step in (-1, 0)]
        edges = rng.sample(edges, min(len(edges), DAYS_TRIED // 2))
        days = tuple(dict.fromkeys([*edges, *(random_day(rng, policy) for _ in range(DAYS_TRIED - len(edges)))]))
    for as_of in days:
        if policy.in_force_on(as_of):
            yield Case(policy=policy, as_of=as_of, row={}, rng=rng)
            for gappy in (0.0, 0.2, 0.6):
                for row in random_rows(rng, policy, as_of, max(1, rows // 3), unknown=gappy):
                    yield Case(policy=policy, as_of=as_of, row=row, rng=rng)


def _try(law: Law, case: Case, variant: str, found: dict[str, BrokenLaw]) -> None:
    told = _told(law.check, case)
    if told is None:
        return
    smallest, told = _shrunk(law.check, case, told)
    found[law.name] = BrokenLaw(
        law=law.name,
        says=law.says,
        found=told,
        as_of=case.as_of,
        row=smallest.row,
        variant=variant,
        remedy=law.remedy,
    )


def _told(check: Callable[[Case], str | None], case: Case) -> str | None:
    try:
        return check(case)
    except Exception as error:  # noqa: BLE001 - whatever a law stumbles over is a finding, not a crash of the check
        return f"{type(error).__name__}: {error}"


def _shrunk(check: Callable[[Case], str | None], case: Case, told: str) -> tuple[Case, str]:
    """Return *case* with every answer left out that the finding does not need."""
    for name in tuple(case.row):
        smaller = attrs.evolve(case, row={other: value for other, value in case.row.items() if other != name})
        still = _told(check, smaller)
        if still is not None:
            case, told = smaller, still
    return case, told
