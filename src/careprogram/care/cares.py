"""Which four things must somebody be responsible for?

The four cares (四有) of the county plan: every child has somebody who looks after its life, teaches it, guides its
growth and comforts its mind. Who that is, a plan says; nothing here chooses.
"""

from careprogram.people.enums import Answer


class Care(Answer):
    """One of the four cares: 生活有人管、学习有人教、成长有人导、心灵有人抚 (seed text, essay 7)."""

    LIFE = "life", "生活有人管"
    STUDY = "study", "学习有人教"
    GROWTH = "growth", "成长有人导"
    MIND = "mind", "心灵有人抚"
