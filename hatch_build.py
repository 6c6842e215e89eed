"""What else goes into the wheel?

The template that ``careprogram plugins new`` copies. An editable install gets no copy: there the template is found in
``examples/``, where it is tested.
"""

from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class TemplateHook(BuildHookInterface[Any]):
    """Put the template beside the command that copies it."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Add the template, unless the install is editable."""
        if version != "editable":
            build_data["force_include"]["examples/plugin_template"] = "careprogram/cli/plugin_template"
