"""Are codes, the packaged table and the tree of places what the ministry publishes, and does an address never guess?"""

import itertools
import pickle
import subprocess
import sys
from collections import Counter
from importlib import resources

import pytest
from hypothesis import given
from hypothesis import strategies as st

from careprogram.errors import ConflictError, NotFoundError, ValidationError
from careprogram.people import Place, PlaceCode, PlaceTree
from careprogram.people.gb2260 import listed_divisions
from careprogram.people.place_code import PlaceLevel
from careprogram.people.place_names import written_forms
from careprogram.people.places import Coordinates
from careprogram.unknown import UNKNOWN

TREE = PlaceTree.gb2260()
WEINING = PlaceCode("520526")
VILLAGES = (
    Place(
        code=PlaceCode("520526901"),
        name="石门坎镇",
        coordinates=Coordinates(latitude=26_900_000, longitude=104_100_000),
    ),
    Place(
        code=PlaceCode("520526901201"),
        name="红岩村",
        coordinates=Coordinates(latitude=26_910_000, longitude=104_110_000),
    ),
    Place(
        code=PlaceCode("520526901202"),
        name="青松村",
        coordinates=Coordinates(latitude=26_920_000, longitude=104_130_000),
    ),
    Place(code=PlaceCode("520526902"), name="大石乡"),
    Place(code=PlaceCode("520526902201"), name="红岩村"),
    Place(code=PlaceCode("520526902202"), name="河边社区"),
)
OWN = TREE.with_places(VILLAGES)

codes = st.sampled_from([place.code for place in OWN.places])
points = st.builds(
    Coordinates, latitude=st.integers(-90_000_000, 90_000_000), longitude=st.integers(-180_000_000, 180_000_000)
)


# Codes


@pytest.mark.parametrize(
    ("written", "kept", "level"),
    [
        ("520000", "52", PlaceLevel.PROVINCE),
        ("52", "52", PlaceLevel.PROVINCE),
        ("5200", "52", PlaceLevel.PROVINCE),
        ("522400", "5224", PlaceLevel.PREFECTURE),
        ("520526", "520526", PlaceLevel.COUNTY),
        ("520526000000", "520526", PlaceLevel.COUNTY),
        ("520526101000", "520526101", PlaceLevel.TOWNSHIP),
        ("520526101", "520526101", PlaceLevel.TOWNSHIP),
        ("５２０５２６ １０１２０３", "520526101203", PlaceLevel.VILLAGE),
        ("520000000000", "52", PlaceLevel.PROVINCE),
    ],
)
def test_filling_zeros_are_cut_to_the_level(written: str, kept: str, level: PlaceLevel) -> None:
    """A code is as long as its level, however it was filled up."""
    code = PlaceCode.parse(written)
    assert (code.text, code.level) == (kept, level)


@pytest.mark.parametrize("wrong", ["", "5", "520", "52052", "5205261", "020526", "52052X", "000000", "５２０５２６１"])
def test_anything_else_is_no_code(wrong: str) -> None:
    """Other lengths, letters and a leading zero are refused."""
    with pytest.raises(ValidationError) as caught:
        PlaceCode.parse(wrong)
    assert caught.value.reason == "place-code"


def test_constructor_takes_canonical_codes_only() -> None:
    """One place has one code."""
    with pytest.raises(ValidationError):
        PlaceCode("520000")


@given(codes)
def test_parent_contains_and_ancestors_lead_up(code: PlaceCode) -> None:
    """Each ancestor contains the place, each is wider than the next, and the last is the parent."""
    chain = (*code.ancestors, code)
    assert all(wider.contains(narrower) for wider, narrower in itertools.pairwise(chain))
    assert [item.level.digits for item in chain] == sorted({item.level.digits for item in chain})
    assert code.parent == (code.ancestors[-1] if code.ancestors else None)


@given(codes, codes)
def test_shared_level_is_the_narrowest_common_place(one: PlaceCode, other: PlaceCode) -> None:
    """It is symmetric, and what is shared contains both."""
    level = one.shared_level(other)
    assert level is other.shared_level(one)
    if level is None:
        assert one.text[:2] != other.text[:2]
    else:
        shared = one.at(level)
        assert shared is not None
        assert shared.contains(other)
        narrower = [code for code in (*one.ancestors, one) if shared.contains(code) and code != shared]
        assert not any(code.contains(other) for code in narrower)


def test_shared_level_says_how_near_two_villages_are() -> None:
    """Same village, same township, same county, same prefecture, nothing."""
    village = PlaceCode("520526901201")
    others = ("520526901201", "520526901202", "520526902201", "520502001001", "530102001001")
    assert [village.shared_level(PlaceCode(other)) for other in others] == [
        PlaceLevel.VILLAGE,
        PlaceLevel.TOWNSHIP,
        PlaceLevel.COUNTY,
        PlaceLevel.PREFECTURE,
        None,
    ]


