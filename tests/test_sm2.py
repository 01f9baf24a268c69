"""SM-2 by its worked examples: grades in, intervals and the ease factor out."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bequiz.model.errors import BequizError
from bequiz.scheduling.sm2 import review

START = dt.date(2026, 11, 22)


def study(grades, late=0):
    """The memories after each grade, every review taken on its day or so many days late."""
    memory, day, memories = None, START, []
    for grade in grades:
        memory = review(memory, grade, day)
        memories.append(memory)
        day = memory.due + dt.timedelta(days=late)
    return memories


@pytest.mark.parametrize(
    ("grades", "intervals", "ease"),
    [
        ("4 4 4 4", "1 6 15 38", 2.50),
        ("5 5 5 5", "1 6 17 48", 2.90),
        ("3 3 3 3", "1 6 14 30", 1.94),
        ("5 5 4 4 5 4", "1 6 17 46 125 350", 2.80),
        ("4 4 2 4 4 4", "1 6 1 1 6 15", 2.50),
        ("0", "1", 2.50),
        ("1 2 0 3", "1 1 1 1", 2.36),
        ("3 3 3 3 3 3 3 3 3 3 3", "1 6 14 30 59 107 178 271 374 487 634", 1.30),
        ("5 5 5 0 5 5 5", "1 6 17 1 1 6 18", 3.10),
    ],
)
def test_grades_to_intervals(grades, intervals, ease):
    memories = study(map(int, grades.split()))
    assert [memory.interval for memory in memories] == [int(days) for days in intervals.split()]
    assert memories[-1].ease == ease


def test_the_memory_after_each_kind_of_grade():
    known = study([4, 4])[-1]
    again, hard, good, easy = (review(known, quality, START) for quality in (1, 3, 4, 5))
    assert (again.interval, again.reps, again.lapses, again.ease) == (1, 0, 1, 2.5)
    assert (hard.interval, hard.reps, hard.lapses, hard.ease) == (15, 3, 0, 2.36)
    assert (good.interval, good.ease) == (15, 2.5)
    assert (easy.interval, easy.ease) == (15, 2.6)
    assert good.due == START + dt.timedelta(days=15)


def test_a_late_answer_uses_the_scheduled_interval():
    assert [memory.interval for memory in study([4, 4, 4], late=100)] == [1, 6, 15]


def test_intervals_end_at_a_hundred_years():
    assert max(memory.interval for memory in study([5] * 14)) == 36_500


@pytest.mark.parametrize("quality", [-1, 6, 7, True, False, 3.0, "4", None])
def test_what_is_no_quality_is_an_error(quality):
    with pytest.raises(BequizError, match="whole number from 0 to 5"):
        review(None, quality, START)


@given(st.lists(st.integers(0, 5), min_size=1, max_size=25))
def test_what_holds_for_every_history(grades):
    memories = study(grades)
    for grade, memory in zip(grades, memories, strict=True):
        assert memory.ease >= 1.3
        assert round(memory.ease * 100) == memory.hundredths
        assert 1 <= memory.interval <= 36_500
        assert (memory.reps == 0) == (grade < 3)
    assert memories[-1].lapses == sum(grade < 3 for grade in grades)


@given(st.lists(st.integers(0, 2), max_size=5), st.lists(st.integers(0, 5), min_size=1, max_size=8))
def test_lapses_leave_the_ease_factor_alone(lapses, rest):
    assert study(lapses + rest)[-1].hundredths == study(rest)[-1].hundredths


@given(st.lists(st.integers(3, 5), min_size=1, max_size=12))
def test_the_ease_factor_is_the_sum_of_its_changes(grades):
    """Above the floor; checked against the formula of rule 3 in exact fractions."""
    from fractions import Fraction

    ease = Fraction(5, 2)
    for grade in grades:
        miss = 5 - grade
        ease = max(Fraction(13, 10), ease + Fraction(1, 10) - miss * (Fraction(8, 100) + miss * Fraction(2, 100)))
    assert Fraction(study(grades)[-1].hundredths, 100) == ease
