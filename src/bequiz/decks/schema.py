"""The JSON Schema of the deck format, generated from the same structs that validate it."""

from typing import Any

import msgspec

from bequiz.model.cards import Deck, Topic


def deck_schema() -> dict[str, Any]:
    """A schema for a deck.yaml, a deck in one file, and a topic file.

    Since every YAML scalar is its text, numbers and booleans are allowed where text is due, and text such as `yes`
    where a boolean or a number is.
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
            schema["enum"] = [True, False, "yes", "no", "on", "off", "true", "false", None]
        case "array":
            schema["type"] = ["array", "null"]
    return schema
