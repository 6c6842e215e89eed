"""Which plan is best where helpers or children belong together?

Whole teams, least loads, local members, leads, siblings: what is no flow, bounded by the flow.
"""
