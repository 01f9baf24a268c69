"""Two transactions interleaved: what each read returns, who waits, who fails, and which anomaly it is, under one of
PostgreSQL's isolation levels. The rules are those of PostgreSQL 15's documentation, 13.2 "Transaction Isolation" and
13.3.2 "Row-Level Locks"; SERIALIZABLE after Ports and Grittner (VLDB 2012). A schedule whose outcome would depend on
how coarse the server's predicate locks are is never asked. The anomalies are named after Berenson et al., "A Critique
of ANSI SQL Isolation Levels" (SIGMOD 1995).
"""

from random import Random

from bequiz.model.instance import Instance, Step
from bequiz.skills import _forms
from bequiz.skills._histories import anomalies, difference, same, tangled
from bequiz.skills._postgres import ABORTED, DEADLOCK, DUPLICATE, LEVELS, SERIALIZATION, Level, Outcome, Play, serial
from bequiz.skills._schedules import CHANGES, READS, Story, story, told

TITLE = "Two transactions under PostgreSQL's isolation levels"
VERSION = 1
SENT = "Then come these statements, in this order."
ANOMALIES = {
    "lost update": "A lost update is a value overwritten by one computed from what was read before it.",
    "write skew": "In write skew each reads what the other changes, and they change different rows.",
    "phantom read": "A phantom is a row that comes or goes between two reads with the same condition.",
    "non-repeatable read": "In a non-repeatable read the same row is read twice with different results.",
    "read skew": "In read skew one row is read before and another after the other transaction changed both.",
}
PRONE: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "lost update": (
        ("value a, set a", "value a, set a, add b", "value a, value b, set a"),
        ("add a", "value a, set a", "delete b, add a"),
    ),
    "write skew": (
        ("sum all, add b", "value a, add b", "count many, add b"),
        ("sum all, add b", "value a, add b", "count many, insert new"),
    ),
    "phantom read": (
        ("count many, count many", "value a, count many, count many"),
        ("insert new", "add many", "delete a", "add a, add b"),
    ),
    "non-repeatable read": (
        ("value a, value a", "value a, value b, value a"),
        ("add a", "value a, set a", "add many", "add a, take b"),
    ),
    "read skew": (("value a, value b", "value a, add a, value b"), ("add a, take b", "add many", "take a, add b")),
}
NONE = "none of these: it is serializable"
WAITS = "It waits for the other session."
FAILS = "It fails at once: could not serialize."
DEADLOCKS = "Deadlock: one session is cancelled."


def make(seed: int, difficulty: int) -> Instance:
    kinds: dict[_forms.Kind, int] = {
        ask_reads: 1,
        ask_wait: 1,
        ask_next: 1,
        ask_final: 2,
        ask_failure: 2,
        ask_answer: 2,
        ask_levels: 3,
        ask_anomaly: 3,
        ask_order: 4,
    }
    return _forms.drawn(kinds, seed, difficulty)


def ask_reads(dice: Random, difficulty: int) -> Instance | None:
    """Every SELECT's result."""
    tale, level = story(dice, difficulty), _level(dice, difficulty)
    verbs = [one.verb for one in tale.statements]
    if sum(verb in READS for verb in verbs) < 2 or not {*verbs} & {*CHANGES} or not (play := tale.settled(level)):
        return None
    results = _results(tale, play)
    if any("ERROR" in result for result in results) or not any(one.seen - {"", "own"} for one in play.outcomes):
        return None
    mistakes = {_forms.words(_results(tale, wrong)): why for wrong, why in tale.misplayed(level)}
    mistakes = {wrong: why for wrong, why in mistakes.items() if "ERROR" not in wrong}
    mistakes.pop(_forms.words(results), None)
    if len(mistakes) < (2 if dice.random() < 0.9 else 1):
        return None
    none = " (`none` for no row)" if "none" in results else ""
    prompt = f"{tale.scene(level)} {SENT} What do the SELECTs return{none}?"
    steps = told(tale, play, reads=True)
    return _forms.sequence(prompt, results, steps, "result, top to bottom", listing=tale.listing, mistakes=mistakes)


