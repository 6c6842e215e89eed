"""What does somebody see who has to decide whether a policy is right?

The policy told in words, its cases as a table, whom a change moves, and whether each clause says something. It judges
nobody.
"""
