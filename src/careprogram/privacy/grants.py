"""Who was let in beyond their own scope or clearance, by whom, and until when?

An access grant is a paper of its own: it names one person, one child or one place, the purposes, how far, who approved
it and why, and always a last day. Breaking the glass is a grant that somebody gives themselves in an emergency; it
lasts until the next day at most and waits for somebody else's review. A grant never replaces consent.
"""

import datetime as dt

import attrs

from careprogram.errors import ValidationError
from careprogram.people import PlaceCode
from careprogram.privacy.roles import Role, Viewer, clearance
from careprogram.privacy.scope import Subject
from careprogram.privacy.sensitivity import Purpose, Sensitivity

LONGEST_GRANT = dt.timedelta(days=366)
"""A grant is looked at again after a year at the latest."""

LONGEST_BREAK_GLASS = dt.timedelta(days=1)
"""From the day of the emergency through the next one."""

APPROVERS = frozenset({Role.COUNTY_OFFICER, Role.TOWNSHIP_SUPERVISOR})
"""Who answers for letting others in (network protection of minors, art. 36: by a responsible person)."""

GRANTEES = frozenset(Role) - {Role.GUARDIAN, Role.CHILD, Role.PUBLIC}
"""Who works with children: nobody else is let in, nor breaks a glass."""


@attrs.frozen(kw_only=True)
class AccessGrant:
    """That somebody may look where they otherwise may not.

    Attributes:
        id: Which grant; the audit entry of each look names it.
        grantee: Opaque id of the viewer.
        child: Opaque id of the child; None if it is for a place.
        place: Whoever lives there; None if it is for one child.
        purposes: For what.
        up_to: Fields up to this sensitivity are shown in clear.
        approved_by: Opaque id of the responsible person; the grantee's own when a glass was broken.
        approver_role: As what they approved it.
        reason: Why, in words.
        from_: First day.
        until: Last day.
        break_glass: Whether the viewer let themselves in, in an emergency.
        reviewed_by: Opaque id of who looked at it afterwards; None while nobody has.
        ended_on: First day on which it lets nobody in any more, before its last day; None unless somebody ended it.

    Raises:
        ValidationError: It is for no one thing, has no reason, no purpose, ends before it begins or too late, was
            approved by the grantee without an emergency, or by a role that answers for none.
    """

    id: str
    grantee: str
    child: str | None = None
    place: PlaceCode | None = None
    purposes: frozenset[Purpose]
    up_to: Sensitivity
    approved_by: str
    approver_role: Role
    reason: str = attrs.field(repr=False)
    from_: dt.date
    until: dt.date
    break_glass: bool = False
    reviewed_by: str | None = None
    ended_on: dt.date | None = None

    def __attrs_post_init__(self) -> None:
        if not (self.id and self.grantee and self.approved_by and self.purposes) or not self.reason.strip():
            raise ValidationError(
                "a grant names who, for which purposes, who approved it, and a reason", reason="empty"
            )
        if (self.child is None) is (self.place is None):
            raise ValidationError("a grant is for one child or for one place: name one of the two", reason="subject")
        longest = LONGEST_BREAK_GLASS if self.break_glass else LONGEST_GRANT
        if not dt.timedelta(0) <= self.until - self.from_ <= longest:
            raise ValidationError(
                f"a grant ends on or after its first day, at most {longest.days} days on", reason="end"
            ).also_in_chinese(f"授权的终止日不早于开始日，最多 {longest.days} 天")
        if self.break_glass:
            self._check_emergency()
        elif self.approved_by == self.grantee or self.approver_role not in APPROVERS:
            raise ValidationError(
                "a responsible person other than the grantee approves a grant", reason="approval"
            ).also_in_chinese("查阅授权须由申请人以外的负责人批准")

    def _check_emergency(self) -> None:
        if self.approved_by != self.grantee or self.purposes != {Purpose.SAFEGUARDING} or self.child is None:
            raise ValidationError(
                "a glass is broken by the viewer, for the protection of one child", reason="break-glass"
            )
        if self.reviewed_by == self.grantee:
            raise ValidationError("somebody else reviews a broken glass", reason="review")

    def allows(self, viewer: Viewer, subject: Subject, *, purpose: Purpose, as_of: dt.date) -> bool:
        """Return whether it lets *viewer* look at *subject* for *purpose* on *as_of*."""
        if viewer.id != self.grantee or viewer.role not in GRANTEES or purpose not in self.purposes:
            return False
        if not self.stands_on(as_of):
            return False
        if self.child is not None:
            return self.child == subject.id
        return self.place is not None and subject.place is not None and self.place.contains(subject.place)

    def stands_on(self, day: dt.date) -> bool:
        """Return whether it lets anybody in on *day*."""
        return self.from_ <= day <= self.until and (self.ended_on is None or day < self.ended_on)

    @property
    def to_be_reviewed(self) -> bool:
        """Whether a glass was broken and nobody has looked at it since."""
        return self.break_glass and self.reviewed_by is None


