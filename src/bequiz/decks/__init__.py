"""YAML in: reading, checking and writing decks."""
