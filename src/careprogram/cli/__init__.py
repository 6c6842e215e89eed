"""What does a person at a terminal see? ``main`` is the command `careprogram`."""

from careprogram.cli.main import main

__all__ = ["main"]
