"""Which tables and keys does a policy file have?

The one description of the file's shape: the reader refuses what is not in it, the JSON Schema for editors is made from
it. It reads nothing, and what a rule may say is not its business.
"""

import enum

import attrs

from careprogram.dates import LeapDayRule
from careprogram.language import Text
from careprogram.rules.cutoffs import AgeTurns
from careprogram.rules.policy import Stage

FORMAT = 1
"""The version of the file format that is written, and the only one that is read."""


class Kind(enum.Enum):
    """What a key holds."""

    FORMAT = "format"
    ID = "id"
    TEXT = "text"
    TEXTS = "texts"
    NUMBER = "number"
    TIER = "tier"
    YES_NO = "yes-no"
    DATE = "date"
    RULE = "rule"
    CHOICE = "choice"
    GROUP = "group"
    JURISDICTION = "jurisdiction"
    IDS = "ids"
    ID_LISTS = "id-lists"
    TABLE = "table"
    TABLES = "tables"
    NAMED = "named"


@attrs.frozen(kw_only=True)
class Key:
    """One key of a table.

    Attributes:
        name: How it is written.
        kind: What it holds.
        title: What it means, for a reader.
        required: Whether the table needs it.
        choices: The codes it may hold, for a choice.
        shape: The table or tables under it.
    """

    name: str
    kind: Kind
    title: Text
    required: bool = False
    choices: tuple[str, ...] = ()
    shape: "Shape | None" = None


@attrs.frozen(kw_only=True)
class Shape:
    """The keys of one kind of table.

    Attributes:
        name: What the table is called.
        keys: Its keys, in the order they are written.
    """

    name: str
    keys: tuple[Key, ...]

    @property
    def required(self) -> tuple[str, ...]:
        """The keys it needs."""
        return tuple(key.name for key in self.keys if key.required)

    @property
    def allowed(self) -> tuple[str, ...]:
        """The keys it may have."""
        return (*self.required, *(key.name for key in self.keys if not key.required))

    def without(self, *names: str) -> "Shape":
        """Return the shape without some of its keys."""
        return attrs.evolve(self, keys=tuple(key for key in self.keys if key.name not in names))


def _key(name: str, kind: Kind, zh: str, en: str, **more: object) -> Key:
    return Key(name=name, kind=kind, title=Text(zh, en), **more)  # type: ignore[arg-type]


def _codes(kind: type[enum.Enum]) -> tuple[str, ...]:
    return tuple(str(member.value) for member in kind)


BOTH_LANGUAGES = Shape(
    name="texts",
    keys=(
        _key("zh", Kind.TEXT, "中文", "in Chinese", required=True),
        _key("en", Kind.TEXT, "英文", "in English", required=True),
    ),
)
_LABEL = _key("label", Kind.TEXTS, "读者看到的名称", "what a reader sees", required=True)
_SINCE = _key("since", Kind.DATE, "起始日（含）", "the first day")
_STAGE = _key(
    "stage",
    Kind.CHOICE,
    "何时询问：总是、进入时、继续时",
    "whether it is asked always, on entry, or of those already in",
    choices=_codes(Stage),
)

