"""Rules on a topic: enough cards, of enough kinds, for all it wants to teach."""

from collections import Counter
from collections.abc import Iterator

from bequiz.decks.lint import reading
from bequiz.decks.lint.figures import named
from bequiz.decks.lint.finding import Finding, error, warning
from bequiz.decks.lint.sources import works
from bequiz.decks.lint.texts import answers, explanations
from bequiz.decks.loading import LoadedTopic
from bequiz.grading.text import tidy
from bequiz.model.cards import Bug, Order, type_of

CARDS, APPLY, SENIOR, TYPES = 24, 12, 4, 4


def few_cards(topic: LoadedTopic) -> Iterator[Finding]:
    if (count := len(topic.cards)) < CARDS:
        yield error(topic, (), f"has {_cards(count)}; it needs {CARDS}")


def few_apply(topic: LoadedTopic) -> Iterator[Finding]:
    count = sum(card.card.asks == "apply" for card in topic.cards)
    if count < APPLY:
        yield error(topic, (), f"has {_cards(count)} with `asks: apply`; it needs {APPLY}")


def few_senior(topic: LoadedTopic) -> Iterator[Finding]:
    count = sum(card.card.level == "senior" for card in topic.cards)
    if count < SENIOR:
        yield error(topic, (), f"has {_cards(count)} with `level: senior`; it needs {SENIOR}")


def few_types(topic: LoadedTopic) -> Iterator[Finding]:
    kinds = sorted({type_of(card.card) for card in topic.cards})
    if len(kinds) < TYPES:
        yield error(topic, (), f"has {len(kinds)} types of card ({', '.join(kinds)}); it needs {TYPES}")


def _cards(count: int) -> str:
    return f"{count or 'no'} {'card' if count == 1 else 'cards'}"


def uncovered_concept(topic: LoadedTopic) -> Iterator[Finding]:
    if not topic.concepts:
        yield error(topic, (), "lists no `concepts`, so that nothing says what its cards should cover")
    touched, applied = named(topic), named(topic, "apply")
    for place, concept in enumerate(topic.concepts):
        if concept.id not in touched:
            yield error(topic, ("concepts", place), f'has no card on its concept "{concept.id}" ({concept.text})')
        elif concept.level == "senior" and concept.id not in applied:
            told = f'has no card with `asks: apply` on its senior concept "{concept.id}" ({concept.text})'
            yield error(topic, ("concepts", place), told)


def definitions(topic: LoadedTopic) -> Iterator[Finding]:
    recalled = [card.card.prompt.lower() for card in topic.cards if card.card.asks == "recall"]
    asked = sum(prompt.startswith("what is ") for prompt in recalled)
    if asked > 0.15 * len(topic.cards):
        told = f'asks for a definition ("What is ...?") in {asked} of {len(topic.cards)} cards; ask for its use'
        yield warning(topic, (), told)


def same_answer(topic: LoadedTopic) -> Iterator[Finding]:
    """A learner soon guesses an answer that is right everywhere. (Lines and orders are answered by place.)"""
    seen: Counter[str] = Counter()
    for card in topic.cards:
        right = answers(card.card)
        if right and not isinstance(card.card, Bug | Order):
            answer = "; ".join(sorted(tidy(text) for _, text in right))
            seen[answer] += 1
            if seen[answer] == 4:
                yield warning(card, right[0][0], f'"{answer}" is the answer of a fourth card of this topic')


def one_source(topic: LoadedTopic) -> Iterator[Finding]:
    counted = Counter(work for card in topic.cards for work in set(works(card.card.source)))
    for work, count in counted.most_common(1):
        if count > 0.4 * len(topic.cards):
            yield warning(topic, (), f'takes {count} of {len(topic.cards)} cards from "{work}"; look into others too')


def unknown_acronym(topic: LoadedTopic) -> Iterator[Finding]:
    """The first prompt with it, or what is read after that prompt, or the topic itself says what it stands for."""
    met: set[str] = set()
    about_topic = [topic.title, *(concept.text for concept in topic.concepts)]
    for loaded in topic.cards:
        card = loaded.card
        for acronym in reading.acronyms(card.prompt):
            if acronym not in met:
                met.add(acronym)
                context = [card.prompt, *(text for _, text in answers(card)), *explanations(card), *about_topic]
                if not reading.spelt_out(acronym, ". ".join(context)):
                    told = f"the topic first uses {acronym} here and does not spell it out (code belongs in ticks)"
                    yield warning(loaded, ("prompt",), told)


RULES = (
    few_cards, few_apply, few_senior, few_types, uncovered_concept, definitions, same_answer, one_source,
    unknown_acronym,
)  # fmt: skip
