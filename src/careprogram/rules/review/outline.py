"""What does a policy say, told as a whole to somebody who has to decide whether it is right?

Its authority and its days, every clause with its citation and its condition in words, the numbers in force on a day,
and the days on which they change. It judges nobody.
"""

import datetime as dt
from collections.abc import Iterable, Iterator

from careprogram.errors import PolicyError
from careprogram.language import Language, Text
from careprogram.rules.facts import Fact
from careprogram.rules.parameters import DatedValue, Parameter
from careprogram.rules.policy import Category, Clause, Exemption, Period, Policy, Stage
from careprogram.rules.predicates import Quantified, facts_in, walk
from careprogram.rules.review.words import STEP, condition_lines

_HEADINGS = {
    "as_of": Text("截至{}", "as of {}"),
    "id": Text("编号", "Id"),
    "place": Text("适用地区", "Jurisdiction"),
    "force": Text("施行", "In force"),
    "always": Text("一直有效", "always"),
    "since": Text("自{}起", "since {}"),
    "until": Text("至{}止", "until {}"),
    "not": Text("当日未施行", "not in force that day"),
    "sensitive": Text("涉及敏感信息，须有专门目的和同意", "Reads sensitive data: needs its own purpose and consent"),
    "off": Text("默认不启用", "Off unless a program names it"),
    "requires": Text("须同时符合的政策", "Only with the policies"),
    "excludes": Text("不得同时享受的政策", "Not together with the policies"),
    "exclusive": Text("不得同时属于的类别", "Categories that exclude each other"),
    "requirements": Text("每名儿童都须符合", "Every child must meet"),
    "category": Text("类别", "Category"),
    "any": Text("符合任一条即属于", "any one clause is enough"),
    "exception": Text("除外", "except"),
    "entry": Text("仅在纳入时审查", "asked on entry only"),
    "continuing": Text("仅在复核时审查", "asked of those already in only"),
    "words": Text("用语", "Words used"),
    "thresholds": Text("当日有效的标准", "Thresholds in force that day"),
    "changes": Text("此后的变动", "What changes later"),
    "none": Text("尚无数值", "no value yet"),
    "becomes": Text("{}起，{}为", "from {} {} is "),
    "overrides": Text("地方另有规定", "Otherwise in"),
    "facts": Text("需要了解的情况", "What has to be known"),
    "each": Text("每人", "of each"),
}


def render_policy(policy: Policy, *, as_of: dt.date, language: Language = "zh") -> str:
    """Return all that *policy* says as text for a person, with the thresholds of one day.

    Args:
        policy: The policy; it need not be in force on that day, which is then said.
        as_of: The day whose thresholds are shown.
        language: Chinese unless asked otherwise.
    """
    return "\n".join(_Outline(policy, as_of, language).lines())


