"""Rules on one card. A rule's name is its function's."""

import datetime as dt
import re
from collections.abc import Iterator

from bequiz.decks.lint import reading
from bequiz.decks.lint.finding import Finding, error, warning
from bequiz.decks.lint.sources import only_blogs
from bequiz.decks.lint.texts import answers, listing
from bequiz.decks.lint.verify import fault
from bequiz.decks.loading import LoadedCard
from bequiz.grading.asking import BLANK, GAP, blanks
from bequiz.model.cards import Choice, Cloze, Executed, Skill, Typed

YES_OR_NO = re.compile(r"(is|are|does|do|can|should|will|true or false)\b", re.IGNORECASE)
OF_THE_ABOVE = re.compile(
    r"\bof the above\b|^\W*(all|none|both|neither) of (these|those|them|the (other )?(options|answers))\W*$",
    re.IGNORECASE,
)
MONTHS_GOOD = 18


def required_fields(loaded: LoadedCard) -> Iterator[Finding]:
    for field in ("source", "asof", "level", "asks", "concepts"):
        if not getattr(loaded.card, field):
            yield error(loaded, (), f"the field `{field}` is missing")
    if not loaded.card.why and not isinstance(loaded.card, Choice | Skill):  # their options, their problems say why
        yield error(loaded, (), "the field `why` is missing")


def option_why(loaded: LoadedCard) -> Iterator[Finding]:
    if isinstance(loaded.card, Choice):
        for place, option in enumerate(loaded.card.options):
            if not option.why:
                kind = "right" if option.correct else "wrong"
                yield error(loaded, ("options", place), f'the option "{option.text}" does not say why it is {kind}')


def long_prompt(loaded: LoadedCard) -> Iterator[Finding]:
    count = reading.words(loaded.card.prompt)
    if count > 60:
        yield error(loaded, ("prompt",), f"the prompt has {count} words; the most is 60, and 45 are better")
    elif count > 45:
        yield warning(loaded, ("prompt",), f"the prompt has {count} words; keep it to 45")


def long_answer(loaded: LoadedCard) -> Iterator[Finding]:
    if isinstance(loaded.card, Executed):
        return  # SQL may have as many words as it needs
    for field, text in answers(loaded.card):
        if (count := reading.words(text)) > 60:
            yield error(loaded, field, f"the answer has {count} words; the most is 60")


def why_length(loaded: LoadedCard) -> Iterator[Finding]:
    count = reading.words(loaded.card.why)
    if 0 < count < 12:
        yield warning(loaded, ("why",), f"`why` has {count} words; with fewer than 12 it explains little")
    elif count > 80:
        yield warning(loaded, ("why",), f"`why` has {count} words; beyond 80 nobody reads it")


def yes_no_stem(loaded: LoadedCard) -> Iterator[Finding]:
    if begins := YES_OR_NO.match(reading.prose(loaded.card.prompt).lstrip()):
        word = begins.group().capitalize()
        yield error(
            loaded, ("prompt",), f'a question that begins with "{word}" is half guessed; ask what, why or which'
        )


def which_of_the_following(loaded: LoadedCard) -> Iterator[Finding]:
    if "which of the following" in loaded.card.prompt.lower():
        yield warning(loaded, ("prompt",), '"which of the following" puts the question into the options; ask it here')


def of_the_above(loaded: LoadedCard) -> Iterator[Finding]:
    if isinstance(loaded.card, Choice):
        for place, option in enumerate(loaded.card.options):
            if OF_THE_ABOVE.search(option.text):
                told = f'"{option.text}" means nothing once options are shuffled; drop it'
                yield error(loaded, ("options", place, "text"), told)


def one_of_several(loaded: LoadedCard) -> Iterator[Finding]:
    if isinstance(loaded.card, Choice) and loaded.card.multi:
        right = sum(option.correct for option in loaded.card.options)
        if right < 2:
            yield error(loaded, ("options",), "`multi: true` with one right option; mark another or leave `multi` out")


def echoed_stem(loaded: LoadedCard) -> Iterator[Finding]:
    """A word of the question in the right option and in no other points at it."""
    card = loaded.card
    if isinstance(card, Choice) and not card.multi:
        asked = reading.content(card.prompt)
        echoes = [asked.keys() & reading.content(option.text).keys() for option in card.options]
        place = next(n for n, option in enumerate(card.options) if option.correct)
        wrong = [echo for n, echo in enumerate(echoes) if n != place]
        if echoes[place] and not any(wrong):
            words = ", ".join(sorted(asked[word] for word in echoes[place]))
            told = f"only the right option repeats a word of the question ({words})"
            yield warning(loaded, ("options", place, "text"), told)


def answer_visible(loaded: LoadedCard) -> Iterator[Finding]:
    match loaded.card:
        case Cloze() as card:
            rest = reading.signs(BLANK.sub(GAP, card.prompt))
            given = [variants[0] for variants in blanks(card.prompt)]
        case Typed() as card:
            rest = reading.signs(reading.prose(card.prompt))
            given = list(card.accept[:1])
        case _:
            return
    for answer in given:
        if _within(reading.signs(answer), rest):
            yield error(loaded, ("prompt",), f'the answer "{answer}" can be read in the prompt')
            return


def _within(part: list[str], whole: list[str]) -> bool:
    return bool(part) and any(whole[n : n + len(part)] == part for n in range(len(whole) - len(part) + 1))


def only_a_blog(loaded: LoadedCard) -> Iterator[Finding]:
    card = loaded.card
    if card.source and only_blogs(card.source, card.url):
        yield error(loaded, ("source",), "a blog alone is no source; name the specification, manual, paper or book")


def old_asof(loaded: LoadedCard, on: dt.date) -> Iterator[Finding]:
    if loaded.card.asof:
        year, month = map(int, loaded.card.asof.split("-"))
        age = (on.year - year) * 12 + on.month - month
        if age > MONTHS_GOOD:
            yield warning(loaded, ("asof",), f"last looked at {age} months ago; compare it with its source again")


def long_listing(loaded: LoadedCard) -> Iterator[Finding]:
    field, shown = listing(loaded.card)
    if (count := len(shown.splitlines())) > 12:
        yield warning(loaded, (field,), f"{count} lines to read; keep to 12")


def hard_to_read(loaded: LoadedCard) -> Iterator[Finding]:
    level = reading.grade(loaded.card.prompt)
    if level > 12:
        told = f"the prompt reads like school year {level:.1f} (Flesch-Kincaid); shorter sentences bring it to 12"
        yield warning(loaded, ("prompt",), told)


def verify(loaded: LoadedCard) -> Iterator[Finding]:
    if loaded.card.verify and (wrong := fault(loaded.card.verify)):
        yield error(loaded, ("verify",), f"`verify` {wrong}")


RULES = (
    required_fields, option_why, long_prompt, long_answer, why_length, yes_no_stem, which_of_the_following,
    of_the_above, one_of_several, echoed_stem, answer_visible, only_a_blog, long_listing, hard_to_read, verify,
)  # fmt: skip
