"""What everything is about: cards, questions, events, memory. Structs and nothing else."""
