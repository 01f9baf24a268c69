"""What a finished run of two transactions shows: the serial orders that equal it, and anomalies.

The anomalies are those of Berenson et al., "A Critique of ANSI SQL Isolation Levels" (SIGMOD 1995).
"""

from bequiz.skills._postgres import Outcome, Play, serial
from bequiz.skills._schedules import Story


def replies(play: Play) -> dict[str, list[str]]:
    """What each session is told, in order."""
    return {name: [one.reply for one in play.outcomes if play.statements[one.place].session == name] for name in "AB"}


def same(tale: Story, play: Play, order: str) -> bool:
    """Whether the sessions one after the other, in this order, get the same replies and leave the same table."""
    other = serial(tale.rows, tale.statements, order)
    return replies(play) == replies(other) and play.final == other.final


def difference(tale: Story, play: Play, order: str) -> str:
    """Where a serial order departs from the play."""
    other = serial(tale.rows, tale.statements, order)
    mine, theirs = replies(play), replies(other)
    for name in order:
        places = [place for place, statement in enumerate(tale.statements) if statement.session == name]
        for place, left, right in zip(places, mine[name], theirs[name], strict=True):
            if left != right:
                return f"step {place + 1} would give {right}, not {left}."
    if play.final != other.final:
        return f"the sum at the end would be {sum(other.final.values())}, not {sum(play.final.values())}."
    return "everything is the same."


def tangled(play: Play) -> bool:
    """Whether one has met what the other wrote while both were open."""
    return any(one.waited or one.seen & {"uncommitted", "later"} for one in play.outcomes)


def anomalies(tale: Story, play: Play) -> dict[str, str]:
    """The anomalies of Berenson et al. that the history shows, each with a sentence."""
    found: dict[str, str] = {}
    for me, other in ("AB", "BA"):
        mine, theirs = (
            [one for one in play.outcomes if play.statements[one.place].session == name] for name in (me, other)
        )
        ends = next(one.place for one in theirs if play.statements[one.place].verb == "commit")
        for at, first in enumerate(mine):
            for second in mine[at + 1 :]:
                if first.place < ends < max(second.place, second.until):
                    own = {key for one in mine[at:] if one.place < second.place for key in one.changed}
                    name, sentence = _between(tale, first, second, {key for one in theirs for key in one.changed}, own)
                    found |= {name: sentence} if name else {}
    one, two = play.transactions.values()
    if play.level != "READ COMMITTED" and play.crossed(one, two):
        found["write skew"] = "Each has read what the other changed, and they changed different rows: write skew."
    return found


def _between(tale: Story, first: Outcome, second: Outcome, theirs: set[int], own: set[int]) -> tuple[str, str]:
    """What two statements of a session show between which the other, having changed the rows `theirs`, committed."""
    one, two = tale.statements[first.place], tale.statements[second.place]
    places = f"Steps {first.place + 1} and {second.place + 1}"
    x, y = one.where.number, two.where.number
    if one.verb == "value" and two.verb == "set" and x == y and x in theirs and x in second.changed:
        return "lost update", f"{places}: the new value comes from a read before the other's change, which is lost."
    changed = one.where == two.where and first.reply != second.reply and not own
    if changed and one.verb == "value" and two.verb in ("value", "lock"):
        return "non-repeatable read", f"{places} read the same row and return {first.reply} and {second.reply}."
    if changed and one.verb == two.verb == "count":
        return "phantom read", f"{places} count the same condition and return {first.reply} and {second.reply}."
    if one.verb == two.verb == "value" and x != y and {x, y} <= theirs and "committed" in second.seen:
        return "read skew", f"{places}: one row from before the other's commit, one from after it."
    return "", ""
