"""Which pairs come into question, without asking about everybody?

Columns of what rules look at, and the search through them from near to far. It weighs and chooses nothing.
"""
