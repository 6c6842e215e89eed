"""Whatever some plugins do, do the others get exactly what they would have had without them?"""

import itertools
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from careprogram.care import Service
from careprogram.events import RunFinished
from careprogram.ids import ServiceId
from careprogram.language import Text
from careprogram.plugins import PluginHost, hookimpl


def _service(name: str) -> Service:
    return Service(
        id=ServiceId(name), title=Text("服务", "service"), care=None, description=Text("", ""), source="test"
    )


def _raise(*_: object) -> Any:
    raise RuntimeError("secret")


def _leave(*_: object) -> Any:
    raise SystemExit("secret")


def _late() -> Any:
    yield _service("half")
    _raise()


_FAULTS: tuple[Callable[..., Any], ...] = (
    _raise,
    _leave,
    lambda *_: _late(),
    lambda *_: 7,
    lambda *_: [object()],
    lambda *_: itertools.repeat(_service("endless")),
    lambda *_: [_service("twice"), _service("twice")],
)


def _plugin(services: Callable[..., Any], listener: Callable[..., Any]) -> object:
    def careprogram_services() -> Any:
        return services()

    def careprogram_run_finished(event: RunFinished) -> Any:
        return listener(event)

    return SimpleNamespace(
        careprogram_services=hookimpl(careprogram_services),
        careprogram_run_finished=hookimpl(careprogram_run_finished),
    )


@given(kinds=st.lists(st.sampled_from([None, *range(len(_FAULTS))]), max_size=8), event=st.from_type(RunFinished))
def test_sound_plugins_are_not_touched_by_others(kinds: list[int | None], event: RunFinished) -> None:
    """In any mixture and order, the sound plugins give and hear all, and every other one is named, and only those."""
    host, heard = PluginHost(), list[str]()
    for number, kind in enumerate(kinds):
        name = f"p{number}"
        if kind is None:
            plugin = _plugin(lambda name=name: [_service(name)], lambda _, name=name: heard.append(name))
        else:
            plugin = _plugin(_FAULTS[kind], _FAULTS[kind])
        host.register(plugin, name=name)
    host.tell(event)
    sound = [f"p{number}" for number, kind in enumerate(kinds) if kind is None]
    assert list(host.services()) == sound
    assert heard == sound
    faulty = {f"p{number}" for number, kind in enumerate(kinds) if kind is not None}
    assert {(one.plugin, one.hook) for one in host.failures} == {
        (name, hook) for name in faulty for hook in ("careprogram_services", "careprogram_run_finished")
    }
    assert "secret" not in repr(host.failures)
    assert {plugin.name for plugin in host.describe() if plugin.contributions} == set(sound)
