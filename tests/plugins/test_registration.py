"""Is a plugin that could not work refused when it is registered, with the reason?"""

import functools
import threading
import traceback
import types
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

import pytest

from careprogram.errors import ConflictError, PluginError
from careprogram.language import Text
from careprogram.plugins import ARGUMENTS, PluginHost, hookimpl, hookspecs


def _refusal(plugin: object) -> str:
    host = PluginHost()
    with pytest.raises(PluginError) as caught:
        host.register(plugin, name="clumsy", version="0.3")
    assert host.describe() == ()
    assert str(caught.value).startswith("plugin 'clumsy' 0.3 ") or "plugin 'clumsy' 0.3:" in str(caught.value)
    return str(caught.value)


def _with(**members: object) -> object:
    return SimpleNamespace(**members)


def _unmarked() -> list[object]:
    return []


def _gives_nothing(specname: str | None = None) -> object:
    """Return a hook that gives nothing."""

    def give() -> list[object]:
        return []

    return hookimpl(specname=specname)(give)


def _default(event: object = "王小明") -> None: ...
def _keyword_only(*, event: object) -> None: ...
def _collects(*events: object) -> None: ...
def _collects_names(**names: object) -> None: ...
def _unheard_of(event: object, folder: object) -> None: ...
async def _async(event: object) -> None: ...
def _yields(event: object) -> Iterator[None]:
    yield


@pytest.mark.parametrize(
    ("function", "shown", "rule"),
    [
        (_default, "(event=...)", "'event' has a default and would silently not be passed"),
        (_keyword_only, "(*, event)", "'event' comes after a * and would silently not be passed"),
        (_collects, "(*events)", "'events' collects arguments"),
        (_collects_names, "(**names)", "'names' collects arguments"),
        (_unheard_of, "(event, folder)", "'folder' is not offered"),
        (_async, "(event)", "a plain function, not async"),
        (_yields, "(event)", "it does not yield"),
    ],
)
def test_a_hook_that_pluggy_would_call_wrongly_is_refused(function: Any, shown: str, rule: str) -> None:
    """The error names plugin, version, hook, signature, the broken rule, and how to write it; no default is shown."""
    said = _refusal(_with(careprogram_child_enrolled=hookimpl(function)))
    assert f"defines careprogram_child_enrolled{shown}, which cannot be called: " in said
    assert rule in said
    assert said.endswith("Write it as careprogram_child_enrolled(event)")
    assert "王小明" not in said


@pytest.mark.parametrize("hook", [hook for hook, arguments in ARGUMENTS.items() if not arguments])
def test_a_provider_hook_takes_no_arguments(hook: str) -> None:
    """A provider hook with an argument, which nobody would pass, is refused."""
    said = _refusal(_with(**{hook: hookimpl(lambda folder: [folder])}))
    assert "'folder' is not offered" in said
    assert said.endswith(f"Write it as {hook}()")


def test_every_broken_rule_is_told_at_once() -> None:
    """Two faults of one signature are told together."""

    def both(place: object, event: object = None) -> None: ...

    said = _refusal(_with(careprogram_plan_drawn=hookimpl(both)))
    assert "'place' is not offered" in said
    assert "'event' has a default" in said


def test_an_unknown_hook_is_told_what_it_may_mean() -> None:
    """A misspelled hook would never be called, so it is refused, marked or not."""
    assert "careprogram_store, which is no hook; did you mean careprogram_stores?" in _refusal(
        _with(careprogram_store=_gives_nothing())
    )
    assert "did you mean careprogram_policies?" in _refusal(_with(careprogram_policy=_unmarked))
    assert "the hooks are careprogram_stores, " in _refusal(_with(careprogram_xyz=_unmarked))


def test_a_hook_named_by_the_mark_is_checked_as_well() -> None:
    """A function of any name can be a hook by ``specname``; a wrong one is no hook either."""
    assert "did you mean careprogram_stores?" in _refusal(_with(open_all=_gives_nothing("careprogram_store")))
    host = PluginHost()
    host.register(_with(services=_gives_nothing("careprogram_services")), name="named")
    assert host.describe()[0].hooks == ("careprogram_services",)


def test_one_hook_has_one_function() -> None:
    """Two functions for one hook in one plugin are refused: one of them would be lost."""
    twice = _with(careprogram_services=_gives_nothing(), more=_gives_nothing("careprogram_services"))
    assert "implements careprogram_services twice" in _refusal(twice)


def test_a_hook_without_its_mark_is_refused() -> None:
    """A forgotten ``@hookimpl`` would make a plugin that does nothing, without a word."""
    assert "careprogram_stores without the mark: write @hookimpl above it" in _refusal(
        _with(careprogram_stores=_unmarked)
    )