def ask_wait(dice: Random, difficulty: int) -> Instance | None:
    """The step that has to wait."""
    tale, level = story(dice, difficulty), _level(dice, difficulty)
    play = tale.settled(level)
    if not play or not any("uncommitted" in one.seen for one in play.outcomes):
        return None
    waiting = [one.place + 1 for one in play.outcomes if one.waited]
    if len(waiting) > 1 or (not waiting and dice.random() < 0.6):
        return None
    mistakes = {"0": "A change, a lock or a second insert of a key waits for whoever holds the row."}
    for outcome in play.outcomes:
        verb = tale.statements[outcome.place].verb
        if verb in ("value", "sum", "count") and "uncommitted" in outcome.seen:
            mistakes[str(outcome.place + 1)] = "A plain SELECT reads an older version; it never waits for a writer."
        elif verb in CHANGES and not outcome.waited:
            mistakes[str(outcome.place + 1)] = "When it is sent, the other session holds nothing that it wants."
    prompt = f"{tale.scene(level)} {SENT} Which step has to wait for the other session? Answer its number, 0 if none."
    answer = waiting[0] if waiting else 0
    end = [] if waiting else [Step("So 0: nothing waits.")]
    return _forms.text(prompt, answer, [*told(tale, play), *end], listing=tale.listing, mistakes=mistakes)


def ask_next(dice: Random, difficulty: int) -> Instance | None:
    """What happens at the last step of a schedule that is cut off there."""
    tale, level = story(dice, difficulty), _level(dice, difficulty)
    if not (whole := tale.play(level)):
        return None
    places = [one.place for one in whole.outcomes if one.waited or one.cause or one.seen & {"uncommitted", "later"}]
    places = [place for place in places if tale.statements[place].verb not in ("commit", "rollback")]
    if not places:
        return None
    tale = tale._replace(statements=tale.statements[: dice.choice(places) + 1])
    play, last = tale.play(level), tale.statements[-1]
    if not play or (last.verb in ("value", "sum", "count") and dice.random() < 0.6):
        return None
    right, other = _now(play.outcomes[-1]), "B" if last.session == "A" else "A"
    mistakes = {
        WAITS: f"Only a change, a lock or an insert waits, and only for a row that {other} still holds.",
        FAILS: f"That needs REPEATABLE READ or SERIALIZABLE, and a commit of {other} against this snapshot.",
        DEADLOCKS: "A deadlock needs two sessions that wait for each other.",
    }
    if last.verb in READS:
        beliefs = tale.misplayed(level) if last.verb != "lock" else ()
        mistakes |= {_now(wrong.outcomes[-1]): why for wrong, why in beliefs}
        mistakes |= {f"It returns {value}.": "This is not the version that it gets." for value in tale.rows.values()}
    elif last.verb == "insert":
        mistakes["It is done at once: INSERT 0 1."] = f"{other} has inserted that key."
        mistakes["It fails at once: duplicate key."] = "Nobody has a committed row with that key."
    else:
        held = {WAITS: f"{other} has not ended and holds the row.", FAILS: "The row has changed since the snapshot."}
        for number in (0, 1):
            reply = f"It is done at once: {'DELETE' if last.verb == 'delete' else 'UPDATE'} {number}."
            mistakes[reply] = held.get(right, "Look at which rows its snapshot shows.")
    mistakes.pop(right, None)
    mistakes = {wrong: mistakes[wrong] for wrong in dice.sample(list(mistakes), len(mistakes))}
    prompt = f"{tale.scene(level)} {SENT} What happens at step {len(tale.statements)}, when it is sent?"
    return _forms.pick(dice, prompt, right, mistakes, told(tale, play), listing=tale.listing)


def ask_final(dice: Random, difficulty: int) -> Instance | None:
    """What is in the table at the end."""
    tale, level = story(dice, difficulty), _level(dice, difficulty)
    play = tale.settled(level) if _changers(tale) == 2 else None
    if not play:
        return None
    orders = [
        (serial(tale.rows, tale.statements, order), f"So it would be with {order[0]} before {order[1]}.")
        for order in ("AB", "BA")
    ]
    mistakes = {str(sum(wrong.final.values())): why for wrong, why in [*orders, *tale.misplayed(level)]}
    right = str(sum(play.final.values()))
    mistakes.pop(right, None)
    if not mistakes:
        return None
    prompt = (
        f"{tale.scene(level)} {SENT} What does SELECT sum({tale.column}) FROM {tale.table} return when both have ended?"
    )
    rows = ", ".join(f"({key}, {value})" for key, value in sorted(play.final.items()))
    steps = [*told(tale, play), Step(f"Committed at the end: {rows}, which makes {right}.")]
    return _forms.text(prompt, right, steps, listing=tale.listing, mistakes=mistakes)


