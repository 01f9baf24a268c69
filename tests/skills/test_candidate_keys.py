"""Dependencies against their meaning: implied is what holds in each relation of two rows in which the given ones hold.

Such a relation is told by the attributes in which its rows agree, so all of them can be gone through. Normal forms are
then judged by their definitions, on every dependency that is implied, not only on those that are given.
"""

import re
from itertools import combinations

from tests.skills.common import check_skill


def test_candidate_keys() -> None:
    check_skill("candidate-keys", oracle)


def oracle(instance):
    attributes = re.search(r"R\(([A-Z, ]+)\)", instance.prompt)[1].replace(", ", "")
    lines = instance.listing.splitlines() or list(instance.options)
    given = [tuple(line.split(" → ")) for line in lines]
    facts = Facts(attributes, given)
    prompt = instance.prompt
    if found := re.search(r"the closure of (\w+)\?", prompt):
        return facts.closure(found[1])
    if "Which of these is a candidate key" in prompt:
        return {option for option in instance.options if option in facts.keys}
    if "Name all candidate keys" in prompt:
        return sorted(facts.keys)
    if "highest of these normal forms" in prompt:
        return facts.form()
    if found := re.search(r"Which of them break (\w+)\?", prompt):
        return {option for option in instance.options if not facts.allowed(*option.split(" → "), found[1])}
    if "Which attributes are prime" in prompt:
        return "".join(sorted(facts.prime))
    if "follows from the others" in prompt:
        return {
            option
            for option, (left, right) in zip(instance.options, given, strict=True)
            if set(right) <= set(Facts(attributes, [one for one in given if one != (left, right)]).closure(left))
        }
    assert "lossless" in prompt
    return {
        option
        for option in instance.options
        if facts.lossless(*re.findall(r"\(([A-Z, ]+)\)", option.replace(", ", "")))
    }


class Facts:
    def __init__(self, attributes: str, given: list[tuple[str, str]]) -> None:
        self.attributes = attributes
        subsets = [set(some) for size in range(len(attributes) + 1) for some in combinations(attributes, size)]
        self.subsets = ["".join(sorted(some)) for some in subsets]
        self.agreeing = [
            some for some in subsets if all(set(right) <= some or not set(left) <= some for left, right in given)
        ]
        determines = [one for one in self.subsets if self.closure(one) == attributes]
        self.keys = [one for one in determines if not any(set(other) < set(one) for other in determines)]
        self.prime = set("".join(self.keys))

    def closure(self, some: str) -> str:
        """The attributes in which two rows agree whenever they agree in these."""
        return "".join(sorted(set.intersection(*(agree for agree in self.agreeing if set(some) <= agree))))

    def allowed(self, left: str, right: str, form: str) -> bool:
        """Whether a dependency may be in a relation of that form: for each attribute on the right."""
        for attribute in set(right) - set(left):
            if self.closure(left) == self.attributes or (form != "BCNF" and attribute in self.prime):
                continue
            if form != "2NF" or any(set(left) < set(key) for key in self.keys):
                return False
        return True

    def form(self) -> str:
        implied = [(left, self.closure(left)) for left in self.subsets]
        passed = [form for form in ("2NF", "3NF", "BCNF") if all(self.allowed(*one, form) for one in implied)]
        return passed[-1] if passed else "1NF"

    def lossless(self, one: str, other: str) -> bool:
        """The chase with two rows: does joining the parts of two rows give nothing that is not there?

        The rows agree in what the parts share. Nothing is lost if in each such relation they agree in all of a part.
        """
        common = set(one) & set(other)
        must = set.intersection(*(agree for agree in self.agreeing if common <= agree))
        return set(one) <= must or set(other) <= must
