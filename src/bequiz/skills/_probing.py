"""A hash table with open addressing: which slots are tried, where a search ends, where a key is put."""

from typing import NamedTuple

Slots = list[int | None]
DELETED = -1


class Rule(NamedTuple):
    """How the slots are tried: `way` is linear, quadratic or double."""

    size: int
    way: str

    def __str__(self) -> str:
        home, size = f"`h(k) = k mod {self.size}`", self.size
        match self.way:
            case "linear":
                return f"{home}, linear probing (next slot up, 0 after {size - 1})"
            case "quadratic":
                return f"{home}, quadratic probing (slots `(h(k) + i²) mod {size}` for i = 0, 1, 2, …)"
            case _:
                return f"{home}, double hashing (steps of `1 + (k mod {size - 1})`, modulo {size})"


def tries(rule: Rule, key: int) -> list[int]:
    """The slots for a key in the order in which they are tried."""
    step = 1 + key % (rule.size - 1) if rule.way == "double" else 1
    return [(key + (i * i if rule.way == "quadratic" else i * step)) % rule.size for i in range(rule.size)]


def search(slots: Slots, rule: Rule, key: int) -> list[int]:
    """The slots looked at: up to the key, or to the first slot that was never used."""
    looked = []
    for slot in tries(rule, key):
        looked.append(slot)
        if slots[slot] in (key, None):
            break
    return looked


def put(slots: Slots, rule: Rule, key: int) -> int | None:
    """Put a key where a map puts it and tell the slot; None if no slot that is tried can take it."""
    looked = search(slots, rule, key)
    if slots[looked[-1]] == key:
        return looked[-1]
    for slot in looked:
        if slots[slot] in (None, DELETED):
            slots[slot] = key
            return slot
    return None


def told(slots: Slots, rule: Rule, key: int) -> str:
    """A search in words."""
    step = f", step 1 + {key} mod {rule.size - 1} = {1 + key % (rule.size - 1)}" if rule.way == "double" else ""
    seen = ", ".join(held(slots, slot) for slot in search(slots, rule, key))
    return f"{key} mod {rule.size} = {key % rule.size}{step}: {seen}"


def held(slots: Slots, slot: int) -> str:
    key = slots[slot]
    return f"slot {slot} {'is empty' if key is None else 'holds a marker' if key == DELETED else f'holds {key}'}"
