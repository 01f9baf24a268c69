"""The JSON Schema of the deck format, generated from the same structs that validate it."""

from typing import Any

import msgspec

from bequiz.decks.convert import BOOLEANS
from bequiz.model.cards import Deck, Topic


def deck_schema() -> dict[str, Any]:
    """A schema for a deck.yaml, a deck in one file, and a topic file.

    Since every YAML scalar is its text, numbers and booleans are allowed where text is due, and text such as `yes` or
    `7` where a boolean or a number is. An empty value is a missing one.
    """
    (_, _), components = msgspec.json.schema_components((Deck, Topic), ref_template="#/$defs/{name}")
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A bequiz deck or topic file",
        "anyOf": [{"$ref": "#/$defs/Deck"}, {"$ref": "#/$defs/Topic"}],
        "$defs": {name: _relaxed(schema) for name, schema in components.items()},
    }


def _relaxed(schema: Any) -> Any:
    if isinstance(schema, list):
        return [_relaxed(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    schema = {key: _relaxed(value) for key, value in schema.items() if key != "discriminator"}
    match schema.get("type"):
        case "string" if "enum" not in schema:
            schema["type"] = ["string", "number", "boolean", "null"]
        case "boolean":
            schema.pop("type")
            schema["enum"] = [True, False, None, *(form for word in BOOLEANS for form in _spellings(word))]
        case "integer":
            schema["type"] = ["integer", "string", "null"]
            schema["pattern"] = "^[0-9]+$"
        case "array":
            schema["type"] = ["array", "null"]
        case "object" if "properties" not in schema:
            schema["type"] = ["object", "null"]
    return schema


def _spellings(word: str) -> tuple[str, str, str]:
    return word, word.capitalize(), word.upper()
