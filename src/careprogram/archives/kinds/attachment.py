"""What is known of a picture, a scan or a recording that is kept elsewhere?

Its digest, media type and size: enough to tell whether what lies there is still what was filed. The content is never in
an archive, and no field could take it.
"""

import datetime as dt
import hashlib

from careprogram.archives.kinds.common import ALL_PURPOSES, field, subject
from careprogram.archives.schema import ArchiveSchema, DateType, DigestType, NumberType, TextType, YesNoType
from careprogram.archives.versions import ArchiveKind
from careprogram.ids import ChildId
from careprogram.language import Text
from careprogram.privacy import Purpose, Sensitivity

_ABOUT = frozenset({Purpose.CARE, Purpose.SAFEGUARDING, Purpose.CONTACT, Purpose.EDUCATION, Purpose.HEALTH})

ATTACHMENT_1 = ArchiveSchema(
    id="attachment",
    version=1,
    title=Text("附件", "attachment"),
    fields=(
        subject(),
        field("filed_on", DateType(happened=True), "归档日期", Sensitivity.INTERNAL, ALL_PURPOSES, required=True),
        field("digest", DigestType(), "摘要（SHA-256）", Sensitivity.INTERNAL, ALL_PURPOSES, required=True),
        field("media_type", TextType(longest=100), "文件类型", Sensitivity.INTERNAL, ALL_PURPOSES, required=True),
        field(
            "size",
            NumberType(lowest=0, highest=2**40, unit="bytes"),
            "大小（字节）",
            Sensitivity.INTERNAL,
            ALL_PURPOSES,
            required=True,
        ),
        field("title", TextType(longest=200), "名称", Sensitivity.PERSONAL, _ABOUT),
        field("shows_the_child", YesNoType(), "是否出现儿童影像", Sensitivity.PERSONAL, _ABOUT),
    ),
)

ATTACHMENT = ArchiveKind(versions=(ATTACHMENT_1,))
"""An attachment by reference."""


def attachment_document(content: bytes, *, child: ChildId, media_type: str, filed_on: dt.date) -> dict[str, object]:
    """Return the archive of an attachment; the content is weighed and digested, and not kept.

    Args:
        content: What is kept elsewhere.
        child: About whom.
        media_type: Such as ``"image/jpeg"``.
        filed_on: The day.

    Examples:
        >>> document = attachment_document(b"scan", child=ChildId("c-1"), media_type="image/png",
        ...                                filed_on=dt.date(2026, 9, 1))
        >>> document["size"], document["digest"][:8]
        (4, '59ad1b2f')
    """
    return {
        "child": child,
        "filed_on": filed_on.isoformat(),
        "digest": hashlib.sha256(content).hexdigest(),
        "media_type": media_type,
        "size": len(content),
    }


def is_content_of(content: bytes, document: dict[str, object]) -> bool:
    """Return whether *content* is what the archive of an attachment was made of."""
    return len(content) == document.get("size") and hashlib.sha256(content).hexdigest() == document.get("digest")
