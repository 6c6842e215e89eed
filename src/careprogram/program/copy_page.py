"""How does the copy of personal data look as a page that is printed or opened, and handed over?

One file of HTML without scripts, pictures or anything from elsewhere. It shows the lines of `copy_words`, escaped.
"""

import html
from collections.abc import Iterator, Sequence

from careprogram.language import Language, Text
from careprogram.program.copy_words import CopyPart

_STYLE = """
body{font-family:"Noto Sans CJK SC","Source Han Sans SC","Microsoft YaHei","PingFang SC",sans-serif;color:#1f2933;
max-width:52rem;margin:2rem auto;padding:0 1.2rem;line-height:1.6}
h1{font-size:1.5rem;margin:0 0 .2rem}h2{font-size:1.1rem;margin:1.8rem 0 .5rem;border-bottom:2px solid #3b6ea5}
p.when{color:#52606d;margin:0 0 1rem}p.note{background:#fff8e1;border-left:4px solid #d9a400;padding:.5rem .8rem}
table{border-collapse:collapse;width:100%;margin:0 0 .9rem}th,td{border:1px solid #d2d6dc;padding:.3rem .6rem;
vertical-align:top;text-align:left;overflow-wrap:anywhere}th{width:34%;background:#f4f6f8;font-weight:500}
@media print{body{margin:0;max-width:none}table{break-inside:avoid}}
"""


def copy_page(
    parts: Sequence[CopyPart], *, title: Text, made: str, note: Text, rights: Text, language: Language
) -> str:
    """Return the page.

    Args:
        parts: What the copy says.
        title: Its heading.
        made: Of whom and when, one line.
        note: What is not in it.
        rights: What whoever reads it can ask for.
        language: Of the page.
    """
    tag = "zh-CN" if language == "zh" else "en"
    return "".join(
        (
            f'<!DOCTYPE html>\n<html lang="{tag}"><head><meta charset="utf-8">',
            '<meta name="viewport" content="width=device-width,initial-scale=1">',
            f"<title>{html.escape(title.in_(language))}</title><style>{_STYLE}</style></head><body>",
            f'<h1>{html.escape(title.in_(language))}</h1><p class="when">{html.escape(made)}</p>',
            f'<p class="note">{html.escape(note.in_(language))}</p>',
            *_sections(parts),
            f"<p>{html.escape(rights.in_(language))}</p></body></html>\n",
        )
    )


def _sections(parts: Sequence[CopyPart]) -> Iterator[str]:
    for part in parts:
        yield f"<h2>{html.escape(part.title)}</h2>"
        for record in part.records:
            rows = "".join(
                f"<tr><th>{html.escape(label)}</th><td>{html.escape(value)}</td></tr>" for label, value in record
            )
            yield f"<table>{rows}</table>"
