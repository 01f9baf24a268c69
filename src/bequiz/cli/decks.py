"""`bequiz deck`: decks of one's own, and checking any deck."""

import os
import re
from pathlib import Path
from typing import Annotated

import msgspec
import typer

from bequiz.cli import options, saying
from bequiz.cli.edge import make_env
from bequiz.cli.options import Json
from bequiz.model.cards import NAME
from bequiz.model.errors import BequizError
from bequiz.store import catalogue, figures
from bequiz.study.collection import opened

deck_group = typer.Typer(help="Decks: list and check them, make, add and remove your own.")


@deck_group.command("list")
def list_(json: Json = False) -> None:
    """List the decks you study."""
    with opened(make_env()) as collection:
        counts = figures.cards_by_topic(collection.db)
        rows = [
            {
                "id": deck.id,
                "title": deck.title,
                "stage": deck.stage,
                "topics": len(topics := catalogue.topics(collection.db, deck.id)),
                "cards": sum(counts.get(topic.id, 0) for topic in topics),
                "shipped": bool(deck.shipped),
                "path": deck.path,
                "problems": len(msgspec.json.decode(deck.problems)),
            }
            for deck in catalogue.decks(collection.db)
        ]
    if json:
        options.print_json({"decks": rows})
        return
    width = max(len(str(row["id"])) for row in rows) if rows else 0
    for row in rows:
        stage = f"stage {row['stage']}" if row["stage"] else "own"
        number = row["problems"]
        wrong = f" ({number} {'problem' if number == 1 else 'problems'})" if number else ""
        saying.print_lines([f"{row['id']:{width}}  {stage:8}  {row['cards']:>5} cards  {row['title']}{wrong}"])


@deck_group.command("show")
def show(id: Annotated[str, typer.Argument(help="The deck's id.")], json: Json = False) -> None:
    """Show a deck's topics and where it lies."""
    from bequiz.study.filters import known

    with opened(make_env()) as collection:
        db = collection.db
        deck = catalogue.deck(db, known(id, "deck", [row.id for row in catalogue.decks(db)]))
        assert deck
        counts, seen = figures.cards_by_topic(db), figures.seen_by_topic(db)
        topics = [
            {
                "id": topic.id,
                "title": topic.title,
                "cards": counts.get(topic.id, 0),
                "seen": seen.get(topic.id, 0),
                "requires": msgspec.json.decode(topic.requires),
            }
            for topic in catalogue.topics(db, deck.id)
        ]
    if json:
        options.print_json({
            "id": deck.id, "title": deck.title, "stage": deck.stage, "path": deck.path, "shipped": bool(deck.shipped),
            "topics": topics, "problems": msgspec.json.decode(deck.problems),
        })  # fmt: skip
        return
    saying.print_lines([f"{deck.title} ({deck.id}), {deck.path}"])
    saying.print_lines(
        f"  {topic['id']}: {topic['title']}, {topic['cards']} cards, {topic['seen']} seen" for topic in topics
    )


@deck_group.command("check")
def check(
    paths: Annotated[
        list[Path] | None, typer.Argument(help="Deck folders or files; without any, all decks you study.")
    ] = None,
    strict: Annotated[
        bool, typer.Option("--strict", help="Hold cards, topics and decks to the rules for good ones, too.")
    ] = False,
    stats: Annotated[
        bool, typer.Option("--stats", help="Add figures: types, levels, coverage, what choices give away.")
    ] = False,
    json: Json = False,
) -> None:
    """Check decks; every problem is told with file, line and column. Exits with 1 on an error."""
    from bequiz.study.checking import check_decks
    from bequiz.ui.lines import count

    env = make_env()
    if paths:
        checked = check_decks(env, paths, strict=strict)
    else:
        with opened(env) as collection:
            own = [Path(path) for path in catalogue.added(collection.db)]
        checked = check_decks(env, own, shipped=True, strict=strict)
    if json:
        document = {"ok": checked.ok, "cards": checked.cards, "problems": checked.problems}
        options.print_json(document | {"stats": checked.figures()} if stats else document)
    else:
        saying.print_lines(map(str, checked.problems))
        if stats:
            from bequiz.report.figures import figure_lines

            saying.print_lines(figure_lines(checked.figures()))
        if checked.ok:
            print(f"{count(checked.cards, 'card')}, no errors.")
    if not checked.ok:
        raise typer.Exit(1)