def ask_failure(dice: Random, difficulty: int) -> Instance | None:
    """The first step that fails."""
    tale, level = story(dice, difficulty), _level(dice, difficulty)
    if _changers(tale) < 2:
        return None
    plays = {one: tale.settled(one) for one in LEVELS}
    play = plays[level]
    if not play or not any(other and _failures(other) for other in plays.values()):
        return None
    if not (failures := _failures(play)) and dice.random() < 0.7:
        return None
    mistakes = {"0": "One of the two does fail."}
    for other, wrong in plays.items():
        if wrong:
            mistakes.setdefault(str((_failures(wrong) or [0])[0]), f"So it is under {other}.")
    for outcome in play.outcomes:
        verb = tale.statements[outcome.place].verb
        if verb == "commit" and outcome.reply == "COMMIT":
            mistakes.setdefault(str(outcome.place + 1), "The first to commit wins.")
        elif verb in CHANGES and not outcome.cause:
            mistakes.setdefault(str(outcome.place + 1), "This one goes through.")
    answer = failures[0] if failures else 0
    mistakes.pop(str(answer), None)
    prompt = f"{tale.scene(level)} {SENT} Which step is the first to fail with an error? Answer its number, 0 if none."
    end = [] if failures else [Step("So 0: nothing fails.")]
    return _forms.text(prompt, answer, [*told(tale, play), *end], listing=tale.listing, mistakes=mistakes)


def ask_answer(dice: Random, difficulty: int) -> Instance | None:
    """What a statement that has to wait gets in the end."""
    tale, level = story(dice, difficulty), _level(dice, difficulty)
    play = tale.settled(level) if _changers(tale) == 2 else None
    waiting = [one for one in play.outcomes if one.waited] if play else []
    if not play or len(waiting) != 1:
        return None
    outcome = waiting[0]
    verb = tale.statements[outcome.place].verb
    right = _reply(outcome.reply)
    failing = "That comes above READ COMMITTED only, when the row that it waited for has been changed and committed."
    mistakes = {_reply(SERIALIZATION): failing}
    for wrong in [one for level in LEVELS if (one := tale.settled(level))]:
        mistakes.setdefault(
            _reply(wrong.outcomes[outcome.place].reply), "So it would be under another isolation level."
        )
    if verb == "lock":
        before = [str(value) for key, value in tale.rows.items()]
        for value in before:
            mistakes.setdefault(
                f"the value {value}", "The row that it waited for is the one to look at, in its newest version."
            )
    elif verb == "insert":
        mistakes[_reply(DUPLICATE)] = "The row that it waited for is gone after a ROLLBACK."
        mistakes["INSERT 0 1"] = "A committed row has that key, whether the snapshot sees it or not."
        mistakes["INSERT 0 0"] = "Without ON CONFLICT DO NOTHING an INSERT never skips its row."
    else:
        word = "DELETE" if verb == "delete" else "UPDATE"
        for number in (0, 1, 2):
            mistakes.setdefault(f"{word} {number}", "Look at which rows meet the condition after the wait.")
    mistakes.pop(right, None)
    prompt = f"{tale.scene(level)} {SENT} Step {outcome.place + 1} has to wait. What does it return when it goes on?"
    return _forms.pick(dice, prompt, right, mistakes, told(tale, play), listing=tale.listing)


def ask_levels(dice: Random, difficulty: int) -> Instance | None:
    """The levels under which something holds that not all of them give."""
    tale = story(dice, difficulty)
    plays = {level: play for level in LEVELS if (play := tale.settled(level))}
    if len(plays) < len(LEVELS):
        return None
    facts: list[tuple[str, dict[Level, str]]] = [
        (
            "does a statement fail with an error",
            {level: "yes" if _failures(play) else "no" for level, play in plays.items()},
        ),
        (
            f"does SELECT sum({tale.column}) FROM {tale.table} return {{}} when both have ended",
            {level: str(sum(play.final.values())) for level, play in plays.items()},
        ),
    ]
    for place, statement in enumerate(tale.statements):
        if statement.verb in READS:
            replies = {level: play.outcomes[place].reply for level, play in plays.items()}
            facts.append((f"does step {place + 1} return {{}}", replies))
    facts = [fact for fact in facts if len(set(fact[1].values())) > 1]
    if not facts:
        return None
    question, found = dice.choice(facts)
    wanted = (
        "yes"
        if "yes" in found.values()
        else dice.choice([text for text in found.values() if "ERROR" not in text] or [""])
    )
    if not wanted:
        return None
    mistakes: dict[str, str] = {
        level: f"Under {level}: {_summary(tale, plays[level])}" for level in LEVELS if found[level] != wanted
    }
    steps = [Step(f"{level}: {_summary(tale, plays[level])}") for level in LEVELS]
    prompt = f"{tale.scene('the same level')} {SENT} Under which levels {question.format(wanted)}? Select all."
    return _forms.pick_many(prompt, LEVELS, mistakes, steps, listing=tale.listing)


