"""What the learner is told about themselves: figures, text, JSON."""