def check_approval(grant: AccessGrant, approver: Viewer, *, subject: Subject | None = None) -> None:
    """Refuse a grant that its approver may not give: nobody lets another see what they may not see themselves.

    Args:
        grant: What is to be granted.
        approver: Who approves it.
        subject: The child it is for; not needed for a place.

    Raises:
        ValidationError: Another person or role stands in the grant, the child or place is outside the approver's scope,
            or it reaches higher than the approver's own clearance for one of the purposes.
    """
    if (grant.approved_by, grant.approver_role) != (approver.id, approver.role) or grant.break_glass:
        raise ValidationError(f"grant {grant.id} names another approver", reason="approval")
    whom = subject if grant.place is None else Subject(id="", place=grant.place)
    if whom is None or (grant.child is not None and whom.id != grant.child) or not approver.scope.covers(whom):
        raise ValidationError(f"grant {grant.id}: the approver does not answer for that child or place", reason="scope")
    if not all(clearance(approver.role, purpose).shown.covers(grant.up_to) for purpose in grant.purposes):
        raise ValidationError(
            f"grant {grant.id} reaches further than its approver may look", reason="clearance"
        ).also_in_chinese(f"授权 {grant.id} 超出批准人自己的查阅级别")


def ended(grant: AccessGrant, *, by: Viewer, on: dt.date) -> AccessGrant:
    """Return *grant* as it lets nobody in from *on*: whoever holds it gives it back, or an approver ends it.

    Whether the approver answers for the child or place is asked by the caller.

    Raises:
        ValidationError: It is over already, or *by* neither holds it nor approves grants.
    """
    if grant.until < on or grant.ended_on is not None:
        raise ValidationError(f"grant {grant.id} is over already", reason="end").also_in_chinese(
            f"授权 {grant.id} 已经结束"
        )
    if by.role not in APPROVERS and by.id != grant.grantee:
        raise ValidationError(f"grant {grant.id} is ended by who holds it or by an approver", reason="approval")
    return attrs.evolve(grant, ended_on=on)


def break_glass(
    viewer: Viewer,
    child: str,
    *,
    reason: str,
    as_of: dt.date,
    id: str,  # noqa: A002
    up_to: Sensitivity = Sensitivity.SENSITIVE,
) -> AccessGrant:
    """Return the grant with which *viewer* lets themselves in to protect *child*, today and tomorrow.

    Raises:
        ValidationError: There is no reason, or the role never works with children.
    """
    if viewer.role not in GRANTEES:
        raise ValidationError("only those who work with children break a glass: ask the township", reason="role")
    return AccessGrant(
        id=id,
        grantee=viewer.id,
        child=child,
        purposes=frozenset({Purpose.SAFEGUARDING}),
        up_to=up_to,
        approved_by=viewer.id,
        approver_role=viewer.role,
        reason=reason,
        from_=as_of,
        until=as_of + LONGEST_BREAK_GLASS,
        break_glass=True,
    )


def reviewed(grant: AccessGrant, *, by: Viewer) -> AccessGrant:
    """Return *grant* as somebody responsible has looked at it.

    Raises:
        ValidationError: Nobody broke a glass, or the reviewer is the one who did or answers for no review.
    """
    if not grant.to_be_reviewed or by.role not in APPROVERS or by.id == grant.grantee:
        raise ValidationError(
            f"grant {grant.id} is reviewed once, by a responsible person who did not use it", reason="review"
        ).also_in_chinese(f"{grant.id}：紧急查阅只复核一次，由没有使用它的负责人复核")
    return attrs.evolve(grant, reviewed_by=by.id)
