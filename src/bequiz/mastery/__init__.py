"""Log -> predictions: how well a topic is mastered."""