class _Outline:
    """Tells one policy on one day in one language."""

    def __init__(self, policy: Policy, as_of: dt.date, language: Language) -> None:
        self.policy, self.as_of, self.language = policy, as_of, language
        zh = language == "zh"
        self.colon, self.comma, self.semicolon = ("：", "，", "；") if zh else (": ", ", ", "; ")
        self.listed = "、" if zh else ", "

    def lines(self) -> Iterator[str]:
        yield from self.head()
        if self.policy.requirements:
            yield ""
            yield self.heading("requirements")
            for clause in self.policy.requirements:
                yield from self.clause(clause)
        for category in self.policy.categories:
            yield ""
            yield from self.category(category)
        yield from self.tail()

    def head(self) -> Iterator[str]:
        policy = self.policy
        yield f"{self.cited(policy.title, policy.citation)}{self.comma}{self.say('as_of').format(self.as_of)}"
        yield self.line("id", policy.id)
        if policy.jurisdiction:
            yield self.line("place", policy.jurisdiction)
        force = self.semicolon.join(map(self.period, policy.effective))
        yield self.line("force", force if policy.in_force_on(self.as_of) else self.aside(force, self.say("not")))
        for key, named in (("requires", policy.requires), ("excludes", policy.excludes)):
            if named:
                yield self.line(key, self.listed.join(named))
        titles = {category.id: category.title.in_(self.language) for category in policy.categories}
        for group in policy.exclusive:
            yield self.line("exclusive", self.listed.join(titles.get(name, name) for name in group))
        yield from (self.say(key) for key, said in self.flags() if said)

    def flags(self) -> Iterable[tuple[str, bool]]:
        return (("sensitive", self.policy.sensitive), ("off", not self.policy.on_by_default))

    def category(self, category: Category) -> Iterator[str]:
        tier = f"第{category.tier}档" if self.language == "zh" else f"tier {category.tier}"
        title = self.aside(category.title.in_(self.language), tier)
        enough = f"{self.comma}{self.say('any')}" if len(category.clauses) > 1 else ""
        yield f"{self.line('category', title)}{enough}"
        for clause in category.clauses:
            yield from self.clause(clause)

    def clause(self, clause: Clause) -> Iterator[str]:
        stage = "" if clause.stage is Stage.ALWAYS else f"{self.semicolon}{self.say(clause.stage.value)}"
        yield f"  [{clause.id}] {self.cited(clause.text, clause.citation)}{stage}"
        yield from self.condition(clause)
        for exemption in clause.exceptions:
            yield f"{STEP}  {self.line('exception', f'[{exemption.id}] ')}" + self.cited(
                exemption.text, exemption.citation
            )
            yield from (STEP + line for line in self.condition(exemption))

    def condition(self, clause: Clause | Exemption) -> Iterator[str]:
        told = condition_lines(clause.when, as_of=self.as_of, language=self.language)
        yield from (f"{STEP}  {line}" for line in told)

    def tail(self) -> Iterator[str]:
        parts = (
            ("words", self.definitions()),
            ("thresholds", self.thresholds()),
            ("changes", self.changes()),
            ("overrides", self.overrides()),
            ("facts", map(self.fact, self.policy.facts)),
        )
        for key, told in parts:
            lines = list(told)
            if lines:
                yield ""
                yield self.heading(key)
                yield from lines

    def definitions(self) -> Iterator[str]:
        for definition in self.policy.definitions:
            label = definition.label.in_(self.language)
            told = self.aside(label, definition.group.label.in_(self.language)) if definition.group else label
            yield f"  - {told}{self.colon}".rstrip()
            lines = condition_lines(definition.when, as_of=self.as_of, language=self.language)
            yield from (f"{STEP}  {line}" for line in lines)

    def thresholds(self) -> Iterator[str]:
        for parameter in self.policy.parameters:
            label = f"{parameter.label.in_(self.language)} [{parameter.name}]{self.colon}"
            try:
                dated = parameter.dated_on(self.as_of)
            except PolicyError:
                yield f"  - {label}{self.say('none')}"
                continue
            since = f"{self.say('since').format(dated.since)}{self.semicolon}" if dated.since else ""
            yield f"  - {label}{self.aside(self.amount(parameter, dated), since + dated.source)}"

    def changes(self) -> Iterator[str]:
        later = [
            (dated.since, parameter, dated)
            for parameter in self.policy.parameters
            for dated in parameter.values
            if dated.since is not None and dated.since > self.as_of
        ]
        for since, parameter, dated in sorted(later, key=lambda each: each[0]):
            becomes = self.say("becomes").format(since, parameter.label.in_(self.language))
            yield f"  - {becomes}{self.aside(self.amount(parameter, dated), dated.source)}"

    def overrides(self) -> Iterator[str]:
        for override in self.policy.overrides:
            yield f"  - {override.jurisdiction}{self.colon}{self.cited(override.text, override.citation)}"

    def fact(self, fact: Fact) -> str:
        label = fact.label.in_(self.language)
        asked: dict[str, None] = {}
        for node in (node for clause in self.policy.clauses for node in walk(clause.condition)):
            if isinstance(node, Quantified) and node.group == fact:
                asked.update(dict.fromkeys(member.label.in_(self.language) for member in facts_in(node.when)))
        told = f"{self.say('each')}{self.colon}{self.listed.join(asked)}"
        return f"  - {self.aside(label, told) if asked else label}"

    def amount(self, parameter: Parameter, dated: DatedValue) -> str:
        unit = parameter.unit.in_(self.language) if parameter.unit else ""
        return f"{dated.value}{' ' if unit and self.language == 'en' else ''}{unit}"

    def period(self, period: Period) -> str:
        since = self.say("since").format(period.since) if period.since else ""
        until = self.say("until").format(period.until) if period.until else ""
        return self.comma.join(filter(None, (since, until))) or self.say("always")

    def say(self, key: str) -> str:
        return _HEADINGS[key].in_(self.language)

    def heading(self, key: str) -> str:
        return f"{self.say(key)}{self.colon}".rstrip()

    def line(self, key: str, told: str) -> str:
        return f"{self.say(key)}{self.colon}{told}"

    def aside(self, told: str, more: str) -> str:
        return f"{told}（{more}）" if self.language == "zh" else f"{told} ({more})"

    def cited(self, text: Text, citation: str) -> str:
        return self.aside(text.in_(self.language), citation)