def ask_anomaly(dice: Random, difficulty: int) -> Instance | None:
    """Which anomaly a history shows, or none."""
    wanted = dice.choice([*PRONE, NONE])
    pair = [dice.choice(side) for side in PRONE[wanted]] if wanted in PRONE else []
    tale = story(dice, difficulty, dice.sample(pair, len(pair)))
    level = LEVELS[wanted == "write skew" or (wanted == NONE and dice.random() < 0.5)]
    play = tale.settled(level)
    if not play or any(statement.verb == "rollback" for statement in tale.statements) or _failures(play):
        return None
    orders = [order for order in ("AB", "BA") if same(tale, play, order)]
    shown = anomalies(tale, play)
    right = next(iter(shown), NONE)
    if len(shown) != (0 if orders else 1) or right != wanted or (orders and not tangled(play)):
        return None
    # What is too near to be told apart: the same with two rows; and each reading what the other changes, besides.
    near = {"read skew"} if right == "non-repeatable read" else set()
    near |= {"write skew"} if level == "READ COMMITTED" and _changers(tale) == 2 else set()
    wrong = dice.sample([name for name in ANOMALIES if name not in {right, *near}], 3)
    mistakes = {name: ANOMALIES[name] for name in wrong}
    if shown and dice.random() < 0.7:
        mistakes = {NONE: "No serial order gives the same results.", **mistakes}
    closing = shown[right] if shown else f"That is what {orders[0][0]} before {orders[0][1]} gives."
    prompt = f"{tale.scene(level)} {SENT} Which anomaly do the two show?"
    return _forms.pick(dice, prompt, right, mistakes, [*told(tale, play), Step(closing)], listing=tale.listing)


def ask_order(dice: Random, difficulty: int) -> Instance | None:
    """The serial order that gives the same."""
    tale, level = story(dice, difficulty), _level(dice, difficulty)
    play = tale.settled(level)
    if not play or any(statement.verb == "rollback" for statement in tale.statements) or _failures(play):
        return None
    orders = [order for order in ("AB", "BA") if same(tale, play, order)]
    if len(orders) == 2 or not tangled(play):
        return None
    names = {"AB": "A first, then B", "BA": "B first, then A", "": "neither order"}
    right = names[orders[0] if orders else ""]
    steps = told(tale, play)
    mistakes = {"neither order": "One order does give the same."}
    for order in ("AB", "BA"):
        fits = same(tale, play, order)
        steps.append(Step(f"{names[order]}: {difference(tale, play, order)}"))
        if not fits:
            mistakes[names[order]] = difference(tale, play, order)
    prompt = f"{tale.scene(level)} {SENT} Which serial order gives the same results and the same table?"
    return _forms.pick(dice, prompt, right, mistakes, steps, listing=tale.listing, number=3)


def _level(dice: Random, difficulty: int) -> Level:
    return dice.choice(LEVELS[: 2 if difficulty < 3 else 3])


def _changers(tale: Story) -> int:
    """How many sessions change or lock rows."""
    return len({one.session for one in tale.statements if one.verb in (*CHANGES, "lock")})


def _results(tale: Story, play: Play) -> list[str]:
    return [one.reply for one in play.outcomes if tale.statements[one.place].verb in READS]


def _failures(play: Play) -> list[int]:
    """The numbers of the steps that fail."""
    return [one.place + 1 for one in play.outcomes if one.cause]


def _reply(reply: str) -> str:
    return f"the value {reply}" if reply.isdigit() else reply


def _now(outcome: Outcome) -> str:
    """What one sees at the moment at which the statement is sent."""
    if outcome.reply == DEADLOCK:
        return DEADLOCKS
    if outcome.waited:
        return WAITS
    if outcome.reply == SERIALIZATION:
        return FAILS
    if outcome.reply == DUPLICATE:
        return "It fails at once: duplicate key."
    if outcome.reply == ABORTED:
        return "It fails at once: transaction is aborted."
    return f"It {'returns' if outcome.reply[0] in '0123456789n' else 'is done at once:'} {outcome.reply}."


def _summary(tale: Story, play: Play) -> str:
    """The play in one line: what was read, what failed, what is left."""
    parts = [
        f"step {one.place + 1} {'fails' if one.cause else f'returns {one.reply}'}"
        for one in play.outcomes
        if one.cause or (tale.statements[one.place].verb in READS and "ERROR" not in one.reply)
    ]
    return f"{', '.join(parts)}{'; ' if parts else ''}the sum at the end is {sum(play.final.values())}."
