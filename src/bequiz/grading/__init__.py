"""Response -> verdict: what a card asks, and whether an answer meets it."""
