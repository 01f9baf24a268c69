"""Access tokens against a second reading of the RFCs, in which a token is good for a set of seconds."""

import json
import re

from tests.skills.common import check_skill

CLAIMS = ("alg", "typ", "iss", "aud", "nbf", "exp", "scope")


def test_token_claims() -> None:
    check_skill("token-claims", oracle)


def oracle(instance):
    prompt = instance.prompt
    if "each full second" in prompt:
        return instants(json.loads(instance.listing), prompt)
    tokens = table(instance.listing)
    if "Which APIs, by what they want" in prompt:
        now = re.search(r"Now it is (\d+)", prompt)[1]
        return {option for option in instance.options if not wrong(tokens[0], wants(f"{option}; now it is {now}"))}
    api = wants(prompt)
    verdicts = {token["token"]: wrong(token, api) for token in tokens}
    if "Which tokens are rejected" in prompt:
        return {name for name, found in verdicts.items() if found}
    if "Which status does each token get" in prompt:
        return [("403" if found == {"scope"} else "401") if found else "200" for found in verdicts.values()]
    if "Why is this token rejected" in prompt:
        return {option for option in instance.options if {option.split(":")[0]} == verdicts["A"]}
    if "With which change alone" in prompt:
        assert verdicts["A"]
        return {option for option in instance.options if not wrong({**tokens[0], **change(option)}, api)}
    assert "What is wrong with its check" in prompt
    accepted = set(re.search(r"It accepts (.*) and no other", prompt)[1].split(", "))
    possible = []
    for option in instance.options:
        forgotten = option.split()[0]
        if {name for name, found in verdicts.items() if not found - {forgotten}} == accepted:
            possible.append(option)
    return possible


def table(listing: str) -> list[dict[str, str]]:
    header, *rows = [re.split(r"\s{2,}", line.strip()) for line in listing.splitlines()]
    return [dict(zip(header, row, strict=True)) for row in rows]


def change(option: str) -> dict[str, str]:
    claim, _, value = option.partition(" = ")
    return {claim: value}


def wants(text: str) -> dict[str, str | int]:
    """What an API demands: the words behind the names of claims; time and leeway."""
    found: dict[str, str | int] = dict(re.findall(r"\b(alg|typ|iss|aud|scope) ([^,;\s]+)", text))
    slack = re.search(r"leeway (?:for clocks )?(\d+) s", text)
    return found | {"now": int(re.search(r"now it is (\d+)", text)[1]), "leeway": int(slack[1]) if slack else 0}


def wrong(token: dict[str, str], api: dict[str, str | int]) -> set[str]:
    """The claims for which the token is turned down."""
    found = {claim for claim in ("alg", "typ", "iss") if claim in api and claim in token and token[claim] != api[claim]}
    if api["aud"] not in token["aud"].strip("[]").split(","):
        found.add("aud")
    if "scope" in token and "scope" in api and api["scope"] not in token["scope"].split(" "):
        found.add("scope")
    begin = 0 if token.get("nbf", "-") == "-" else int(token["nbf"]) - api["leeway"]
    if api["now"] < begin:
        found.add("nbf")
    if api["now"] not in range(int(token["exp"]) + api["leeway"]):
        found.add("exp")
    return found


def instants(claims: dict[str, int], prompt: str) -> str:
    api = wants(f"{prompt} now it is 0")
    token = {"aud": "x", **{name: str(value) for name, value in claims.items()}}
    around = range(claims["nbf"] - 100, claims["exp"] + 100)
    good = [now for now in around if not wrong(token, {"aud": "x", "now": now, "leeway": api["leeway"]})]
    return str(
        {"first": good[0], "last": good[-1]}[found[1]]
        if (found := re.search(r"the (first|last) time", prompt))
        else len(good)
    )
