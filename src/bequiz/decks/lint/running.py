"""Runs the rules over decks and finds the place of whatever they have to say."""

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import TypeVar

from bequiz.decks.convert import Misfit
from bequiz.decks.lint import cards, deck, topics, twins
from bequiz.decks.lint.finding import Finding
from bequiz.decks.loading import LoadedCard, LoadedDeck, LoadedTopic, Source
from bequiz.model.problems import Problem

T = TypeVar("T")
Rules = dict[str, Callable[[T], Iterator[Finding]]]


def _by_name(rules: Iterable[Callable[[T], Iterator[Finding]]]) -> Rules[T]:
    return {rule.__name__.replace("_", "-"): rule for rule in rules}


def lint(decks: Sequence[LoadedDeck], on: dt.date) -> list[Problem]:
    """Everything the rules say about these decks on that day."""
    card_rules: Rules[LoadedCard] = {**_by_name(cards.RULES), "old-asof": partial(cards.old_asof, on=on)}
    found = [
        *_run(card_rules, (card for deck in decks for card in deck.cards)),
        *_run(_by_name(topics.RULES), (topic for deck in decks for topic in deck.topics)),
        *_run(_by_name(deck.RULES), decks),
        *_run(_by_name(twins.RULES), twins.pairs(decks)),
    ]
    sources: dict[str, Source] = {}
    for rule, finding in found:
        _tell(rule, finding, sources)
    return [problem for source in sources.values() for problem in source.problems]


def _run(rules: Rules[T], subjects: Iterable[T]) -> Iterator[tuple[str, Finding]]:
    for subject in subjects:
        for name, rule in rules.items():
            for finding in rule(subject):
                yield name, finding


def _tell(rule: str, finding: Finding, sources: dict[str, Source]) -> None:
    about, sentence, card = finding.about, finding.sentence, ""
    match about:
        case LoadedCard():
            file, inside, card = about.file, about.inside, about.card.id
        case LoadedTopic():
            file, inside, sentence = about.file, about.inside, f'the topic "{about.id}" {sentence}'
        case LoadedDeck():
            file, inside, sentence = about.files[0], (), f'in the deck "{about.id}" {sentence}'
    source = sources.setdefault(file, Source(Path(file)))
    source.tell(Misfit((*inside, *finding.field), rule, sentence), card, finding.severity)
