"""Which answer to a bare problem is best, how is that proven, and what does one change do to it?

Keys, whole numbers and edges: nothing here knows a child, a helper or a rule of the field.
"""
