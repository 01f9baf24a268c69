"""What several commands share: the filters on cards, and printing."""

import sys
from typing import Annotated, Any

import msgspec
import typer

from bequiz.store.today import Where
from bequiz.study import filters
from bequiz.study.collection import Collection

Json = Annotated[bool, typer.Option("--json", help="One JSON document instead of text.")]
DeckFilter = Annotated[
    list[str] | None, typer.Option("--deck", help="Only this deck. May be repeated, as all filters.")
]
StageFilter = Annotated[list[int] | None, typer.Option("--stage", min=1, max=8, help="Only this stage, 1 to 8.")]
TopicFilter = Annotated[list[str] | None, typer.Option("--topic", help="Only this topic: `databases/sql`, or `sql`.")]
LevelFilter = Annotated[list[str] | None, typer.Option("--level", help="Only basic, working or senior cards.")]
TagFilter = Annotated[list[str] | None, typer.Option("--tag", help="Only cards with this tag.")]


def where(
    collection: Collection,
    deck: list[str] | None,
    stage: list[int] | None,
    topic: list[str] | None,
    level: list[str] | None,
    tag: list[str] | None,
) -> Where:
    return filters.where(collection.db, deck or (), stage or (), topic or (), level or (), tag or ())


def print_json(document: Any) -> None:
    sys.stdout.write(msgspec.json.encode(document).decode() + "\n")
