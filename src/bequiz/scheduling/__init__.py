"""(memory, event) -> memory: the schedulers and the fold over the log."""
