"""Who falls between policies, into two categories at once, or out of a policy that changes?

Made of the claims of `proving`, one for each pair that matters. Nothing is solved here.
"""

import datetime as dt
import itertools
from collections.abc import Iterator, Sequence

import attrs

from careprogram.language import Text
from careprogram.rules.analysis.claims import Claim
from careprogram.rules.analysis.proving import NO, YES, Period, Scope, Subject, claim, implies
from careprogram.rules.analysis.solving import DIFFERENT, TIME_LIMIT
from careprogram.rules.policy import Category, Policy


def gaps(
    policies: Sequence[Policy],
    *,
    within: Subject | None = None,
    as_of: dt.date | None = None,
    over: Period | None = None,
    gaps_allowed: bool = False,
    time_limit: float = TIME_LIMIT,
) -> Claim:
    """Claim that everybody *within* is eligible under at least one of *policies*; the witness falls between them all.

    Raises:
        ValueError: No policy is given.
    """
    if not policies:
        raise ValueError("gaps between no policies are everywhere: give at least one policy")
    scope = Scope(as_of=as_of, over=over, within=within, gaps_allowed=gaps_allowed, time_limit=time_limit)
    zh, en = "、".join(f"《{p.title.zh}》" for p in policies), ", ".join(f"“{p.title.en}”" for p in policies)
    statement = Text(f"人人至少符合其一：{zh}", f"everybody is eligible under at least one of {en}")
    return claim(statement, list(policies), [(NO,) * len(policies)], scope)


def conflicts(
    policy: Policy, *, as_of: dt.date | None = None, over: Period | None = None, time_limit: float = TIME_LIMIT
) -> tuple[Claim, ...]:
    """Claim of each two categories that nobody is in both; the witness of a refuted claim is.

    Looks at the categories that *policy* declares exclusive; at all if it declares none. Each category is meant
    with the requirements.
    """
    named = {category.id: category for category in policy.categories}
    groups = policy.exclusive or (tuple(named),)
    pairs = dict.fromkeys(pair for group in groups for pair in itertools.combinations(group, 2))
    scope = Scope(as_of=as_of, over=over, time_limit=time_limit)
    return tuple(_disjoint(policy, named[one], named[other], scope) for one, other in pairs)


def _disjoint(policy: Policy, one: Category, other: Category, scope: Scope) -> Claim:
    statement = Text(
        f"没有人既属于“{one.title.zh}”又属于“{other.title.zh}”",
        f"nobody is in both “{one.title.en}” and “{other.title.en}”",
    )
    return claim(statement, [_only(policy, one), _only(policy, other)], [(YES, YES)], scope)


def _only(policy: Policy, category: Category) -> Policy:
    """Return *policy* with one category: who is eligible under it is in the category."""
    return attrs.evolve(policy, categories=(category,), exclusive=(), overrides=())


def diff(
    old: Policy,
    new: Policy,
    *,
    as_of: dt.date | None = None,
    over: Period | None = None,
    within: Subject | None = None,
    gaps_allowed: bool = False,
    time_limit: float = TIME_LIMIT,
) -> tuple[Claim, ...]:
    """Claim that nobody leaves, that nobody enters, and of each category they share that it keeps its children.

    Each refuted claim has a witness: somebody who leaves, enters, or changes category. A category of one policy alone
    is claimed to be empty.
    """
    scope = Scope(as_of=as_of, over=over, within=within, gaps_allowed=gaps_allowed, time_limit=time_limit)
    kept = {"as_of": as_of, "over": over, "within": within, "gaps_allowed": gaps_allowed, "time_limit": time_limit}
    stays = implies(old, new, **kept)  # type: ignore[arg-type]
    enters = implies(new, old, **kept)  # type: ignore[arg-type]
    return (stays, enters, *_category_claims(old, new, scope))


def _category_claims(old: Policy, new: Policy, scope: Scope) -> Iterator[Claim]:
    before, after = ({category.id: category for category in policy.categories} for policy in (old, new))
    for name in dict.fromkeys((*before, *after)):
        one, other = before.get(name), after.get(name)
        title = (other or one or new.categories[0]).title
        if one and other:
            moved = f"（第{one.tier}档改为第{other.tier}档）" if one.tier != other.tier else ""
            tiers = f" (tier {one.tier} becomes {other.tier})" if one.tier != other.tier else ""
            same = Text(f"“{title.zh}”前后是同样的儿童{moved}", f"“{title.en}” keeps the same children{tiers}")
            yield claim(same, [_only(old, one), _only(new, other)], DIFFERENT, scope)
        else:
            policy, only = (old, one) if one else (new, other)
            assert only is not None
            empty = Text(
                f"没有人属于“{title.zh}”（仅一份政策有此类别）", f"nobody is in “{title.en}”, which only one has"
            )
            yield claim(empty, [_only(policy, only)], [(YES,)], scope)
