"""Which kinds of help does this plugin add?

A service is a description and does nothing by itself. Everything that people read stands in Chinese and in English.
"""

from typing import Final

from careprogram.care import Care, Service
from careprogram.ids import ServiceId
from careprogram.language import Text

READING_CORNER: Final = Service(
    # Begin the id with a name of your own: two plugins that claim one id are refused, and the shipped ids are taken.
    id=ServiceId("care-plugin-template.reading-corner"),
    title=Text("村级阅读角", "reading corner in the village"),
    care=Care.STUDY,  # one of the four cares, or None if it serves the family or all four
    description=Text("每周一次，在村里的阅读角共读一小时。", "An hour of reading together each week in the village."),
    source="say here which plan, contract or law asks for it",
)
