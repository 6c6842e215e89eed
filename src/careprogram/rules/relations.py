"""Do the places, stages and neighbors that a policy names make sense?

Checks its overrides, its exclusive categories and the policies it requires or excludes. It does not know whether those
policies exist, nor whether two categories can hold together; it only looks at this one policy's own words.
"""

from collections.abc import Iterator

from careprogram.language import Text
from careprogram.rules.overrides import code_prefix, every_parameter, settled_clauses
from careprogram.rules.policy import Override, Policy, Stage
from careprogram.rules.shortcomings import ID, JURISDICTION, PART_ZH, Shortcoming, repeated, unwritable


def override_problems(policy: Policy) -> Iterator[Shortcoming]:
    """Yield what is wrong with what jurisdictions say otherwise."""
    known = (
        ("parameter", [p.name for p in every_parameter(policy)]),
        ("clause", [clause.id for clause in policy.clauses]),
    )
    for override in policy.overrides:
        place = override.jurisdiction
        about = ("override", place)
        yield from (Shortcoming(about, message) for message in _jurisdiction_problems(policy, place))
        if not override.citation.strip():
            zh = f"地区“{place}”的变通没有依据：写明文件"
            yield Shortcoming(about, Text(zh, f"the override of {place!r} has no citation: name the text that says so"))
        if not override.parameters and not override.clauses:
            zh = f"地区“{place}”的变通什么也没有改：写上参数或条款，或者删去"
            en = f"the override of {place!r} changes nothing: give a parameter or a clause, or take it out"
            yield Shortcoming(about, Text(zh, en))
        given = ([p.name for p in override.parameters], [clause.id for clause in override.clauses])
        for (what, names), own in zip(known, given, strict=True):
            for name in dict.fromkeys(own):
                if name not in names:
                    zh = f"地区“{place}”要变通的{PART_ZH[what]}“{name}”不存在；现有：{'、'.join(names)}"
                    en = f"the override of {place!r} changes the {what} {name!r}, which the policy does not have"
                    yield Shortcoming(("no such part", name), Text(zh, f"{en}; it has: {', '.join(names)}"))
            for name in repeated(own):
                zh = f"地区“{place}”的变通把{PART_ZH[what]}“{name}”写了两次"
                en = f"the override of {place!r} gives the {what} {name!r} twice"
                yield Shortcoming((f"override {what}", name), Text(zh, en))
        yield from _unit_problems(policy, override)
    for place in repeated(code_prefix(override.jurisdiction) for override in policy.overrides):
        zh = f"地区“{place}”的变通写了两次：合成一个"
        yield Shortcoming(
            ("override", place), Text(zh, f"there are two overrides for the jurisdiction {place!r}: make them one")
        )


def _unit_problems(policy: Policy, override: Override) -> Iterator[Shortcoming]:
    units = {parameter.name: parameter.unit for parameter in every_parameter(policy)}
    for parameter in override.parameters:
        if parameter.name in units and parameter.unit != units[parameter.name]:
            zh = f"地区“{override.jurisdiction}”的参数“{parameter.name}”换了单位：只改数值"
            en = f"the override of {override.jurisdiction!r} counts {parameter.name!r} in another unit: change its"
            yield Shortcoming(("override parameter", parameter.name), Text(zh, f"{en} values only"))


def _jurisdiction_problems(policy: Policy, place: str) -> Iterator[Text]:
    if not JURISDICTION.fullmatch(place):
        zh = f"变通的地区是“{place}”：写地区代码的开头数字，例如广东写 '44'"
        yield Text(zh, f"the jurisdiction {place!r} is no beginning of a place code: write its digits, such as '44'")
    elif policy.jurisdiction.isdigit() and not place.startswith(code_prefix(policy.jurisdiction)):
        zh = f"变通的地区“{place}”不在政策的地区“{policy.jurisdiction}”之内：永远用不上"
        en = f"the jurisdiction {place!r} lies outside of {policy.jurisdiction!r}, where the policy holds"
        yield Text(zh, f"{en}: it would never apply")


def relation_problems(policy: Policy) -> Iterator[Shortcoming]:
    """Yield what is wrong with its exclusive categories, its stages and the policies it names."""
    yield from _exclusive_problems(policy)
    for key, others in (("requires", policy.requires), ("excludes", policy.excludes)):
        for other in dict.fromkeys(others):
            if other == policy.id:
                zh, en = f"{key} 写了政策自己：删去", f"the policy {key} itself: take it out"
                yield Shortcoming((key, other), Text(zh, en))
            if not ID.fullmatch(other):
                yield Shortcoming((key, other), unwritable("policy", other, ID).message)
        for other in repeated(others):
            yield Shortcoming((key, other), Text(f"{key} 把“{other}”写了两次", f"{key} names {other!r} twice"))
    for other in dict.fromkeys(other for other in policy.requires if other in policy.excludes):
        zh = f"“{other}”既在 requires 又在 excludes：谁也不会符合"
        en = f"the policy both requires and excludes {other!r}: nobody could be covered"
        yield Shortcoming(("excludes", other), Text(zh, en))
    yield from _stage_problems(policy)


def _exclusive_problems(policy: Policy) -> Iterator[Shortcoming]:
    names = [category.id for category in policy.categories]
    for group in policy.exclusive:
        listed = ", ".join(map(repr, group)) or "()"
        if len(set(group)) < len(group) or len(group) < 2:
            zh = f"互斥的类别（{listed}）：至少写两个不同的类别"
            en = f"exclusive categories ({listed}): give at least two different ones"
            yield Shortcoming(("exclusive", listed), Text(zh, en))
        for name in dict.fromkeys(group):
            if name not in names:
                zh = f"互斥的类别“{name}”不存在；现有：{'、'.join(names)}"
                en = f"there is no category {name!r} to be exclusive; there are: {', '.join(names)}"
                yield Shortcoming(("exclusive", name), Text(zh, en))
    for same in repeated(tuple(sorted(group)) for group in policy.exclusive):
        listed = ", ".join(map(repr, same))
        zh, en = f"互斥的类别（{listed}）写了两次", f"the exclusive categories ({listed}) are given twice"
        yield Shortcoming(("exclusive", listed), Text(zh, en))


def _stage_problems(policy: Policy) -> Iterator[Shortcoming]:
    """Find stages at which nobody could be in any category, in some place."""
    if not all(category.clauses for category in policy.categories) or not policy.categories:
        return
    for place in ("", *dict.fromkeys(code_prefix(override.jurisdiction) for override in policy.overrides)):
        chain = sorted(
            (override for override in policy.overrides if place.startswith(code_prefix(override.jurisdiction))),
            key=lambda override: len(code_prefix(override.jurisdiction)),
        )
        for stage in (Stage.ENTRY, Stage.CONTINUING):
            if not settled_clauses(policy, chain, stage)[1]:
                where, there = (f"在“{place}”", f" in {place!r}") if place else ("", "")
                zh = f"{where}没有类别带有“{stage.value}”阶段的条款：谁也不会符合"
                en = f"no category has a clause at stage {stage.value!r}{there}: nobody could be covered"
                yield Shortcoming(("policy", policy.id), Text(zh, en))
