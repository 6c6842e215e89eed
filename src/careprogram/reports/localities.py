"""In which township and village is a child counted?

Places of residence as the rows of a table: each child has one township and one village, and a gap of its own where the
survey left it open. Names come from the tree of places; a place that the tree does not know is shown by its code.
"""

from typing import Final

import attrs

from careprogram.errors import NotFoundError
from careprogram.language import Text
from careprogram.people import Child, PlaceCode, PlaceTree
from careprogram.people.place_code import PlaceLevel
from careprogram.unknown import Maybe, Unknown

UNPLACED: Final = "?"
"""The id of the township of children whose township is not known."""


@attrs.frozen
class Locality:
    """A township and a village in it.

    Attributes:
        township: The code, or ``"?"``.
        township_label: Its name.
        village: The code, or the township followed by ``"?"``; ``"?"`` where not even the township is known.
        village_label: Its name.
    """

    township: str
    township_label: Text = attrs.field(eq=False)
    village: str
    village_label: Text = attrs.field(eq=False)

    @property
    def label(self) -> Text:
        """The village with its township, as several townships may have a village of that name."""
        if self.village.endswith(UNPLACED):
            return self.village_label
        village, township = self.village_label, self.township_label
        return Text(f"{township.zh}{village.zh}", f"{township.en}{village.en}")


class Localities:
    """Names the localities of one tree of places; remembers what it looked up."""

    def __init__(self, places: PlaceTree) -> None:
        self._places = places
        self._known: dict[Maybe[PlaceCode], Locality] = {}

    def of(self, child: Child) -> Locality:
        """Return where the child is counted: by residence, for that is where it is looked after."""
        place = child.residence.place
        found = self._known.get(place)
        if found is None:
            found = self._known[place] = self._locality(place)
        return found

    def _locality(self, place: Maybe[PlaceCode]) -> Locality:
        township = None if isinstance(place, Unknown) else place.at(PlaceLevel.TOWNSHIP)
        if township is None or isinstance(place, Unknown):
            nowhere = Text("（乡镇不详）", "(township not known)")
            return Locality(UNPLACED, nowhere, UNPLACED, nowhere)
        name = self._name(township)
        village = place.at(PlaceLevel.VILLAGE)
        if village is None:
            label = Text(f"{name.zh}（村不详）", f"{name.zh} (village not known)")
            return Locality(str(township), name, f"{township}{UNPLACED}", label)
        return Locality(str(township), name, str(village), self._name(village))

    def _name(self, code: PlaceCode) -> Text:
        try:
            name = self._places.place(code).name
        except NotFoundError:
            name = str(code)
        return Text(name, name)
