"""Open addressing against a dictionary from slot to key; shifting back against inserting the whole run anew."""

from collections.abc import Iterator

from bequiz.model.instance import Instance
from tests.skills.common import Right, check_skill, found

Taken = dict[int, str]  # slot -> key, or DEL


def test_open_addressing() -> None:
    check_skill("open-addressing", oracle)


def oracle(instance: Instance) -> Right:
    prompt = instance.prompt
    size, way = int(found(r"k mod (\d+)`", prompt)), found("(linear|quadratic|double)", prompt)
    taken = {slot: key for slot, key in enumerate(row(instance.listing, "key")) if key != "-"}

    def probes(key: str) -> Iterator[int]:
        slot, turn = int(key) % size, 0
        while turn < 3 * size:
            yield slot
            turn += 1
            match way:
                case "linear":
                    slot = slot + 1 if slot + 1 < size else 0
                case "quadratic":
                    slot = (slot + 2 * turn - 1) % size  # i² is the sum of the first odd numbers
                case "double":
                    slot = (slot + 1 + int(key) % (size - 1)) % size

    def first_free(key: str, among: Taken) -> int:
        return next(slot for slot in probes(key) if slot not in among)

    def path(key: str, among: Taken) -> list[int]:
        looked: list[int] = []
        for slot in probes(key):
            looked.append(slot)
            if among.get(slot, key) == key:
                return looked
        raise AssertionError("an endless search")

    def built(keys: list[str]) -> Taken:
        among: Taken = {}
        for key in keys:
            among[first_free(key, among)] = key
        return among

    if "is called" in prompt:
        key = found(r"put\((\d+)\)", prompt)
        if key in taken.values():
            return str(next(slot for slot in taken if taken[slot] == key))
        return str(first_free(key, {slot: other for slot, other in taken.items() if other != "DEL"}))
    if "search for" in prompt:
        return [str(slot) for slot in path(found(r"search for (\d+)", prompt), taken)]
    if "faulty delete" in prompt:
        gone = found(r"delete of (\d+)", prompt)
        left = {slot: key for slot, key in taken.items() if key != gone}
        return {f"key {key}" for slot, key in left.items() if path(key, left)[-1] != slot}
    if "back into the hole" in prompt:
        gone = found(r"\. (\d+) is deleted", prompt)
        hole = slot = next(slot for slot in taken if taken[slot] == gone)
        run: list[str] = []
        while (slot := (slot + 1) % size) in taken:
            run.append(taken[slot])
        anew = {slot: key for slot, key in taken.items() if key not in run and slot != hole}
        for key in run:
            anew[first_free(key, anew)] = key
        return [key for key in run if key not in [anew.get(slot) for slot in taken if taken[slot] == key]]
    if "may the keys have been inserted" in prompt:
        return [option for option in instance.options if built(option.split(", ")) == taken]
    keys = [taken[slot] for slot in sorted(taken) if taken[slot] != "DEL"]
    if "An empty hash table" in prompt:
        keys = found(r"keys ([\d, ]+) are", prompt).split(", ")
    where = {key: slot for slot, key in built(keys).items()}
    return [str(where[key]) for key in keys]


def row(listing: str, name: str) -> list[str]:
    return next((line.split()[1:] for line in listing.splitlines() if line.startswith(name)), [])
