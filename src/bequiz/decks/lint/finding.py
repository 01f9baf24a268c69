"""What a rule has to say, before it has a line and a column."""

from typing import NamedTuple

from bequiz.decks.loading import LoadedCard, LoadedDeck, LoadedTopic
from bequiz.decks.yamltext import Path
from bequiz.model.problems import Severity


class Finding(NamedTuple):
    """Something about a deck, a topic or a card; `field` leads from there to the place that is meant."""

    severity: Severity
    about: LoadedDeck | LoadedTopic | LoadedCard
    field: Path
    sentence: str


def error(about: LoadedDeck | LoadedTopic | LoadedCard, field: Path, sentence: str) -> Finding:
    return Finding("error", about, field, sentence)


def warning(about: LoadedDeck | LoadedTopic | LoadedCard, field: Path, sentence: str) -> Finding:
    return Finding("warning", about, field, sentence)
