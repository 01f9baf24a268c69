"""The log: appended to and never changed, exported, merged with that of another machine, undone by one more event."""

import json
import random
import sqlite3
import uuid
from collections.abc import Callable
from pathlib import Path
from time import sleep
from typing import Any

import pytest

from bequiz.model.env import Env
from bequiz.store import log
from bequiz.study import answering
from bequiz.study.collection import opened
from tests.conftest import MORNING, Result, day

Run = Callable[..., Result]
FIELDS = {"id", "card", "at", "day", "kind", "quality", "verdict", "ms", "device", "data"}
AN_ID = "019a0000-0000-7000-8000-000000000001"


@pytest.fixture
def machine(bequiz: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, only_small: Path) -> Callable[[str], Run]:
    """`machine("laptop")` is bequiz with a data directory of that name."""

    def of(name: str) -> Run:
        def run(*words: str, **more: Any) -> Result:
            monkeypatch.setenv("BEQUIZ_HOME", str(tmp_path / name))
            return bequiz(*words, **more)

        return run

    return of


def events(run: Run) -> list[dict[str, Any]]:
    return [json.loads(line) for line in run("log", "export").out.splitlines()]


def memories(run: Run) -> list[dict[str, Any]]:
    """What is known of every card, as far as anybody can see."""
    cards = sorted(run("card", "list", "--json").json["cards"], key=lambda card: card["id"])
    return [*cards, run("due", "--json").json, run("report", "--json").json]


def exported(run: Run, file: Path) -> Path:
    file.write_text(run("log", "export").out)
    return file


def line(**changes: object) -> str:
    event: dict[str, object] = {
        "id": AN_ID, "card": "small/flip", "at": "2026-11-22T07:00:00.000Z", "day": "2026-11-22", "kind": "review",
        "quality": 4, "verdict": "self", "ms": None, "device": "elsewhere", "data": {},
    }  # fmt: skip
    return json.dumps({name: value for name, value in (event | changes).items() if value != "MISSING"}) + "\n"


# What an event looks like.


def test_every_field_of_an_event(bequiz, only_small):
    bequiz("answer", "small/typed", "--response", "42", "--ms", "900", now="2026-11-22T03:59:59.123+01:00")
    (event,) = events(bequiz)
    assert set(event) == FIELDS
    assert uuid.UUID(event.pop("id")).version == 7
    assert event.pop("device")
    assert event == {
        "card": "small/typed", "at": "2026-11-22T02:59:59.123Z", "day": "2026-11-21", "kind": "review", "quality": 4,
        "verdict": "right", "ms": 900, "data": {"response": "42"},
    }  # fmt: skip


def test_the_study_day_is_that_of_the_offset_and_rolls_over_at_four(bequiz, only_small):
    times = ("2026-11-22T03:59+01:00", "2026-11-22T04:00+01:00", "2026-11-22T23:59-12:00", "2026-11-23T00:30+14:00")
    for time in times:
        bequiz("answer", "small/flip", "--quality", "5", now=time)
    days = {event["at"]: event["day"] for event in events(bequiz)}
    assert sorted(days.values()) == ["2026-11-21", "2026-11-22", "2026-11-22", "2026-11-22"]
    assert days["2026-11-23T11:59:00.000Z"] == "2026-11-22"


DONE = {
    "suspend": (["card", "suspend", "small/flip"], {}),
    "unsuspend": (["card", "unsuspend", "small/flip"], {}),
    "bury": (["card", "bury", "small/flip"], {"until": "2026-11-23"}),
    "bury for days": (["card", "bury", "small/flip", "--days", "7"], {"until": "2026-11-29"}),
    "flag": (["card", "flag", "small/flip", "a note"], {"note": "a note"}),
}


