"""What does this plugin add to a program of care?

A service, a score of pairs, and a line in the log after each run. Change what you need and delete the rest: each
function below stands alone.

A function becomes a hook by its name and the mark ``@hookimpl``. There are two kinds of hooks:

- a provider returns a list of what it adds, and is asked once for each run;
- a listener is told what happened, after it was kept. It answers nothing, and gets ids and counts, never a name.

All hooks, with an example each, are in the reference of careprogram under "Hooks".
"""

import logging

from care_plugin_template.scores import FreeAtWeekends
from care_plugin_template.services import READING_CORNER
from careprogram.care import Service
from careprogram.events import RunFinished
from careprogram.plugins import hookimpl

__all__ = ["READING_CORNER", "FreeAtWeekends"]

# The version of the hooks that this plugin was written for. Another version of careprogram says so instead of
# calling hooks that mean something else by then.
careprogram_api_version = 1

_log = logging.getLogger(__name__)


@hookimpl
def careprogram_services() -> list[Service]:
    """Add a service; plans of care can offer it as soon as a helper has it among its skills."""
    return [READING_CORNER]


@hookimpl
def careprogram_scores() -> list[FreeAtWeekends]:
    """Add a measure of pairs; it counts as much as ``[pairing] weights`` in the program file says."""
    return [FreeAtWeekends()]


# A program may tell the same event twice, after it was stopped and started again. So a listener should bear that:
# here a line is written twice, which harms nobody. Return soon, because the program waits.
@hookimpl
def careprogram_run_finished(event: RunFinished) -> None:
    """Write one line with counts. A log is read by many people: no name and no id of a child belongs into it."""
    _log.info("run on %s: %d of %d eligible children have a helper", event.as_of, event.paired, event.eligible)
