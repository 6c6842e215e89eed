"""The tutorial keeps to its word."""

import re
from pathlib import Path

PAGE = Path(__file__).parents[2] / "docs" / "tutorial" / "first-program.md"


def test_the_whole_program_takes_fewer_than_sixty_lines() -> None:
    """Imports, blank lines and comments aside, a newcomer writes fewer than 60 lines; Sybil runs each of them."""
    code = "\n".join(re.findall(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), flags=re.DOTALL))
    lines = [line for line in code.splitlines() if line.strip() and not line.startswith(("import ", "from ", "#"))]
    assert 30 < len(lines) < 60