@pytest.mark.parametrize("name", DONE)
def test_what_is_no_answer_is_an_event_as_well(name, bequiz, only_small):
    words, data = DONE[name]
    bequiz(*words)
    (event,) = events(bequiz)
    assert (event["kind"], event["data"]) == (name.split()[0], data)
    assert (event["quality"], event["verdict"], event["ms"]) == (None, None, None)


# Ids.


def test_ids_are_uuid7_and_each_is_greater_than_all_before_also_when_the_clock_is_set_back(bequiz, only_small):
    clock = [MORNING, MORNING, MORNING, day(5), day(-400), day(-400), day(6)]
    for now in clock:
        bequiz("answer", "small/flip", "--quality", "4", now=now)
    ids = [event["id"] for event in events(bequiz)]
    assert [(uuid.UUID(id).version, uuid.UUID(id).variant) for id in ids] == [(7, uuid.RFC_4122)] * len(clock)
    assert ids == sorted(set(ids))
    times = [event["at"][:10] for event in events(bequiz)]
    assert times == ["2026-11-22"] * 3 + ["2026-11-27", "2025-10-18", "2025-10-18", "2026-11-28"], "as written"
    milliseconds = int(ids[0].replace("-", "")[:12], 16)
    assert milliseconds == 1_795_330_800_000, "the time is in the id, as RFC 9562 has it"


def test_an_id_is_greater_than_imported_ones_of_a_clock_that_goes_ahead(bequiz, only_small, tmp_path):
    ahead = "e0000000-0000-7fff-bfff-ffffffffffff"
    file = tmp_path / "ahead.jsonl"
    file.write_text(line(id=ahead))
    bequiz("log", "import", str(file))
    bequiz("answer", "small/typed", "--quality", "4")
    assert [event["id"] > ahead for event in events(bequiz)] == [False, True]
    assert bequiz("undo", "--json").json["card"] == "small/typed"


# Append only.


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE event SET quality = 5",
        "UPDATE event SET id = 'other'",
        "DELETE FROM event",
        "UPDATE OR REPLACE event SET card = 'a/b'",
    ],
)
def test_the_log_refuses_to_be_changed(sql, bequiz, only_small, home):
    bequiz("answer", "small/flip", "--quality", "1")
    db = sqlite3.connect(home / "bequiz.db")
    with pytest.raises(sqlite3.IntegrityError, match="append-only"):
        db.execute(sql)
    assert db.execute("SELECT quality FROM event").fetchall() == [(1,)]


@pytest.mark.parametrize("verb", ["INSERT OR REPLACE", "REPLACE", "INSERT OR IGNORE", "INSERT"])
def test_an_event_cannot_be_replaced_by_another_with_its_id(verb, bequiz, only_small, home):
    bequiz("answer", "small/flip", "--quality", "1")
    before = bequiz("log", "export").out
    db = sqlite3.connect(home / "bequiz.db")
    db.execute("PRAGMA recursive_triggers = OFF")
    db.execute(f"{verb} INTO event SELECT id, card, at, day, kind, 5, verdict, ms, device, data FROM event")
    db.execute(f"{verb} INTO event SELECT id, 'small/typed', 0, day, kind, 5, verdict, ms, device, data FROM event")
    db.commit()
    assert bequiz("log", "export").out == before


# Export and import.


def test_what_goes_out_comes_in_elsewhere_and_means_the_same(machine, tmp_path):
    laptop, desktop = machine("laptop"), machine("desktop")
    laptop("answer", "small/typed", "--response", "21")
    laptop("answer", "small/typed", "--response", "42")
    laptop("answer", "small/flip", "--quality", "4", now=day(1))
    laptop("card", "suspend", "small/gap")
    laptop("card", "bury", "small/pick", "--days", "9")
    laptop("undo")
    file = exported(laptop, tmp_path / "laptop.jsonl")
    assert desktop("log", "import", str(file), "--json").json == {"read": 6, "added": 6, "known": 0, "bad": 0}
    assert memories(desktop) == memories(laptop)
    assert desktop("log", "export").out == file.read_text(), "each event as it was, its device included"
    assert desktop("log", "import", str(file), "--json").json == {"read": 6, "added": 0, "known": 6, "bad": 0}
    assert memories(desktop) == memories(laptop)


