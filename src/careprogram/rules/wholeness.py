"""What keeps a policy from being used?

Looks at a policy as a whole and finds everything at once: what is missing, what is named twice or cannot be written
down, what changes nothing. It proves nothing about what the rules mean; `soundness` does.
"""

from collections.abc import Iterator

from careprogram.language import Text
from careprogram.rules.extent import MOST_IN_ALL, Extents
from careprogram.rules.facts import RESERVED_WORDS, Fact, GroupFact
from careprogram.rules.overrides import every_clause, every_definition, every_parameter
from careprogram.rules.policy import Policy
from careprogram.rules.predicates import (
    Definition,
    Predicate,
    Quantified,
    atoms_in,
    children_of,
    fact_of,
)
from careprogram.rules.relations import override_problems, relation_problems
from careprogram.rules.shortcomings import ID, NAME, PART_ZH, Shortcoming, repeated, unwritable
from careprogram.rules.writability import writing_problems


def policy_problems(policy: Policy) -> tuple[Shortcoming, ...]:
    """Return everything that keeps *policy* from being used; empty if nothing does."""
    too_large = tuple(_extent_problems(policy))
    if too_large:
        return too_large  # nothing else could be looked at before the end of days
    return (
        *_shape_problems(policy),
        *_name_problems(policy),
        *_subject_problems(policy),
        *writing_problems(policy),
        *_parameter_problems(policy),
        *override_problems(policy),
        *relation_problems(policy),
    )


def _extent_problems(policy: Policy) -> Iterator[Shortcoming]:
    extents, clauses = Extents(), every_clause(policy)
    for clause in clauses:
        found = extents.clause_too_large(clause)
        if found is not None:
            yield Shortcoming(
                ("clause", clause.id),
                Text(f"条款“{clause.id}”：{found.zh}", f"clause {clause.id!r}: {found.en}"),
            )
    if sum(extents.of_clause(clause)[0] for clause in clauses) > MOST_IN_ALL:
        zh = f"把定义都展开后，全部条款的条件超过 {MOST_IN_ALL} 个：分成几项政策"
        en = f"its clauses have more than {MOST_IN_ALL} conditions once definitions are written out: split the policy"
        yield Shortcoming(("policy", policy.id), Text(zh, en))


def _shape_problems(policy: Policy) -> Iterator[Shortcoming]:
    whole = ("policy", policy.id)
    if not policy.categories:
        yield Shortcoming(whole, Text("没有类别：至少写一个", "it has no categories: give at least one"))
    if not policy.effective:
        yield Shortcoming(
            whole,
            Text(
                "没有施行期间：至少写一段，一直有效就不写日期",
                "it is never in force: give at least one period, without days if it always is",
            ),
        )
    for category in policy.categories:
        about = ("category", category.id)
        if not category.clauses:
            message = f"类别“{category.id}”没有条款：谁也不会属于它"
            yield Shortcoming(about, Text(message, f"category {category.id!r} has no clauses: nobody could be in it"))
        if category.tier < 1:
            yield Shortcoming(
                about,
                Text(
                    f"类别“{category.id}”的级别是 {category.tier}：级别从 1 起，1 最紧急",
                    f"category {category.id!r} has tier {category.tier}: tiers count from 1, the most urgent",
                ),
            )
    for clause in every_clause(policy):
        cited = [(clause.id, clause.citation), *((exempt.id, exempt.citation) for exempt in clause.exceptions)]
        for name, citation in cited:
            if not citation.strip():
                zh = f"条款“{name}”没有依据：结论必须能说出依据哪份文件"
                en = f"clause {name!r} has no citation: a verdict must be able to name its authority"
                yield Shortcoming(("clause", clause.id), Text(zh, en))


