"""Measurements run by hand: `python -m tests.benchmarks.startup`, `python -m tests.benchmarks.store`,
`python -m tests.benchmarks.deck_check`."""