def test_counties_directly_below_a_province_have_it_as_parent() -> None:
    """Before 2003 the counties of Hainan had no prefecture, so their code has none."""
    assert PlaceCode("460025").parent == PlaceCode("46")
    assert PlaceCode("460025").at(PlaceLevel.PREFECTURE) is None


# The packaged table


def test_counts_agree_with_the_ministry() -> None:
    """34 provinces, 333 prefectures and 2,846 counties at the end of 2024; historic ones beside them."""
    kinds = Counter((place.level, place.current) for place in TREE.places if not place.placeholder)
    assert kinds[PlaceLevel.PROVINCE, True] == 34
    assert kinds[PlaceLevel.PREFECTURE, True] == 333
    assert kinds[PlaceLevel.COUNTY, True] == 2_846
    assert kinds[PlaceLevel.COUNTY, False] > 3_000


def test_each_kind_of_county_has_its_published_number() -> None:
    """977 districts, 397 county-level cities, 117 autonomous counties, 49 banners, and some of their own kind."""
    endings = ("自治县", "自治旗", "林区", "特区", "区", "市", "县", "旗")
    counties = [place.name for place in TREE.places if place.current and place.level is PlaceLevel.COUNTY]
    kinds = Counter(next(ending for ending in endings if name.endswith(ending)) for name in counties)
    kinds["区"] += sum(name.endswith("林区") and name != "神农架林区" for name in counties)
    assert (kinds["区"], kinds["市"], kinds["自治县"], kinds["旗"], kinds["自治旗"], kinds["特区"]) == (
        977,
        397,
        117,
        49,
        3,
        1,
    )


def test_every_place_has_its_parents() -> None:
    """Nothing hangs in the air, not even what is gone."""
    assert all(ancestor in TREE for place in TREE.places for ancestor in place.code.ancestors)


def test_current_places_lie_in_current_places() -> None:
    """A county that exists lies in a prefecture and a province that exist."""
    for place in TREE.places:
        if place.current:
            assert all(wider.current for wider in TREE.ancestors(place.code)), place.code


def test_years_are_in_order() -> None:
    """No code was given up before it was given."""
    for division in listed_divisions():
        assert division.first_year is None or 1980 <= division.first_year <= 2025
        assert division.last_year is None or (division.first_year or 1980) <= division.last_year <= 2025, division.code
        assert not (division.current and division.last_year), division.code


def test_table_is_small() -> None:
    """A download of a library is no place for a megabyte of county names."""
    table = resources.files("careprogram.people").joinpath("data/gb2260.tsv")
    assert len(table.read_bytes()) < 300_000


def test_import_reads_no_table() -> None:
    """Importing the people does not read the table."""
    code = "import careprogram.people.gb2260 as g, careprogram.people; print(g.listed_divisions.cache_info().currsize)"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "0"


# The tree


def test_lookup_names_what_is_missing() -> None:
    """An unknown code is named with the remedy."""
    assert TREE.place(WEINING).name == "威宁彝族回族苗族自治县"
    with pytest.raises(NotFoundError, match=r"520599.*with_places"):
        TREE.place(PlaceCode("520599"))
    with pytest.raises(NotFoundError):
        TREE.children(PlaceCode("520599"))


def test_children_and_ancestors_go_both_ways() -> None:
    """Down from the provinces and up again."""
    assert len([place for place in TREE.children(None) if place.current]) == 34
    assert [place.name for place in OWN.children(WEINING)] == ["石门坎镇", "大石乡"]
    assert [place.name for place in OWN.ancestors(VILLAGES[1].code)] == [
        "贵州省",
        "毕节市",
        TREE.place(WEINING).name,
        "石门坎镇",
    ]
    assert len(OWN.within(WEINING, PlaceLevel.VILLAGE)) == 4


def test_path_name_leaves_out_placeholders() -> None:
    """Nobody writes 北京市市辖区东城区."""
    assert TREE.path_name(PlaceCode("110101")) == "北京市东城区"
    assert TREE.path_name(PlaceCode("429004")) == "湖北省仙桃市"
    assert OWN.path_name(VILLAGES[1].code) == "贵州省毕节市威宁彝族回族苗族自治县石门坎镇红岩村"


def test_own_places_need_their_parents_and_their_own_codes() -> None:
    """A village without township and two places of one code are refused."""
    with pytest.raises(ValidationError) as caught:
        TREE.with_places(VILLAGES[1:2])
    assert caught.value.reason == "place-parent"
    with pytest.raises(ConflictError):
        TREE.with_places((*VILLAGES, VILLAGES[0]))
    with pytest.raises(ConflictError):
        PlaceTree((TREE.places[0], TREE.places[0]))


def test_own_places_may_come_in_any_order_and_replace() -> None:
    """The tree is the same, whatever the order; a known code gets the new name."""
    assert TREE.with_places(reversed(VILLAGES)) == OWN
    renamed = OWN.with_places([Place(code=VILLAGES[3].code, name="大石镇")])
    assert (renamed.place(VILLAGES[3].code).name, len(renamed)) == ("大石镇", len(OWN))