def test_any_order_any_number_of_times_same_result(machine, tmp_path):
    files = []
    for place, name in enumerate(("laptop", "desktop", "phone")):
        run = machine(name)
        for at in range(4):
            run("answer", "small/flip", "--quality", str((place + at) % 6), now=day(at * 3 + place))
            run("answer", "small/gap", "--response", ("red", "rad")[at % 2], now=day(at))
            if at == place:
                run("undo")
        lines = run("log", "export").out.splitlines(keepends=True)
        random.Random(place).shuffle(lines)
        for half, part in enumerate((lines[:5], lines[3:])):
            files.append(tmp_path / f"{name}-{half}.jsonl")
            files[-1].write_text("".join(part))
    results = set()
    for seed in range(4):
        run = machine(f"merged-{seed}")
        chosen = files + files[:2]
        random.Random(seed).shuffle(chosen)
        for start in range(0, len(chosen), 1 + seed):
            assert run("log", "import", *map(str, chosen[start : start + 1 + seed]), now=day(20)).code == 0
        results.add(json.dumps([memories(run), events(run)]))
    assert len(results) == 1


BAD = {
    "no JSON": ("nonsense\n", "malformed"),
    "half a line": (line()[:40] + "\n", "event"),
    "another document": ("[1, 2]\n", "Expected `object`"),
    "no id": (line(id="MISSING"), "`id`"),
    "an id of another version": (line(id="019a0000-0000-4000-8000-000000000001"), "is no UUIDv7"),
    "an id that leaves no room": (line(id="ffffffff-ffff-7fff-bfff-ffffffffffff"), "is no UUIDv7"),
    "a number for an id": (line(id=7), "`$.id`"),
    "no card": (line(card="MISSING"), "`card`"),
    "a short card id": (line(card="flip"), '"flip" names no card'),
    "a card that is a path": (line(card="../../etc/passwd"), "names no card"),
    "no time": (line(at="yesterday"), "`at`"),
    "a time without offset": (line(at="2026-11-22T08:00:00"), "`at`"),
    "a time before all computers": (line(at="1969-12-31T23:59:59.999Z"), "1970"),
    "a time beyond the year 9999": (line(at="9999-12-31T23:59:59-14:00"), "9999"),
    "no day": (line(day="2026-11-31"), "`day`"),
    "quality 7": (line(quality=7), "quality 7"),
    "quality 3.5": (line(quality=3.5), "`$.quality`"),
    "quality true": (line(quality=True), "`$.quality`"),
    "a review without quality": (line(quality=None), "needs a quality"),
    "an undo of nothing": (line(kind="undo", quality=None), "undo"),
    "an undo of a list": (line(kind="undo", quality=None, data={"event": [AN_ID]}), "undo"),
    "data that are a text": (line(data="x"), "`$.data`"),
    "more time than a log can hold": (line(ms=2**70), "ms"),
    "nested without end": (line(data="DEEP").replace('"DEEP"', '{"a":' * 9000 + "1" + "}" * 9000), "nested"),
}


@pytest.mark.parametrize("name", BAD)
def test_a_line_that_is_no_event_is_named_and_the_others_go_in(name, bequiz, only_small, tmp_path):
    bad, said = BAD[name]
    file = tmp_path / "mixed.jsonl"
    good = "019a0000-0000-7000-8000-00000000000"
    file.write_text(line(id=good + "2") + "\n" + bad + line(id=good + "3", card="small/gap"))
    done = bequiz("log", "import", str(file), "--json")
    assert (done.code, done.json) == (1, {"read": 3, "added": 2, "known": 0, "bad": 1})
    (sentence,) = done.err.splitlines()
    assert sentence.startswith(f"{file}:3: this is no event")
    assert said in sentence
    assert [event["card"] for event in events(bequiz)] == ["small/flip", "small/gap"]
    findings = {finding["what"]: finding["ok"] for finding in bequiz("doctor", "--json").json["findings"]}
    assert findings["memory"], "what went in was folded"


