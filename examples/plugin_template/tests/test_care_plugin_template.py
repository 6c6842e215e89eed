"""The plugin keeps the promises of a plugin."""

import care_plugin_template
from careprogram.testing import plugin_laws


def test_the_plugin_keeps_every_law() -> None:
    """It is registered, gives what its hooks ask for, hears every event twice, and changes nothing of its host."""
    plugin_laws(care_plugin_template)