@deck_group.command("add")
def add(path: Annotated[Path, typer.Argument(help="A deck's folder or file; it stays where it is.")]) -> None:
    """Study a deck of your own from now on."""
    from bequiz.decks.loading import load_deck
    from bequiz.study.checking import check_decks
    from bequiz.study.syncing import sync
    from bequiz.ui.lines import count

    env = make_env()
    place = Path(os.path.abspath(path))  # noqa: PTH100 - a link to a deck stays a link
    if place.name == "deck.yaml":
        place = place.parent
    with opened(env) as collection:
        checked, deck = check_decks(env, [place]), load_deck(place)
        wrong = sorted({problem for problem in [*checked.problems, *deck.problems] if problem.severity == "error"})
        if wrong:
            told = "\n".join([f"{path} was not added, because of this:", *map(str, wrong)])
            raise BequizError(told + "\nMend it and add the deck again.")
        other = catalogue.deck(collection.db, deck.id)
        if other and other.path == str(place):
            print(f"{deck.id} is among your decks already.")
            return
        if other:
            raise BequizError(f'There is a deck "{deck.id}" already, at {other.path}.', "Give this one another id.")
        catalogue.add(collection.db, str(place))
        collection.db.execute("DELETE FROM watched WHERE deck = ''")
        sync(collection.db, env)
        print(f"{deck.id} added: {count(checked.cards, 'card')}. `bequiz review --deck {deck.id}` studies it now.")


@deck_group.command("remove")
def remove(id: Annotated[str, typer.Argument(help="The deck's id.")]) -> None:
    """Study a deck of your own no longer. Its files and your history stay."""
    from bequiz.study.filters import known
    from bequiz.study.syncing import sync

    env = make_env()
    with opened(env) as collection:
        deck = catalogue.deck(collection.db, known(id, "deck", [row.id for row in catalogue.decks(collection.db)]))
        assert deck
        if deck.shipped:
            raise BequizError(
                f"{id} comes with bequiz and cannot be removed.", "`bequiz card suspend` puts single cards away."
            )
        catalogue.remove(collection.db, deck.path)
        collection.db.execute("DELETE FROM watched WHERE deck = ''")
        sync(collection.db, env)
        stays = f"{id} removed. Its file stays at {deck.path}, your history with it stays in the log."
        saying.print_lines([stays])


@deck_group.command("new")
def new(
    id: Annotated[str, typer.Argument(help="The new deck's id.")],
    at: Annotated[Path | None, typer.Option("--at", help="Where to write it, instead of ./ID.yaml.")] = None,
) -> None:
    """Write a small commented deck to start from."""
    from bequiz.decks.schema import deck_schema
    from bequiz.decks.template import new_deck

    if not re.fullmatch(NAME, id):
        raise BequizError(f'"{id}" is no deck id.', "Use small letters, digits, dots and dashes.")
    file = at or Path(f"{id}.yaml")
    if file.is_dir():
        file = file / f"{id}.yaml"
    if file.exists():
        raise BequizError(f"{file} is there already.", "Choose another name with --at; nothing was overwritten.")
    schema = Path(make_env().home) / "deck.schema.json"
    try:
        schema.parent.mkdir(parents=True, exist_ok=True)
        schema.write_bytes(msgspec.json.encode(deck_schema()))
        file.write_text(new_deck(id, str(file), schema.as_uri()))
    except OSError as error:
        raise BequizError(f"{error.filename} cannot be written: {error.strerror}.") from None
    then = f"{file} written. Edit it, then `bequiz deck check {file}` and `bequiz deck add {file}`."
    saying.print_lines([then])


@deck_group.command("schema")
def schema() -> None:
    """Print the JSON Schema of deck files, for editors."""
    from bequiz.decks.schema import deck_schema

    print(msgspec.json.format(msgspec.json.encode(deck_schema()).decode(), indent=2))
