"""bequiz: spaced repetition in the terminal for the Backend Engineer Roadmap."""

__version__ = "0.1.0"
