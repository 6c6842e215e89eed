"""Which number does a rule use on a given day?

Laws change their thresholds. A parameter keeps every value with the day it came into force and the source that says so;
asking for its value always takes a day, and nothing here knows today's date.
"""

import datetime as dt
import itertools

import attrs

from careprogram.errors import PolicyError
from careprogram.language import Text
from careprogram.rules.shortcomings import LARGEST, refusal


@attrs.frozen(kw_only=True)
class DatedValue:
    """One value of a parameter, from one day on.

    Attributes:
        value: The number, in the unit of its parameter.
        source: Where the number comes from, as a reader could look it up. Never empty.
        since: The first day it applies, or None for "as far back as anybody asks".
    """

    value: int
    source: str
    since: dt.date | None = None

    def __attrs_post_init__(self) -> None:
        if isinstance(self.value, bool) or not isinstance(self.value, int):
            zh = f"参数的数值是整数，不能是 {self.value!r}：写 16，不写 16.0 或 '16'"
            en = f"a parameter value is a whole number, not {self.value!r}: write 16, not 16.0 or '16'"
            raise refusal("value", "", zh, en)
        if abs(self.value) > LARGEST:
            raise refusal("value", "", "参数的数值太大：没有这样的阈值", "a parameter value this large is no threshold")
        if not self.source.strip():
            zh = f"数值 {self.value} 没有出处：写明法律、论文或决定"
            en = f"the value {self.value} has no source: name the law, essay or decision it comes from"
            raise refusal("value", "", zh, en)


@attrs.frozen(kw_only=True)
class Parameter:
    """A named threshold with dated values.

    Attributes:
        name: The word used in rules, such as ``age_limit``.
        label: What a reader sees.
        values: Its values in order of the day they came into force.
        unit: What is counted, such as "years"; None for a bare number.
    """

    name: str
    label: Text
    values: tuple[DatedValue, ...]
    unit: Text | None = None

    def __attrs_post_init__(self) -> None:
        if not self.values:
            zh = f"参数“{self.name}”没有数值：至少写一个，并写明出处"
            en = f"parameter {self.name!r} has no values: give at least one, with its source"
            raise refusal("parameter", self.name, zh, en)
        starts = [value.since or dt.date.min for value in self.values]
        if any(later <= earlier for earlier, later in itertools.pairwise(starts)):
            zh = f"参数“{self.name}”的数值要按 since 的先后排列，每天只写一次"
            en = f"the values of parameter {self.name!r} must be in order of `since`, each day once"
            raise refusal("parameter", self.name, zh, en)

    @property
    def first_day(self) -> dt.date | None:
        """The first day it has a value, or None if it always had one."""
        return self.values[0].since

    def dated_on(self, as_of: dt.date) -> DatedValue:
        """Return the value in force on *as_of*, with its source.

        Raises:
            PolicyError: The parameter had no value yet.
        """
        for dated in reversed(self.values):
            if dated.since is None or dated.since <= as_of:
                return dated
        raise PolicyError(f"parameter {self.name!r} has no value on {as_of}: its first is of {self.first_day}")

    def on(self, as_of: dt.date) -> int:
        """Return the number in force on *as_of*.

        Raises:
            PolicyError: The parameter had no value yet.
        """
        return self.dated_on(as_of).value

    def change_days(self) -> tuple[dt.date, ...]:
        """Return the days on which a value came into force."""
        return tuple(dated.since for dated in self.values if dated.since is not None)


def constant(name: str, value: int, *, label: Text, source: str, unit: Text | None = None) -> Parameter:
    """Return a parameter that never changed.

    Args:
        name: The word used in rules.
        value: The number.
        label: What a reader sees.
        source: Where the number comes from.
        unit: What is counted.
    """
    return Parameter(name=name, label=label, unit=unit, values=(DatedValue(value=value, source=source),))
