"""What may people choose, at what cost, and what would help those who go without?

What lies around a plan: alternatives, answers of people, remedies, broken ties, and more or fewer helpers.
"""
