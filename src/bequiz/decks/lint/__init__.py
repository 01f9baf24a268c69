"""What makes a card worth learning, as far as a deck's text can tell. Each rule is one small function."""
