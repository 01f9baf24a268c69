"""Decks and store joined: what is due, what an answer means, how a session goes."""
