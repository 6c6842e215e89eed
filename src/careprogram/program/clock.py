"""What time is it, here?

The one place that reads the machine's clock; everything else is told.
"""

import datetime as dt


class SystemClock:
    """The machine's clock, at the machine's place."""

    def now(self) -> dt.datetime:
        """Return the present moment, with its zone."""
        return dt.datetime.now().astimezone()

    def today(self) -> dt.date:
        """Return the present day at the machine's place."""
        return self.now().date()
