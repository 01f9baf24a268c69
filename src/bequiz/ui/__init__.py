"""Drawing and key reading."""