@pytest.mark.parametrize("options", [{"wrapper": True}, {"hookwrapper": True}])
def test_a_wrapper_is_refused(options: dict[str, bool]) -> None:
    """A plugin that stands around the others could keep them from being heard."""

    def around(event: object) -> Iterator[None]:
        yield

    marked = hookimpl(wrapper=options.get("wrapper", False), hookwrapper=options.get("hookwrapper", False))(around)
    assert "wraps careprogram_run_finished" in _refusal(_with(careprogram_run_finished=marked))


class _Visits:
    """A plugin as people write it."""

    __version__ = "2.1"

    @hookimpl
    def careprogram_services(self) -> list[object]:
        return []

    @staticmethod
    @hookimpl
    def careprogram_scores() -> list[object]:
        return []

    @classmethod
    @hookimpl
    def careprogram_policies(cls) -> list[object]:
        return []

    @property
    def careprogram_burning(self) -> object:
        raise AssertionError("a property must not run while a plugin is registered")


def test_a_class_is_refused() -> None:
    """Methods need an instance; the error says so."""
    assert "is a class: register an instance of it, _Visits()" in _refusal(_Visits)


def test_methods_of_every_kind_are_hooks() -> None:
    """Plain, static and class methods take part; a property is left alone."""
    host = PluginHost(strict=True)
    assert host.register(_Visits()).endswith("._Visits")
    (description,) = host.describe()
    assert description.hooks == ("careprogram_policies", "careprogram_scores", "careprogram_services")
    assert description.version == "2.1"


def test_a_module_is_a_plugin() -> None:
    """A module is called by its name and has the version it states."""
    module = types.ModuleType("county_plugin")
    vars(module).update(careprogram_services=_gives_nothing(), __version__="4.0", careprogram_version=functools)
    host = PluginHost()
    assert host.register(module) == "county_plugin"
    assert host.describe()[0].version == "4.0"


@pytest.mark.parametrize("plugin", [SimpleNamespace(), SimpleNamespace(stores=_unmarked), object(), 7])
def test_a_plugin_without_hooks_is_refused(plugin: object) -> None:
    """An object that implements nothing was surely meant to."""
    assert "implements no hook: define one of careprogram_stores" in _refusal(plugin)


@pytest.mark.parametrize(
    ("stated", "said"),
    [
        (2, "was written for version 2 of the hooks, these are 1: install a newer careprogram"),
        (0, "was written for version 0 of the hooks, these are 1: install a newer version of the plugin"),
        ("1", "careprogram_api_version is a whole number, such as 1"),
        (True, "careprogram_api_version is a whole number, such as 1"),
    ],
)
def test_a_plugin_for_other_hooks_is_refused(stated: object, said: str) -> None:
    """A plugin that states another version of the hooks is not tried."""
    plugin = _with(careprogram_services=_gives_nothing(), careprogram_api_version=stated)
    assert said in _refusal(plugin)


def test_a_plugin_for_these_hooks_is_welcome() -> None:
    """The version of the hooks may be stated, and need not be."""
    host = PluginHost()
    host.register(_with(careprogram_services=_gives_nothing(), careprogram_api_version=1), name="a")
    host.register(_with(careprogram_services=_gives_nothing()), name="b")
    assert [plugin.name for plugin in host.describe()] == ["a", "b"]


