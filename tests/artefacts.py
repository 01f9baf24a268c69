"""Is a listing well-formed? A real parser for each language that has one on PyPI."""

import ast
import json
import logging
import re
import tempfile
import tomllib
from collections.abc import Callable
from pathlib import Path

import crossplane
import dockerfile_parse
import h11
import hcl2
import sqlglot
import tree_sitter
import tree_sitter_go
import tree_sitter_java
import tree_sitter_javascript
import yaml

INSTRUCTIONS = {
    "ADD", "ARG", "CMD", "COPY", "ENTRYPOINT", "ENV", "EXPOSE", "FROM", "HEALTHCHECK", "LABEL", "ONBUILD", "RUN",
    "SHELL", "STOPSIGNAL", "USER", "VOLUME", "WORKDIR",
}  # fmt: skip
logging.getLogger("sqlglot").setLevel(logging.ERROR)  # it warns of statements that it takes as they are


def python(text: str) -> None:
    ast.parse(text)


def several_yaml(text: str) -> None:
    # Compose reads no values, so that a tag such as CloudFormation's !Ref is as good as any.
    for node in yaml.compose_all(text):
        assert isinstance(node, yaml.CollectionNode), "a text alone is no document worth asking about"


def http(text: str) -> None:
    """A request or a response, or one after the other; its body is as long as it is."""
    for message in re.split(r"\n\n(?=HTTP/|[A-Z]+ \S+ HTTP/)", text):
        head, _, body = message.partition("\n\n")
        ours = h11.SERVER if not head.startswith("HTTP/") else h11.CLIENT
        connection = h11.Connection(ours)
        if ours is h11.CLIENT:
            connection.send(h11.Request(method="GET", target="/", headers=[("Host", "example.org")]))
        connection.receive_data("\r\n".join(head.strip("\n").split("\n")).encode() + b"\r\n\r\n" + body.encode())
        assert isinstance(connection.next_event(), h11.Request | h11.Response)


def dockerfile(text: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        parser = dockerfile_parse.DockerfileParser(folder)
        parser.content = text
        steps = [(step["instruction"], step["value"]) for step in parser.structure]
    unknown = {name for name, _ in steps} - INSTRUCTIONS - {"COMMENT"}
    assert not unknown, f"unknown instructions {unknown}"
    for name, value in steps:
        if name in {"CMD", "ENTRYPOINT", "SHELL"} and value.startswith("["):
            assert all(isinstance(word, str) for word in json.loads(value))


def sql(text: str) -> None:
    """In any of the dialects the cards speak of."""
    problems = []
    for dialect in ("postgres", "mysql", "sqlite"):
        try:
            sqlglot.parse(text, dialect=dialect)
        except sqlglot.errors.SqlglotError as error:
            problems.append(f"{dialect}: {error}")
        else:
            return
    raise ValueError("; ".join(problems))


def nginx(text: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "nginx.conf"
        file.write_text(text)
        found = crossplane.parse(str(file), check_ctx=False, single=True)
    assert not found["errors"], found["errors"]


def grammar(language: object) -> Callable[[str], None]:
    parser = tree_sitter.Parser(tree_sitter.Language(language))

    def parse(text: str) -> None:
        assert not parser.parse(text.encode()).root_node.has_error

    return parse


PARSERS: dict[str, Callable[[str], object]] = {
    "python": python,
    "yaml": several_yaml,
    "json": json.loads,
    "toml": tomllib.loads,
    "http": http,
    "dockerfile": dockerfile,
    "sql": sql,
    "hcl": hcl2.loads,
    "nginx": nginx,
    "go": grammar(tree_sitter_go.language()),
    "java": grammar(tree_sitter_java.language()),
    "javascript": grammar(tree_sitter_javascript.language()),
}


class IllFormed(Exception):
    """A listing that its language's parser refuses."""


def check(language: str, text: str) -> bool:
    """Whether there is a parser for the language. Raises IllFormed for what it refuses."""
    if language not in PARSERS:
        return False
    try:
        PARSERS[language](text)
    except Exception as error:
        raise IllFormed(f"{type(error).__name__}: {error}") from error
    return True
