"""What can be done for a child?

The catalogue of services that plans are made of. The shipped entries are those the two plans of the seed text name;
others come from plugins. A service is a description: it neither happens nor chooses whom it is for.
"""

from collections.abc import Iterable, Mapping

import attrs

from careprogram.care.cares import Care
from careprogram.errors import ConflictError
from careprogram.ids import ServiceId
from careprogram.language import Text

_SEVEN = "county education plan (seed text, essay 7)"
_EIGHT = "township family-planning plan (seed text, essay 8)"


@attrs.frozen(kw_only=True)
class Service:
    """One kind of help.

    Attributes:
        id: Stable; also what a helper's ``skills`` name.
        title: Short, for tables.
        care: Which of the four cares it belongs to; None if it serves the family or all four.
        description: What is done, in a sentence.
        source: Which plan or law asks for it.
    """

    id: ServiceId
    title: Text
    care: Care | None
    description: Text
    source: str


def _service(
    name: str, care: Care | None, title: tuple[str, str], description: tuple[str, str], source: str
) -> Service:
    return Service(id=ServiceId(name), title=Text(*title), care=care, description=Text(*description), source=source)


SHIPPED_SERVICES: tuple[Service, ...] = (
    _service(
        "study-tutoring",
        Care.STUDY,
        ("学习辅导", "study tutoring"),
        (
            "辅导学习，督促按时完成作业，培养阅读习惯。",
            "Help with lessons and homework, and with the habit of reading.",
        ),
        _SEVEN,
    ),
    _service(
        "education-aid",
        Care.LIFE,
        ("教育救助", "education aid"),
        ("资助学习和寄宿费用。", "Money for learning and boarding."),
        _EIGHT,
    ),
    _service(
        "medical-aid",
        Care.LIFE,
        ("医疗救助", "medical aid"),
        ("资助诊疗和康复费用。", "Money for treatment and rehabilitation."),
        _EIGHT,
    ),
    _service(
        "poverty-aid",
        Care.LIFE,
        ("扶贫救助", "poverty aid"),
        ("帮助困难家庭增加收入，落实扶贫政策。", "Raise the income of a poor household; bring it what policy grants."),
        _EIGHT,
    ),
    _service(
        "living-aid",
        Care.LIFE,
        ("生活救助", "living aid"),
        ("资助衣食住等基本生活。", "Money or goods for food, clothing and housing."),
        _EIGHT,
    ),
    _service(
        "daily-life-help",
        Care.LIFE,
        ("生活帮助", "daily-life help"),
        ("照料日常起居，帮做家务。", "Help with meals, washing and the household."),
        _SEVEN,
    ),
    _service(
        "emotional-comfort",
        Care.MIND,
        ("精神抚慰", "emotional comfort"),
        ("陪伴、谈心、游戏、郊游，关心情感生活。", "Company, talks, games and outings."),
        _SEVEN,
    ),
    _service(
        "conduct-guidance",
        Care.GROWTH,
        ("思想行为引导", "guidance of conduct"),
        ("引导养成良好的品德和行为习惯。", "Guide towards good character and habits."),
        _SEVEN,
    ),
    _service(
        "mental-health-counseling",
        Care.MIND,
        ("心理健康咨询", "mental-health counseling"),
        ("由受过训练的人员提供心理咨询和疏导。", "Counseling by somebody trained for it."),
        _SEVEN,
    ),
    _service(
        "law-education",
        Care.GROWTH,
        ("法制教育", "law education"),
        ("讲解法律常识，学会依法保护自己。", "Basic law, and how it protects a child."),
        _SEVEN,
    ),
    _service(
        "safety-education",
        Care.GROWTH,
        ("安全教育", "safety education"),
        ("讲解防溺水、交通、防侵害等安全常识。", "Safety on the road, in water and against abuse."),
        _SEVEN,
    ),
    _service(
        "gratitude-education",
        Care.GROWTH,
        ("感恩教育", "gratitude education"),
        ("懂得知恩回报，体谅父母。", "Understanding and thanking those who care."),
        _SEVEN,
    ),
    _service(
        "adolescence-education",
        Care.GROWTH,
        ("青春期教育", "adolescence education"),
        ("五年级起，每学期上一节青春期健康教育课。", "A lesson on adolescence each term, from grade 5."),
        _EIGHT,
    ),
    _service(
        "health-check",
        Care.LIFE,
        ("健康查体", "health check"),
        ("每学期免费测血压、体重、身高。", "Blood pressure, weight and height, free, each term."),
        _EIGHT,
    ),
    _service(
        "family-contact",
        Care.MIND,
        ("亲情传递", "family-affection contact"),
        ("帮助父母与子女通话、写信、视频、团聚。", "Help parents and child call, write, see and meet each other."),
        _SEVEN,
    ),
    _service(
        "festival-company",
        Care.MIND,
        ("节日陪伴", "festival company"),
        ("元旦、春节、六一、中秋陪伴孩子过节。", "Company at New Year, Spring Festival, 1 June and Mid-Autumn."),
        _SEVEN,
    ),
    _service(
        "policy-information",
        None,
        ("惠民政策宣传", "policy information"),
        ("向家庭讲解可享受的政策和救助。", "Tell the family what help it may ask for."),
        _EIGHT,
    ),
    _service(
        "guardian-guidance",
        None,
        ("监护人引导", "guidance of guardians"),
        (
            "与监护人谈话、开会、培训，消除溺爱、简单粗暴和漠不关心。",
            "Talks, meetings and training for guardians, against spoiling, harshness and neglect.",
        ),
        _SEVEN,
    ),
)
"""The services that E7 and E8 name, in the order of the plans."""


def service_catalogue(extra: Iterable[Service] = ()) -> Mapping[ServiceId, Service]:
    """Return the shipped services together with *extra*, by id.

    Args:
        extra: Services of a plugin or a program.

    Raises:
        ConflictError: Two services claim one id.

    Examples:
        >>> service_catalogue()[ServiceId("health-check")].title.in_("en")
        'health check'
    """
    catalogue: dict[ServiceId, Service] = {}
    for service in (*SHIPPED_SERVICES, *extra):
        if service.id in catalogue:
            raise ConflictError(
                f"two services are called {service.id!r}: {catalogue[service.id].title.en!r} and "
                f"{service.title.en!r}; give the added one an id of its own"
            )
        catalogue[service.id] = service
    return catalogue