PERIOD = Shape(
    name="period",
    keys=(_SINCE, _key("until", Kind.DATE, "截止日（含）", "the last day")),
)
AGES = Shape(
    name="ages",
    keys=(
        _key("leap_day", Kind.CHOICE, "平年里 2 月 29 日的生日", "the birthday of 29 February in a common year",
             choices=_codes(LeapDayRule)),
        _key("turns", Kind.CHOICE, "周岁从哪天算", "on which day somebody is a year older", choices=_codes(AgeTurns)),
    ),
)  # fmt: skip
VALUE = Shape(
    name="value",
    keys=(
        _SINCE,
        _key("value", Kind.NUMBER, "数值（整数）", "the number, a whole one", required=True),
        _key("source", Kind.TEXT, "数值的出处", "where the number comes from", required=True),
    ),
)
PARAMETER = Shape(
    name="parameter",
    keys=(
        _LABEL,
        _key("unit", Kind.TEXTS, "单位", "what is counted"),
        _key("values", Kind.TABLES, "各时期的数值", "its values, in order of `since`", required=True, shape=VALUE),
    ),
)
DEFINITION = Shape(
    name="definition",
    keys=(
        _LABEL,
        _key("of", Kind.GROUP, "说的是哪一组人中的一人", "the group of whose members it is said"),
        _key("when", Kind.RULE, "条件", "what it stands for", required=True),
    ),
)
_CITED = (
    _key("id", Kind.ID, "编号", "its id", required=True),
    _key("citation", Kind.TEXT, "依据", "the text that says so", required=True),
    _key("text", Kind.TEXTS, "内容", "what it says, for a reader", required=True),
)
_WHEN = _key("when", Kind.RULE, "条件", "the condition", required=True)
EXCEPTION = Shape(name="exception", keys=(*_CITED, _WHEN))
CLAUSE = Shape(
    name="clause",
    keys=(
        *_CITED,
        _STAGE,
        _WHEN,
        _key("exceptions", Kind.TABLES, "例外", "where it does not apply although it holds", shape=EXCEPTION),
    ),
)
CATEGORY = Shape(
    name="category",
    keys=(
        _key("id", Kind.ID, "编号", "its id", required=True),
        _key("tier", Kind.TIER, "级别，1 最紧急", "how urgent it is, 1 first", required=True),
        _key("title", Kind.TEXTS, "名称", "what a reader calls it", required=True),
        _key("clauses", Kind.TABLES, "条款，符合其一即可", "the ways to be in it", required=True, shape=CLAUSE),
    ),
)
OVERRIDDEN = Shape(
    name="overridden",
    keys=tuple(attrs.evolve(key, required=False) if key is _LABEL else key for key in PARAMETER.without("unit").keys),
)
OVERRIDE = Shape(
    name="override",
    keys=(
        _key("jurisdiction", Kind.JURISDICTION, "地区代码的开头", "how its place codes begin", required=True),
        _key("citation", Kind.TEXT, "依据", "the text that says so", required=True),
        _key("text", Kind.TEXTS, "改了什么", "what it changes, for a reader", required=True),
        _key("parameters", Kind.NAMED, "代替同名参数", "each replaces the parameter of its name", shape=OVERRIDDEN),
        _key("clauses", Kind.TABLES, "代替同编号条款", "each replaces the clause of its id", shape=CLAUSE),
    ),
)
POLICY = Shape(
    name="policy",
    keys=(
        _key("format", Kind.FORMAT, "文件格式版本", "the version of the file format", required=True),
        _key("id", Kind.ID, "政策编号", "the stable name of the policy", required=True),
        _key("title", Kind.TEXTS, "名称", "what a reader calls it", required=True),
        _key("citation", Kind.TEXT, "依据", "the text it comes from", required=True),
        _key("jurisdiction", Kind.TEXT, "适用地区代码", "the place code it is meant for"),
        _key("sensitive", Kind.YES_NO, "是否用到敏感数据", "whether it reads data that needs a purpose of its own"),
        _key("on_by_default", Kind.YES_NO, "是否默认启用", "whether a program applies it without being told to"),
        _key("requires", Kind.IDS, "还必须符合的政策", "policies by which a child must be covered as well"),
        _key("excludes", Kind.IDS, "不得同时符合的政策", "policies by which a child may not be covered"),
        _key("exclusive", Kind.ID_LISTS, "互斥的类别", "groups of categories of which no child may be in two"),
        _key("effective", Kind.TABLES, "施行期间", "when it is in force", shape=PERIOD),
        _key("ages", Kind.TABLE, "周岁的算法", "how completed years are counted", shape=AGES),
        _key("parameters", Kind.NAMED, "参数", "thresholds with a name, a source and a day", shape=PARAMETER),
        _key("definitions", Kind.NAMED, "定义", "conditions with a name", shape=DEFINITION),
        _key("requirements", Kind.TABLES, "共同要求", "what everybody must meet", shape=CLAUSE),
        _key("categories", Kind.TABLES, "类别", "who is covered", required=True, shape=CATEGORY),
        _key("overrides", Kind.TABLES, "地区变通", "what jurisdictions say otherwise", shape=OVERRIDE),
    ),
)
