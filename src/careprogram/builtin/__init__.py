"""What ships: a store, a notifier, and the contributions of every room.

All of it is registered through the hooks of ``careprogram.plugins``, as anybody's plugin is:
``contributions.standard_host`` makes the host that a program runs on. The store and the notifier can be used on their
own, so this module imports nothing.
"""
