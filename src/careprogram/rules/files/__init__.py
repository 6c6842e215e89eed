"""How is a policy written in a file, and what is wrong with this one?

The expressions of the rule language, the TOML around them, both ways, and the JSON Schema for editors. It judges
nobody.
"""
