"""The report as lines of text; styled with rich's markup-free Text on a terminal, plain in a pipe."""

import datetime as dt
from collections.abc import Iterator
from unicodedata import combining, east_asian_width

from bequiz.report.document import Report, StageReport, TopicReport

SHADES = " ░▒▓█"
BAR = 20
# What stands beside a topic's title: indentation, columns and the spaces between them.
FIGURES = 2 + 1 + 7 + 1 + 4 + 1 + 4 + 2 + 10 + 2 + BAR + 5
NO_EVIDENCE = "not enough evidence yet"


def report_lines(report: Report, width: int = 80) -> Iterator[str]:
    """Stages and topics, then the heat map, the forecast and the streak. Made for 80 columns and more."""
    return (cut(line, width) for line in _lines(report, width))


def _lines(report: Report, width: int) -> Iterator[str]:
    longest = max((columns(topic.title) for stage in report.stages for topic in stage.topics), default=20)
    titles = max(12, min(longest, width - FIGURES))
    yield f"  {'':{titles}} {'seen':>7} {'':>4} {'due':>4}  {'recalled':<10}  mastery"
    for stage in report.stages:
        yield ""
        yield _stage_line(stage)
        for topic in stage.topics:
            yield _topic_line(topic, titles)
    yield ""
    yield from heat_lines(report)
    yield ""
    yield from forecast_lines(report)
    yield ""
    yield glance_line(report)


def columns(text: str) -> int:
    """How many columns of a terminal a text takes: two for a wide sign, none for an accent on the one before."""
    return sum(2 if east_asian_width(sign) in "WF" else not combining(sign) for sign in text)


def cut(text: str, width: int) -> str:
    """The text in no more than so many columns."""
    if columns(text) <= width:
        return text
    while columns(text) >= width:
        text = text[:-1]
    return text + "…"


def _stage_line(stage: StageReport) -> str:
    name = f"Stage {stage.stage} · {stage.title}" if stage.stage else stage.title
    mastery = f", mastery {stage.mastery:.0%}" if stage.mastery is not None else ""
    return f"{name}  ({stage.seen}/{stage.cards} seen, {stage.due} due{mastery})"


def _topic_line(topic: TopicReport, titles: int) -> str:
    seen = f"{topic.seen}/{topic.cards}"
    coverage = f"{topic.coverage:.0%}" if topic.coverage is not None else "–"
    recalled = f"{topic.recalled:.0%} of {topic.recalls}" if topic.recalled is not None else "–"
    figures = f"{seen:>7} {coverage:>4} {topic.due or '':>4}  {recalled:<10}  {mastery_bar(topic)}"
    title = cut(topic.title, titles)
    return f"  {title}{' ' * (titles - columns(title))} {figures}"


def mastery_bar(topic: TopicReport) -> str:
    """A bar of twenty cells with its percentage, or that there is too little evidence for one."""
    if topic.mastery is None:
        return NO_EVIDENCE if topic.seen else "·" * BAR
    return f"{bar(topic.mastery)} {topic.mastery:.0%}"


def bar(share: float, cells: int = BAR) -> str:
    """A share as a bar; anything above nothing shows at least a sliver."""
    eighths = max(round(share * cells * 8), 1 if share > 0 else 0)
    whole, rest = divmod(eighths, 8)
    return ("█" * whole + (" ▏▎▍▌▋▊▉"[rest] if rest else "")).ljust(cells, "·")


def heat_lines(report: Report) -> Iterator[str]:
    """Answers a day over the last half year, a column a week, Monday on top."""
    most = max(report.days.values(), default=0)
    monday = report.on - dt.timedelta(days=report.on.weekday())
    weeks = [monday - dt.timedelta(weeks=back) for back in range(25, -1, -1)]
    months = ""
    for column, week in enumerate(weeks):
        if len(months) <= column * 2 and (column == 0 or week.day <= 7):
            months = months.ljust(column * 2) + f"{week:%b}"
    yield "Answers a day, the last half year"
    yield f"      {months}"
    for row, name in enumerate(("Mon", "", "Wed", "", "Fri", "", "Sun")):
        cells = []
        for week in weeks:
            day = week + dt.timedelta(days=row)
            count = report.days.get(day.isoformat(), 0)
            cells.append("  " if day > report.on else shade(count, most) * 2)
        yield f"{name:>5} {''.join(cells)}".rstrip()
    if most:
        yield f"      {SHADES[1]} few   {SHADES[4]} {most}"


def shade(count: int, most: int) -> str:
    """How dark a day is: a dot for none, then four steps up to the busiest day."""
    if not count:
        return "·"
    return SHADES[min(4, 1 + (count * 4 - 1) // most)] if most else SHADES[1]


def forecast_lines(report: Report) -> Iterator[str]:
    """Cards due on each of the next fourteen days; overdue ones count today."""
    most = max(report.forecast.values(), default=0)
    yield "Cards due in the next 14 days"
    for text, count in report.forecast.items():
        day = dt.date.fromisoformat(text)
        name = "today" if day == report.on else f"{day:%a %d %b}"
        yield f"  {name:>10} {count:>4} {bar(count / most, 30).rstrip('·') if most else ''}".rstrip()


def glance_line(report: Report) -> str:
    total = report.total
    streak = f"{total.streak} {'day' if total.streak == 1 else 'days'} in a row" if total.streak else "no streak yet"
    return f"{total.seen} of {total.cards} cards seen, {total.due} due, {total.new} new for today, {streak}."