def test_tree_survives_pickling() -> None:
    """A tree can be handed to another process."""
    again = pickle.loads(pickle.dumps(OWN))
    assert again == OWN
    assert again.find("红岩村") is UNKNOWN


# Addresses


@pytest.mark.parametrize(
    ("address", "code"),
    [
        ("贵州省毕节市威宁彝族回族苗族自治县石门坎镇红岩村", "520526901201"),
        ("贵州省毕节市威宁县石门坎镇红岩村三组12号", "520526901201"),
        ("威宁县石门坎镇红岩村", "520526901201"),
        ("石门坎镇红岩村委会", "520526901201"),
        ("大石乡 红岩村", "520526902201"),
        ("青松村", "520526901202"),
        ("河边社区居委会", "520526902202"),
        ("贵州毕节威宁", "520526"),
        ("贵州省毕节市威宁自治县大石乡", "520526902"),
        ("贵州省/毕节市/威宁县", "520526"),
        ("广东省深圳市", "4403"),
        ("广东深圳", "4403"),
        ("浙江　温州", "3303"),
        ("内蒙古呼和浩特", "1501"),
        ("新疆", "65"),
        ("北京市市辖区东城区", "110101"),
        ("北京朝阳区", "110105"),
        ("吉林", "22"),
        ("吉林市", "2202"),
        ("吉林省吉林市", "2202"),
        ("海南", "46"),
        ("大理市", "532901"),
        ("湘西州", "4331"),
        ("毕节地区黔西县", "522423"),
        ("黔西市", "520581"),
        ("江苏省南京市鼓楼区", "320106"),
        ("湖北省仙桃市", "429004"),
    ],
)
def test_address_leads_to_the_narrowest_place(address: str, code: str) -> None:
    """Wider places and endings may be missing where it stays clear; what nobody knows at the end is left alone."""
    found = OWN.find(address)
    assert found is not UNKNOWN
    assert found.code == PlaceCode(code)


@pytest.mark.parametrize(
    "address", ["", "  ", "红岩村", "鼓楼区", "朝阳区", "不详", "外省", "在家", "县", "Shenzhen", "—"]
)
def test_address_that_may_mean_several_places_means_none(address: str) -> None:
    """An ambiguous or unknown address is unknown, never a guess."""
    assert OWN.find(address) is UNKNOWN


@given(st.sampled_from([place for place in OWN.places if place.current and not place.placeholder]))
def test_full_address_of_every_current_place_is_found(place: Place) -> None:
    """Finding the written address of a place gives the place back."""
    assert OWN.find(OWN.path_name(place.code)) == place


@given(st.sampled_from([place for place in OWN.places if place.current and not place.placeholder]), st.data())
def test_short_forms_never_lead_elsewhere(place: Place, data: st.DataObject) -> None:
    """With the names of all wider places in front, every written form leads to the place, or is left unknown."""
    front = OWN.path_name(place.code)[: -len(place.name)]
    found = OWN.find(front + data.draw(st.sampled_from(written_forms(place.name, place.level))))
    assert (
        found is UNKNOWN
        or found.code.contains(place.code)
        or place.code.contains(found.code)
        or found.name == place.name
    )


# Distances


def test_distance_of_a_degree_of_latitude() -> None:
    """One degree along a meridian of a sphere of 6,371,008.8 m is 111,195 m."""
    assert Coordinates(latitude=0, longitude=0).distance_m(Coordinates(latitude=1_000_000, longitude=0)) == 111_195
    equator = Coordinates(latitude=0, longitude=179_000_000)
    assert equator.distance_m(Coordinates(latitude=0, longitude=-180_000_000)) == 111_195


@given(points, points, points)
def test_distance_is_a_metric(one: Coordinates, two: Coordinates, three: Coordinates) -> None:
    """Zero to itself, the same both ways, and no detour is shorter (within the rounding to meters)."""
    assert one.distance_m(one) == 0
    assert one.distance_m(two) == two.distance_m(one)
    assert one.distance_m(three) <= one.distance_m(two) + two.distance_m(three) + 2


def test_distance_is_told_only_between_places_with_coordinates() -> None:
    """The township's center never stands in for a village that has none."""
    assert OWN.distance_m(VILLAGES[1].code, VILLAGES[2].code) == 2_273
    assert OWN.distance_m(VILLAGES[1].code, VILLAGES[4].code) is UNKNOWN
    assert OWN.distance_m(VILLAGES[1].code, WEINING) is UNKNOWN
    with pytest.raises(NotFoundError):
        OWN.distance_m(VILLAGES[1].code, PlaceCode("520526909"))


@pytest.mark.parametrize(("latitude", "longitude"), [(90_000_001, 0), (0, -180_000_001), (True, 0), (26.9, 104)])
def test_coordinates_are_whole_and_on_the_earth(latitude: int, longitude: int) -> None:
    """Degrees given as fractions and points off the earth are refused."""
    with pytest.raises(ValidationError):
        Coordinates(latitude=latitude, longitude=longitude)