def test_a_plugin_of_an_older_version_takes_part_while_nothing_it_needs_is_gone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The hooks are at version 3 and those of 2 still hold: 2 and 3 are welcome, 1 and 4 are told the range."""
    monkeypatch.setattr("careprogram.plugins.registry.API_VERSION", 3)
    monkeypatch.setattr("careprogram.plugins.registry.OLDEST_API_VERSION", 2)
    for stated in (2, 3):
        PluginHost().register(_with(careprogram_services=_gives_nothing(), careprogram_api_version=stated), name="a")
    for stated in (1, 4):
        said = _refusal(_with(careprogram_services=_gives_nothing(), careprogram_api_version=stated))
        assert f"was written for version {stated} of the hooks, these are 2 to 3" in said


@pytest.mark.parametrize(
    ("plugin", "said"),
    [
        (_with(), "没有实现任何钩子"),
        (_with(careprogram_service=_gives_nothing()), "没有这个钩子；是不是 careprogram_services？"),
        (_with(careprogram_services=_unmarked), "没有标记：请在上面写 @hookimpl"),
        (_with(careprogram_services=hookimpl(lambda x: [x])), "没有 'x' 这个参数。请写成 careprogram_services()"),
        (_with(careprogram_services=_gives_nothing(), careprogram_api_version=9), "是为第 9 版钩子写的，现在是第 1 版"),
    ],
)
def test_a_refusal_is_told_in_chinese_too(plugin: object, said: str) -> None:
    """With the name of the plugin and what to do."""
    with pytest.raises(PluginError) as caught:
        PluginHost().register(plugin, name="clumsy", version="0.3")
    assert caught.value.in_chinese.startswith("插件“clumsy”0.3 ")
    assert said in caught.value.in_chinese


def test_what_will_go_away_is_told_and_still_works(monkeypatch: pytest.MonkeyPatch) -> None:
    """A hook and an argument that are marked as going away are named with what to use instead; the plugin works."""
    going = Text("careprogram_services 在第 2 版取消", "careprogram_services goes in version 2: use careprogram_x")

    @hookspecs.hookspec(warn_on_impl=hookspecs.GoesAwayWarning(going))
    def careprogram_services() -> object: ...

    @hookspecs.hookspec(warn_on_impl_args={"event": DeprecationWarning("event goes in version 2: use happened")})
    def careprogram_run_finished(event: object) -> None: ...

    monkeypatch.setattr(hookspecs, "careprogram_services", careprogram_services)
    monkeypatch.setattr(hookspecs, "careprogram_run_finished", careprogram_run_finished)
    host = PluginHost()
    with pytest.warns(DeprecationWarning, match=r"plugin 'old' 1: careprogram_services goes in version 2"):
        host.register(_with(careprogram_services=_gives_nothing(), __version__="1"), name="old")
    with pytest.warns(DeprecationWarning, match="use happened"):
        host.register(_with(careprogram_run_finished=_hears()), name="older")
    host.register(_with(careprogram_plan_drawn=_hears()), name="sound")
    old, older, sound = host.describe()
    assert old.notices == (going,)
    assert [notice.in_("zh") for notice in older.notices] == ["event goes in version 2: use happened"]
    assert sound.notices == ()
    assert host.failures == ()


def _hears() -> Callable[[object], None]:
    def listener(event: object) -> None:
        pass

    return hookimpl(listener)


def test_a_name_is_given_once() -> None:
    """Two plugins under one name could not be told apart, and one plugin under two would count twice."""
    host = PluginHost()
    plugin = _Visits()
    host.register(plugin, name="visits")
    with pytest.raises(ConflictError, match="two plugins 'visits'"):
        host.register(_Visits(), name="visits")
    with pytest.raises(ConflictError, match=r"plugin 'again' 2\.1 is registered already"):
        host.register(plugin, name="again")
    assert len(host.describe()) == 1


def test_a_refused_plugin_leaves_no_trace() -> None:
    """After a refusal the host works as before, and the mended plugin can have the name."""
    host = PluginHost()
    with pytest.raises(PluginError):
        host.register(_with(careprogram_services=hookimpl(lambda x: [x])), name="visits")
    host.register(_Visits(), name="visits")
    assert host.services() == {}
    assert host.failures == ()


def test_pluggy_has_the_last_word(monkeypatch: pytest.MonkeyPatch) -> None:
    """A hook that our own checks let pass and nobody specified is still refused, and leaves no trace."""
    plugin = _with(careprogram_unheard_of=_gives_nothing(), careprogram_services=_gives_nothing())
    monkeypatch.setattr("careprogram.plugins.registry.hooks_of", lambda *_: dict(vars(plugin)))
    host = PluginHost()
    with pytest.raises(PluginError, match=r"plugin 'a' unknown cannot be registered: .*careprogram_unheard_of"):
        host.register(plugin, name="a")
    assert host.describe() == ()
    assert host.services() == {}


class _Unlisted:
    def __dir__(self) -> list[str]:
        raise OSError("王小明")

    @hookimpl
    def careprogram_services(self) -> list[object]:
        return []


class _Refusing:
    def __init__(self, error: Exception) -> None:
        self._error = error

    def __dir__(self) -> list[str]:
        raise self._error


@pytest.mark.promise
@pytest.mark.parametrize("error", [PluginError("王小明"), ConflictError("王小明"), KeyboardInterrupt("王小明")])
def test_no_error_of_ours_carries_a_text_of_the_plugin(error: Exception) -> None:
    """A plugin that raises what careprogram itself raises when it refuses one is told by type and line, too."""
    with pytest.raises(PluginError) as caught:
        PluginHost().register(_Refusing(error), name="refusing")
    assert type(error).__name__ in str(caught.value)
    assert "王小明" not in "".join(traceback.format_exception_only(caught.value))


def test_a_plugin_that_never_ends_being_looked_at_is_refused() -> None:
    """Registering has a deadline as well."""
    gate = threading.Event()
    host = PluginHost(answer_seconds=0.05)
    slow = _Refusing(ValueError())
    slow.__class__ = type("_Slow", (_Refusing,), {"__dir__": lambda _: gate.wait(30) and []})
    with pytest.raises(PluginError, match=r"cannot be looked at: it did not return within 0\.05 seconds"):
        host.register(slow, name="slow")
    gate.set()
    assert host.describe() == ()


def test_a_plugin_that_raises_when_it_is_looked_at_is_refused_without_its_text() -> None:
    """Not even looking for hooks can bring down a program; the error tells the type and the line only."""
    with pytest.raises(PluginError, match="cannot be looked at: it raised OSError at test_reg") as caught:
        PluginHost().register(_Unlisted(), name="unlisted")
    assert "王小明" not in str(caught.value)
