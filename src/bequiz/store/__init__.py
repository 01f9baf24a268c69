"""SQLite: the append-only log, the memory folded from it, the cached catalogue."""
