"""Where SQL from learners and decks is run: a process of its own, in memory, within limits.

The one exception among the layers that touch nothing. `client` starts the process and speaks with it; `child`, `work`
and `guard` are what runs there, and import nothing but each other and the standard library.
"""
