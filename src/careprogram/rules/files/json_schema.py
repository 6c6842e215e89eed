"""What can an editor know of a policy file while it is written?

Makes a JSON Schema (draft 2020-12) of the same shape that the reader goes by, so that an editor completes keys, shows
what they mean and marks a wrong one. It knows no more than the shape: what a rule says, only `read_policy` can check.
"""

from typing import Any

from careprogram.rules.facts import RESERVED_WORDS, ChoiceFact, Fact, FactSchema, GroupFact, choice_text
from careprogram.rules.files.shape import FORMAT, POLICY, Key, Kind, Shape
from careprogram.rules.shortcomings import ID, JURISDICTION, LARGEST, NAME

_TEXT = {"type": "string", "pattern": "\\S"}
_ID = {"type": "string", "pattern": f"^{ID.pattern}$"}
_DATE = {"type": "string", "format": "date", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"}
_TEXTS = {"$ref": "#/$defs/texts"}
_KINDS: dict[Kind, dict[str, Any]] = {
    Kind.FORMAT: {"const": FORMAT},
    Kind.ID: _ID,
    Kind.TEXT: _TEXT,
    Kind.TEXTS: _TEXTS,
    Kind.NUMBER: {"type": "integer", "minimum": -LARGEST, "maximum": LARGEST},
    Kind.TIER: {"type": "integer", "minimum": 1},
    Kind.YES_NO: {"type": "boolean"},
    Kind.DATE: _DATE,
    Kind.RULE: {"$ref": "#/$defs/rule"},
    Kind.JURISDICTION: {"type": "string", "pattern": f"^{JURISDICTION.pattern}$"},
    Kind.IDS: {"type": "array", "items": _ID, "uniqueItems": True},
    Kind.ID_LISTS: {
        "type": "array",
        "items": {"type": "array", "items": _ID, "minItems": 2, "uniqueItems": True},
        "uniqueItems": True,
    },
}
_NEVER_EMPTY = {"values", "categories", "clauses"}


def policy_json_schema(schema: type[FactSchema]) -> dict[str, Any]:
    """Return the JSON Schema of policy files over the facts of *schema*, titles in Chinese and English.

    Dates count as the texts that editors make of them. A file that `read_policy` accepts is valid; a valid file may
    still be refused, for what its rules say or for how its parts fit together.

    Args:
        schema: The facts that rules may ask about; their names are told where a rule is written.

    Examples:
        >>> from careprogram.language import Text
        >>> from careprogram.rules import BoolFact, FactSchema
        >>> class PupilFacts(FactSchema):
        ...     poor = BoolFact(label=Text("贫困", "poor"))
        >>> policy_json_schema(PupilFacts)["properties"]["format"]["const"]
        1
    """
    groups = [name for name, fact in schema.facts().items() if isinstance(fact, GroupFact)]
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "关爱政策 / policy of a care program",
        **_table(POLICY, groups),
        "$defs": {
            "texts": {
                "type": "object",
                "properties": {
                    "zh": {**_TEXT, "title": "中文 / in Chinese"},
                    "en": {**_TEXT, "title": "英文 / in English"},
                },
                "required": ["zh", "en"],
                "additionalProperties": False,
            },
            "rule": {**_TEXT, "description": _what_rules_may_ask(schema)},
        },
    }


def _table(shape: Shape, groups: list[str]) -> dict[str, Any]:
    keys = [key for key in shape.keys if key.kind is not Kind.GROUP or groups]
    table: dict[str, Any] = {
        "type": "object",
        "properties": {key.name: {"title": f"{key.title.zh} / {key.title.en}", **_value(key, groups)} for key in keys},
        "additionalProperties": False,
    }
    if shape.required:
        table["required"] = list(shape.required)
    return table


def _value(key: Key, groups: list[str]) -> dict[str, Any]:
    """Return what *key* may hold."""
    if key.kind is Kind.CHOICE:
        return {"enum": list(key.choices)}
    if key.kind is Kind.GROUP:
        return {"enum": groups}
    if key.shape is None:
        return _KINDS[key.kind]
    inner = _table(key.shape, groups)
    if key.kind is Kind.TABLE:
        return inner
    if key.kind is Kind.NAMED:
        names = {"pattern": f"^{NAME.pattern}$", "not": {"enum": sorted(RESERVED_WORDS)}}
        return {"type": "object", "propertyNames": names, "additionalProperties": inner}
    return {"type": "array", "items": inner, **({"minItems": 1} if key.required and key.name in _NEVER_EMPTY else {})}


def _what_rules_may_ask(schema: type[FactSchema]) -> str:
    """Return the facts of *schema* for the author of a rule, one a line."""
    lines = ["规则可以询问 / rules may ask:"]
    for name, fact in schema.facts().items():
        lines.append(_told(name, fact))
        if isinstance(fact, GroupFact):
            lines += [f"  {_told(member, inner)}" for member, inner in fact.members.facts().items()]
    return "\n".join(lines)


def _told(name: str, fact: Fact) -> str:
    told = f"{name}: {fact.label.zh} / {fact.label.en} ({fact.kind})"
    if isinstance(fact, ChoiceFact):
        codes = (f"{member.value} {choice_text(member).zh}" for member in fact.members)
        told += f" = {', '.join(codes)}"
    return told