def test_a_line_that_is_not_utf8_is_named_too(bequiz, only_small, tmp_path):
    file = tmp_path / "bytes.jsonl"
    file.write_bytes(line().encode() + b'{"id": "\xff\xfe"}\n')
    done = bequiz("log", "import", str(file))
    assert (done.code, done.out) == (1, "")
    assert done.err.startswith(f"{file}:2: this is no event")
    assert len(events(bequiz)) == 1


@pytest.mark.parametrize("name", ["missing.jsonl", "."])
def test_a_file_that_cannot_be_read_stops_the_whole_import(name, bequiz, only_small, tmp_path):
    good = tmp_path / "good.jsonl"
    good.write_text(line())
    done = bequiz("log", "import", str(good), str(tmp_path / name))
    assert (done.code, done.out) == (1, "")
    assert "Nothing was imported" in done.err
    assert events(bequiz) == []


def test_kinds_and_cards_that_are_unknown_are_kept_and_ignored(bequiz, only_small, tmp_path):
    file = tmp_path / "later.jsonl"
    lines = [
        line(kind="meditate", quality=None, data={"minutes": 20, "big": 10**30}),
        line(id=AN_ID[:-1] + "2", card="elsewhere/gone"),
    ]
    file.write_text("".join(lines))
    assert bequiz("log", "import", str(file)).code == 0
    assert events(bequiz) == [json.loads(text) for text in lines]
    assert bequiz("card", "show", "small/flip", "--json").json["memory"] is None
    assert bequiz("report", "--json").json["total"]["seen"] == 0
    assert bequiz("undo").code == 1, "it was not done here"


def test_the_history_of_an_unknown_card_counts_once_its_deck_is_there(bequiz, only_small, tmp_path):
    file = tmp_path / "early.jsonl"
    file.write_text(line(card="mine/one"))
    bequiz("log", "import", str(file))
    own = tmp_path / "mine.yaml"
    own.write_text(
        "deck: mine\ntitle: M\ntopics: [{topic: t, title: T, cards: [{id: one, type: flip, prompt: P, answer: A}]}]"
    )
    assert bequiz("deck", "add", str(own)).code == 0
    assert bequiz("card", "show", "mine/one", "--json").json["memory"]["due"] == "2026-11-23"


def test_of_two_reviews_on_one_day_on_two_machines_the_second_is_a_drill(machine, tmp_path):
    laptop, desktop = machine("laptop"), machine("desktop")
    for run, quality, now in ((laptop, 4, MORNING), (desktop, 1, MORNING.replace("T08", "T09"))):
        assert run("answer", "small/flip", "--quality", str(quality), "--json", now=now).json["scheduled"]
    one = exported(laptop, tmp_path / "laptop.jsonl")
    laptop("log", "import", str(exported(desktop, tmp_path / "desktop.jsonl")))
    desktop("log", "import", str(one))
    for run in (laptop, desktop):
        shown = run("card", "show", "small/flip", "--json").json
        assert shown["reviews"] == 1
    assert memories(laptop) == memories(desktop)


def test_the_review_that_was_first_schedules_and_the_later_one_keeps_the_card_open(machine, tmp_path):
    laptop, desktop = machine("laptop"), machine("desktop")
    laptop("answer", "small/flip", "--quality", "5", now="2026-11-22T08:00+01:00")
    desktop("answer", "small/flip", "--quality", "2", now="2026-11-22T09:00+01:00")
    laptop("log", "import", str(exported(desktop, tmp_path / "desktop.jsonl")))
    memory = laptop("card", "show", "small/flip", "--json").json["memory"]
    assert (memory["ease"], memory["lapses"], memory["due"]) == (2.6, 0, "2026-11-23")
    assert laptop("due", "--json").json["due"] == 1, "its last quality today is below 4"


