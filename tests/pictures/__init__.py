"""The README's pictures, made anew by `python -m tests.pictures.capture`."""
