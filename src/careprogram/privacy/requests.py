"""Who asks to be let in, and what comes of it?

An access request is what somebody writes who may not look yet: whom, what for, how far, until when, and why. It opens
nothing. A responsible person either makes a grant of it, which says just what was asked, or lets it go.
"""

import datetime as dt

import attrs

from careprogram.errors import ValidationError
from careprogram.people import PlaceCode
from careprogram.privacy.grants import LONGEST_GRANT, AccessGrant
from careprogram.privacy.roles import Viewer
from careprogram.privacy.sensitivity import Purpose, Sensitivity


@attrs.frozen(kw_only=True)
class AccessRequest:
    """That somebody asks for an access grant.

    Attributes:
        id: Which request; the grant that comes of it has the same.
        grantee: Opaque id of who asks.
        child: Opaque id of the child; None if it is for a place.
        place: Whoever lives there; None if it is for one child.
        purposes: For what.
        up_to: Up to which sensitivity.
        reason: Why, in words.
        from_: First day.
        until: Last day.
        asked_on: The day it was asked.

    Raises:
        ValidationError: No grant could be made of it: it is for no one thing, has no reason or no purpose, or ends
            before it begins or too late.
    """

    id: str
    grantee: str
    child: str | None = None
    place: PlaceCode | None = None
    purposes: frozenset[Purpose]
    up_to: Sensitivity
    reason: str = attrs.field(repr=False)
    from_: dt.date
    until: dt.date
    asked_on: dt.date

    def __attrs_post_init__(self) -> None:
        if not (self.id and self.grantee and self.purposes and self.reason.strip()):
            raise ValidationError("a request names who asks, for which purposes, and a reason", reason="empty")
        if (self.child is None) is (self.place is None):
            raise ValidationError("a request is for one child or for one place: name one of the two", reason="subject")
        if not dt.timedelta(0) <= self.until - self.from_ <= LONGEST_GRANT:
            raise ValidationError(
                f"a grant ends on or after its first day, at most {LONGEST_GRANT.days} days on", reason="end"
            ).also_in_chinese(f"授权的终止日不早于开始日，最多 {LONGEST_GRANT.days} 天")


def granted(request: AccessRequest, *, approver: Viewer) -> AccessGrant:
    """Return the grant that *approver* makes of *request*; whether they may is for `check_approval`.

    Raises:
        ValidationError: The approver is who asked, or answers for no grants.
    """
    return AccessGrant(
        id=request.id,
        grantee=request.grantee,
        child=request.child,
        place=request.place,
        purposes=request.purposes,
        up_to=request.up_to,
        approved_by=approver.id,
        approver_role=approver.role,
        reason=request.reason,
        from_=request.from_,
        until=request.until,
    )
