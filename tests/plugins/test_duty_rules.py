"""Does a duty rule that fails for one child hurt neither the others nor the other rules?"""

import datetime as dt
import itertools
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest

from careprogram.care import DutyRule, Occurrence
from careprogram.errors import PluginError
from careprogram.language import Text
from careprogram.plugins import PluginHost, hookimpl

_DAY = dt.date(2026, 9, 1)
_SECRET = "王小明 13912345678"


class _OddError(Exception):
    pass


def _raise(*_: object) -> None:
    raise _OddError(_SECRET)


class TestDutyRules:
    """A duty rule of a plugin runs once for every child."""

    def _schedule(self, schedule: Callable[[Any], Any], *, strict: bool = False) -> tuple[PluginHost, Any]:
        rule = DutyRule(id="visit", title=Text("家访", "visit"), source="test", hands=(), schedule=schedule)
        host = PluginHost(strict=strict)
        plugin = SimpleNamespace(careprogram_duty_rules=hookimpl(lambda: [rule]))
        host.register(plugin, name="diligent", version="3")
        return host, host.duty_rules()["visit"].schedule

    _context = SimpleNamespace(begin=_DAY, term=SimpleNamespace(end=dt.date(2027, 1, 31)))

    def test_a_sound_rule_is_left_alone(self) -> None:
        """What a rule asks for within its term comes through, in order."""
        wanted = [Occurrence(due=_DAY, part="a"), Occurrence(due=dt.date(2027, 1, 31), part="b")]
        host, schedule = self._schedule(lambda _: iter(wanted))
        assert schedule(self._context) == tuple(wanted)
        assert host.failures == ()

    @pytest.mark.parametrize(
        ("answer", "said"),
        [
            (_raise, "raised _OddError"),
            (lambda _: None, "gave None"),
            (lambda _: ["tomorrow"], "expected Occurrence"),
            (lambda _: [Occurrence(due=dt.date(2026, 8, 31))], "outside the term"),
            (lambda _: [Occurrence(due=dt.date(2027, 2, 1))], "outside the term"),
            (lambda _: [Occurrence(due=dt.datetime(2026, 9, 2))], "expected Occurrence with a day"),  # noqa: DTZ001
            (lambda _: [Occurrence(due=_DAY), Occurrence(due=_DAY)], "asks twice for one part"),
            (lambda _: itertools.repeat(Occurrence(due=_DAY)), "never have ended"),
        ],
    )
    def test_a_rule_that_fails_for_a_child_asks_for_nothing(self, answer: Callable[[Any], Any], said: str) -> None:
        """The other rules and the other children get their duties; the rule is named, with its plugin."""
        host, schedule = self._schedule(answer)
        assert schedule(self._context) == ()
        (failure,) = host.failures
        assert (failure.plugin, failure.version, failure.hook) == ("diligent", "3", "careprogram_duty_rules")
        assert said in failure.message
        assert _SECRET not in str(failure)

    def test_a_strict_host_raises_it(self) -> None:
        """Whoever develops a rule sees where it fails."""
        _, schedule = self._schedule(_raise, strict=True)
        with pytest.raises(PluginError, match="raised _OddError"):
            schedule(self._context)
