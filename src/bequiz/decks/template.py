"""What `deck new` writes: a small deck that passes its own check, with a word about each field."""

TEMPLATE = """\
# yaml-language-server: $schema={schema}
# A deck of your own. Check it with `bequiz deck check {file}`, study it after `bequiz deck add {file}`.
deck: {id}
title: {id}
topics:
  - topic: first-topic
    title: My first topic
    cards:
      # The learner types a short answer. `accept` lists every form that is right,
      # `reject` the likely wrong ones with what to say about them.
      - id: example-typed
        type: typed
        prompt: Which HTTP status code says that a resource was created?
        accept: ['201', created, 201 created]
        reject:
          '200': OK says that it worked; it does not say that something new exists.
        why: A 201 answer names the new resource, usually in its Location header.

      # One right option, each option with its own `why`; `multi: true` for several.
      - id: example-choice
        type: choice
        prompt: A request times out. What do you know about its effect on the server?
        options:
          - text: It may or may not have happened
            correct: true
            why: The answer was lost or late; the work may be done.
          - text: It did not happen
            why: The server may have finished and only its answer was lost.
          - text: It will be undone
            why: Nobody undoes it; the server does not even know.

      # Two braces hold the answer, variants after a bar.
      - id: example-cloze
        type: cloze
        prompt: "A retry is only safe when the operation is {{{{idempotent}}}}."
        why: Doing it twice must have the effect of doing it once.

      # Graded by the learner against `points`. Other types: order, code, bug.
      - id: example-flip
        type: flip
        prompt: The pager rings. What do you write first, and where?
        answer: A line in the incident channel naming who leads.
        points:
          - in the incident channel
          - who leads
"""


def new_deck(deck: str, file: str, schema: str) -> str:
    """The text of a new deck with that id, to lie at `file`, checked by editors against the schema file."""
    return TEMPLATE.format(id=deck, file=file, schema=schema)
