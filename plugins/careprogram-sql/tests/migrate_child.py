"""The process that `test_migrations.py` kills: it brings a store up, and dies before the statement it is told.

Each line on its input is an address and a number; a process is forked that opens the store there, lets it be brought
up, and is killed by itself before that statement of the writing transaction, its commit included. The answer is
`killed` or `done`.
"""

import os
import signal
import sys

from sqlalchemy import Engine, event

from careprogram_sql import open_store
from careprogram_sql.migrations import migrate  # loaded before the fork, as loading takes longer than bringing up


def work(address: str, last: int) -> None:
    """Bring the store up until statement *last* comes."""
    left = [last]

    def maybe_die(*_: object) -> None:
        connection = _[0]
        if connection.get_execution_options().get("careprogram_writing"):
            left[0] -= 1
            if left[0] == 0:
                os.kill(os.getpid(), signal.SIGKILL)

    event.listen(Engine, "before_cursor_execute", maybe_die)
    event.listen(Engine, "commit", maybe_die)
    open_store(address, migrate=True).close()


def main() -> None:
    """Fork a process for each line."""
    assert migrate
    for line in sys.stdin:
        address, _, last = line.rpartition(" ")
        child = os.fork()
        if child == 0:
            work(address, int(last))
            os._exit(0)
        _, status = os.waitpid(child, 0)
        told = {0: "done", signal.SIGKILL: "killed"}
        print(told.get(status if os.WIFEXITED(status) else os.WTERMSIG(status), "failed"), flush=True)  # noqa: T201


if __name__ == "__main__":
    main()