def test_an_event_that_comes_late_is_folded_in_its_place(machine, tmp_path):
    laptop, desktop = machine("laptop"), machine("desktop")
    desktop("answer", "small/flip", "--quality", "4", now=day(0))
    for at in (1, 7):
        laptop("answer", "small/flip", "--quality", "4", now=day(at))
    laptop("log", "import", str(exported(desktop, tmp_path / "desktop.jsonl")))
    memory = laptop("card", "show", "small/flip", "--json").json["memory"]
    assert (memory["interval"], memory["reps"], memory["due"]) == (15, 3, day(22)[:10])


# Undo is one more event.


def test_undo_goes_back_step_by_step_across_sessions_and_does_not_redo(bequiz, only_small):
    steps = [
        ["answer", "small/flip", "--quality", "4"],
        ["answer", "small/typed", "--response", "42"],
        ["card", "suspend", "small/flip"],
        ["card", "bury", "small/typed"],
        ["card", "flag", "small/typed", "note"],
        ["card", "unsuspend", "small/flip"],
    ]
    states = [memories(bequiz)]
    for words in steps:
        bequiz(*words)
        states.append(memories(bequiz))
    written = events(bequiz)
    for back, event in enumerate(reversed(written)):
        assert bequiz("undo", "--json").json == {"undone": event["id"], "card": event["card"]}
        assert memories(bequiz) == states[-2 - back]
    assert bequiz("undo").code == 1
    kinds = [event["kind"] for event in events(bequiz)]
    assert kinds == [event["kind"] for event in written] + ["undo"] * len(steps)
    assert [event["data"]["event"] for event in events(bequiz)[len(steps) :]] == [e["id"] for e in reversed(written)]


def test_after_an_undo_the_card_can_be_answered_again(bequiz, only_small):
    bequiz("answer", "small/flip", "--quality", "1")
    bequiz("undo")
    again = bequiz("answer", "small/flip", "--quality", "5", "--json").json
    assert (again["scheduled"], again["lapses"], again["ease"]) == (True, 0, 2.6)
    bequiz("undo")
    assert bequiz("undo").code == 1, "the first was undone before"


def test_undo_takes_back_what_was_done_here_not_elsewhere(machine, tmp_path):
    laptop, desktop = machine("laptop"), machine("desktop")
    laptop("answer", "small/flip", "--quality", "4", now=day(0))
    desktop("answer", "small/typed", "--quality", "4", now=day(1))
    laptop("log", "import", str(exported(desktop, tmp_path / "desktop.jsonl")))
    assert laptop("undo", "--json").json["card"] == "small/flip"
    assert laptop("undo").code == 1


def test_an_undo_that_arrives_before_what_it_undoes(machine, tmp_path):
    laptop, desktop = machine("laptop"), machine("desktop")
    laptop("answer", "small/flip", "--quality", "4")
    laptop("undo")
    lines = laptop("log", "export").out.splitlines(keepends=True)
    for name, text in zip("ab", reversed(lines), strict=True):
        (tmp_path / name).write_text(text)
        assert desktop("log", "import", str(tmp_path / name)).code == 0
        assert desktop("card", "show", "small/flip", "--json").json["memory"] is None
        assert desktop("report", "--json").json["total"]["streak"] == 0


def test_answers_of_a_sitting_carry_their_own_times(home, only_small):
    """The clock is asked for each event, not once when the session begins."""
    with opened(Env(str(home), str(only_small), None)) as collection:
        for card in ("small/flip", "small/typed"):
            answering.record(collection, answering.put(collection, card), 4)
            sleep(0.02)
        first, second = log.all_events(collection.db)
    assert second.at - first.at >= 20
