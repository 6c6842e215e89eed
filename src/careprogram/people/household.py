"""What family does a child live in?

Facts that belong to the household and to the child's registration and residence. Being a family-planning household is
sensitive and off by default: policies that ask for it say so.
"""

import datetime as dt

import attrs

from careprogram.people.enums import AidKind, IncomeSource, RegistrationKind, Settlement
from careprogram.people.place_code import PlaceCode
from careprogram.unknown import UNKNOWN, Maybe


@attrs.frozen(kw_only=True)
class Registration:
    """Household registration (户籍).

    Attributes:
        registered: Whether the child is registered at all (是否登记户口).
        kind: Rural or urban.
        place: Where it is registered.
        left_on: Since when the child lives outside the county of its registration; None if it does not.
    """

    registered: Maybe[bool] = UNKNOWN
    kind: Maybe[RegistrationKind] = UNKNOWN
    place: Maybe[PlaceCode] = UNKNOWN
    left_on: Maybe[dt.date] | None = UNKNOWN


@attrs.frozen(kw_only=True)
class Residence:
    """Where somebody lives now (现居住地).

    Attributes:
        place: The deepest place that could be resolved, at best the village.
        settlement: Countryside or town.
        address: The address as written; personal.
    """

    place: Maybe[PlaceCode] = UNKNOWN
    settlement: Maybe[Settlement] = UNKNOWN
    address: Maybe[str] = attrs.field(default=UNKNOWN, repr=False)


@attrs.frozen(kw_only=True)
class Household:
    """The household a child belongs to.

    Attributes:
        family_planning: Whether it is a family-planning household (计生家庭); sensitive.
        only_child: Whether it has one child only (独生子女户).
        girls_only: Whether all its children are girls (女孩户, 双女户 included).
        income_sources: Where the money comes from (家庭经济来源).
        aid: Aid received (救助帮扶情况).
        in_poverty: Whether it is a registered poor or hardship household.
        poverty_hinders: Whether poverty keeps the child from what it needs to live, from treatment or from school.
    """

    family_planning: Maybe[bool] = attrs.field(default=UNKNOWN, repr=False)
    only_child: Maybe[bool] = UNKNOWN
    girls_only: Maybe[bool] = UNKNOWN
    income_sources: Maybe[frozenset[IncomeSource]] = attrs.field(default=UNKNOWN, repr=False)
    aid: Maybe[frozenset[AidKind]] = attrs.field(default=UNKNOWN, repr=False)
    in_poverty: Maybe[bool] = attrs.field(default=UNKNOWN, repr=False)
    poverty_hinders: Maybe[bool] = attrs.field(default=UNKNOWN, repr=False)