def _name_problems(policy: Policy) -> Iterator[Shortcoming]:
    ids: list[tuple[str, list[str]]] = [("policy", [policy.id]), ("clause", [clause.id for clause in policy.clauses])]
    ids += [("category", [category.id for category in policy.categories])]
    ids += [("exception", [e.id for e in clause.exceptions]) for clause in every_clause(policy) if clause.exceptions]
    names = [("parameter", [parameter.name for parameter in every_parameter(policy)])]
    names += [("definition", [definition.name for definition in every_definition(policy)])]
    for what, found in (*ids, *names):
        for name in repeated(found):
            zh = f"{PART_ZH[what]}“{name}”写了两次：名称不能重复"
            yield Shortcoming((what, name), Text(zh, f"{what} {name!r} is given twice: names must be unique"))
    for what, found in ids:
        yield from (unwritable(what, name, ID) for name in dict.fromkeys(found) if not ID.fullmatch(name))
    for what, found in names:
        for name in dict.fromkeys(found):
            if not NAME.fullmatch(name) or name in RESERVED_WORDS:
                yield unwritable(what, name, NAME)
    for name in sorted({name for name in names[1][1] if name in names[0][1]}):
        zh = f"“{name}”既是参数又是定义：请另取一个名称"
        yield Shortcoming(
            ("definition", name), Text(zh, f"{name!r} is both a parameter and a definition: choose another name")
        )


def _subject_problems(policy: Policy) -> Iterator[Shortcoming]:
    facts: dict[str, Fact] = {}
    for clause in every_clause(policy):
        about = ("clause", clause.id)
        for fact in filter(None, dict.fromkeys(fact_of(atom) for atom in atoms_in(clause.condition))):
            if facts.setdefault(fact.name, fact) != fact:
                zh = f"条款“{clause.id}”用了另一个名为“{fact.name}”的事实：所有事实都取自同一个事实表"
                en = f"clause {clause.id!r} uses another fact named {fact.name!r}: take all facts from one schema"
                yield Shortcoming(about, Text(zh, en))
        yield from (Shortcoming(about, message) for message in dict.fromkeys(_foreign(clause.condition, None)))
    for definition in every_definition(policy):
        taken = definition.group.members.facts() if definition.group else facts
        if definition.name in taken:
            zh = f"定义“{definition.name}”与一项事实同名：请另取一个名称"
            en = f"definition {definition.name!r} has the name of a fact: choose another name"
            yield Shortcoming(("definition", definition.name), Text(zh, en))
    for parameter in every_parameter(policy):
        if parameter.name in facts:
            zh = f"参数“{parameter.name}”与一项事实同名：请另取一个名称"
            en = f"parameter {parameter.name!r} has the name of a fact: choose another name"
            yield Shortcoming(("parameter", parameter.name), Text(zh, en))


def _foreign(node: Predicate, group: GroupFact | None) -> Iterator[Text]:
    """Yield what is said about another subject than the child, or than a member of *group*."""
    inside = f"{group.name} (…)" if group else ""
    fact = fact_of(node)
    if fact is not None and group is not None and group.members.facts().get(fact.name) != fact:
        zh = f"{inside} 的括号里只能用其成员的事实，不能用“{fact.name}”：把它写到括号外面"
        en = f"inside {inside} only facts of its members can be asked, not {fact.name!r}: write it outside the brackets"
        yield Text(zh, en)
        return
    if isinstance(node, Definition) and node.group != group:
        own = f"说的是 {node.group.name} 的一名成员" if node.group else "说的是儿童本人"
        own_en = f"is about a member of {node.group.name}" if node.group else "is about the child"
        zh = f"定义“{node.name}”{own}，不能用在{inside + ' 的括号里' if inside else '括号外面'}"
        yield Text(zh, f"definition {node.name!r} {own_en}: it cannot stand {'in ' + inside if inside else 'outside'}")
    if isinstance(node, Quantified):
        yield from _foreign(node.when, node.group)
    for child in children_of(node):
        yield from _foreign(child, node.group if isinstance(node, Definition) else group)


def _parameter_problems(policy: Policy) -> Iterator[Shortcoming]:
    begins = [period.since for period in policy.effective]
    first = None if None in begins else min((day for day in begins if day is not None), default=None)
    given = [("parameter", parameter) for parameter in every_parameter(policy)]
    given += [("override parameter", parameter) for override in policy.overrides for parameter in override.parameters]
    for kind, parameter in dict.fromkeys(given):
        if parameter.first_day is not None and (first is None or first < parameter.first_day):
            zh = f"参数“{parameter.name}”从 {parameter.first_day} 起才有数值，而政策"
            zh += f"{first} 起施行：请补上此前的数值" if first else "没有起始日：请补上此前的数值"
            yield Shortcoming(
                (kind, parameter.name),
                Text(
                    zh,
                    f"parameter {parameter.name!r} has its first value on {parameter.first_day}, but the policy is in "
                    f"force {'from ' + str(first) if first else 'without a first day'}: give the value that held "
                    f"before",
                ),
            )
