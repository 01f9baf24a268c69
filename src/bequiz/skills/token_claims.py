"""Which access tokens an API rejects, and why: algorithm, type, issuer, audience, time and scope. The rules are those
of RFC 7519 (JSON Web Token), 4.1, RFC 8725 (its best current practices), 3, RFC 9068 (JWT access tokens), 4, and RFC
6750 (bearer tokens), 3.1: a token that is not good gets 401, a good one without the scope 403. A token is accepted
while nbf - leeway <= now < exp + leeway; names are compared exactly.
"""

from collections.abc import Sequence
from random import Random

from bequiz.model.instance import Instance, Step
from bequiz.skills import _forms
from bequiz.skills._tokens import Api, Token, drawn_api, drawn_token, faults, leeway, status

TITLE = "Which access tokens are rejected"
VERSION = 1
SIGNED = "All signatures are good for the token's alg."
BELIEFS = {
    "exp": "After exp, plus the leeway, a token is of no use; at that very second neither.",
    "nbf": "Before nbf, less the leeway, a token is of no use yet; from that very second on it is.",
    "aud": "The API must be named in aud, exactly, alone or in a list.",
    "iss": "The issuer must be the one expected, to the letter: a slash at the end makes another.",
    "alg": "The API sets the algorithm, not the token; `none` and HS256 are how tokens are forged.",
    "typ": "An ID token (typ JWT) is no access token, however well it is signed.",
    "scope": "Scopes are words between blanks; one that only begins alike is another.",
}
CHECKS = {
    "alg": "alg: not the agreed algorithm",
    "typ": "typ: not an access token",
    "iss": "iss: another issuer",
    "aud": "aud: meant for another API",
    "nbf": "nbf: not valid yet",
    "exp": "exp: not valid any more",
    "scope": "scope: the right is missing",
}


def make(seed: int, difficulty: int) -> Instance:
    kinds: dict[_forms.Kind, int] = {
        ask_rejected: 1,
        ask_statuses: 2,
        ask_change: 2,
        ask_services: 3,
        ask_missing_check: 4,
    }
    if difficulty < 4:
        kinds |= {ask_why: 1, ask_times: 1}
    return _forms.drawn(kinds, seed, difficulty)


def ask_rejected(dice: Random, difficulty: int) -> Instance | None:
    """The tokens that are rejected."""
    api = drawn_api(dice, difficulty)
    tokens = _drawn(dice, api, 4 + (difficulty > 2))
    rejected = [one.name for one in tokens if faults(one, api)]
    if not 0 < len(rejected) < len(tokens) or _repeated(tokens, api):
        return None
    mistakes = {
        one.name: f"{one.name} is accepted: nothing stands against it." for one in tokens if one.name not in rejected
    }
    prompt = f"{api.rule} {SIGNED} Which tokens are rejected? Select all."
    names = [one.name for one in tokens]
    return _forms.pick_many(prompt, names, mistakes, _told(tokens, api), listing=api.listing(tokens))


def ask_why(dice: Random, difficulty: int) -> Instance | None:
    """The one check that a token fails."""
    api = drawn_api(dice, max(difficulty, 2))
    wrong = dice.choice(api.columns)
    token = drawn_token(dice, api, "A", [wrong])
    if list(faults(token, api)) != [wrong]:
        return None
    mistakes = {CHECKS[column]: _in_order(token, column) for column in CHECKS if column in api.columns}
    del mistakes[CHECKS[wrong]]
    shuffled = {name: mistakes[name] for name in dice.sample(list(mistakes), len(mistakes))}
    reason = faults(token, api)[wrong]
    steps = [Step(f"{reason}." if column == wrong else f"{column}: in order.") for column in api.columns]
    prompt = f"{api.rule} {SIGNED} Why is this token rejected?"
    return _forms.pick(dice, prompt, CHECKS[wrong], shuffled, steps, listing=api.listing([token]))


def ask_times(dice: Random, difficulty: int) -> Instance | None:
    """From when, until when or how long a token is accepted."""
    nbf = 100 * dice.randint(10, 90) + 10 * dice.randint(0, 9)
    exp = nbf + dice.choice([60, 90, 120, 300, 600])
    slack = dice.choice([5, 10, 15, 20, 30] if difficulty > 1 else [10, 20])
    first, last = nbf - slack, exp + slack - 1
    form = dice.choice(["first", "last", "long"] if difficulty > 1 else ["first", "last"])
    asked = {
        "first": ("At which second is it accepted for the first time?", first),
        "last": ("At which second is it accepted for the last time?", last),
        "long": ("At how many full seconds is it accepted?", last - first + 1),
    }
    question, right = asked[form]
    wrong = {
        "first": {
            nbf: "The leeway comes off nbf.",
            nbf + slack: "The leeway comes off nbf.",
            first + 1: BELIEFS["nbf"],
        },
        "last": {last + 1: BELIEFS["exp"], exp - 1: "The leeway goes on top.", exp - slack: "The leeway goes on top."},
        "long": {
            exp - nbf: "There is leeway at both ends.",
            exp - nbf + slack: "There is leeway at both ends.",
            right + 1: "At exp plus the leeway it is rejected already.",
        },
    }[form]
    steps = [
        Step(f"Accepted from nbf - leeway = {nbf} - {slack} = {first} on, that second included."),
        Step(f"Rejected from exp + leeway = {exp} + {slack} = {exp + slack} on, so {last} is the last."),
    ]
    steps += [Step(f"{exp + slack} - {first} = {right} seconds.")] if form == "long" else []
    prompt = f"An API checks this token each full second; {leeway(slack)}; all else is in order. {question}"
    mistakes = {str(number): why for number, why in wrong.items() if number != right}
    return _forms.text(prompt, right, steps, listing=f'{{"nbf": {nbf}, "exp": {exp}}}', lang="json", mistakes=mistakes)


def ask_statuses(dice: Random, difficulty: int) -> Instance | None:
    """The status for each token."""
    api = drawn_api(dice, difficulty)
    if "scope" not in api.columns:
        api = api._replace(columns=(*api.columns, "scope"))
    tokens = _drawn(dice, api, 3 + (difficulty + 1) // 2)
    right = [status(one, api) for one in tokens]
    if len(set(right)) < 3 or _repeated(tokens, api):
        return None
    strict = api._replace(leeway=0)
    mistakes = {
        _forms.words(["401" if one == "403" else one for one in right]): "A good token without the scope gets 403.",
        _forms.words(
            ["403" if one == "401" else one for one in right]
        ): "403 is for a good token; one that is not good gets 401.",
        _forms.words([status(one, strict) for one in tokens]): "The leeway counts, at both ends.",
        _forms.words(["401" if len(one.aud) > 1 else code for one, code in zip(tokens, right, strict=True)]): BELIEFS[
            "aud"
        ],
    }
    steps = [Step(step.text, code) for step, code in zip(_told(tokens, api), right, strict=True)]
    prompt = f"{api.rule} {SIGNED} Which status does each token get: 200, 401 or 403?"
    return _forms.sequence(
        prompt, right, steps, "status, top to bottom", listing=api.listing(tokens), mistakes=mistakes
    )


def ask_change(dice: Random, difficulty: int) -> Instance | None:
    """The one change after which a token is accepted."""
    api = drawn_api(dice, difficulty)
    wrong = dice.choice(api.columns)
    token = drawn_token(dice, api, "A", [wrong])
    changes: dict[str, bool] = {}
    for _ in range(12):
        column = dice.choice([wrong, wrong, *api.columns])
        other = drawn_token(dice, api, "A", dice.choice([[], [column]]))
        changed = token._replace(**{column: getattr(other, column)})
        text = f"{column} = {changed.cell(column)}"
        if changed != token and changed.cell(column) != "-" and text.lower() not in map(str.lower, changes):
            changes[text] = not faults(changed, api)
    right, bad = ([text for text, fits in changes.items() if fits is kind] for kind in (True, False))
    if not right or len(bad) < 3 or not any(text.startswith(wrong) for text in bad[:3]):
        return None
    reason = faults(token, api)[wrong]
    mistakes = {}
    for text in bad:
        column = text.split(" = ")[0]
        mistakes[text] = BELIEFS[wrong] if column == wrong else f"That leaves it as it is: {reason}."
    steps = [Step(f"It is rejected, for {reason}."), Step(f"With {right[0]} that check passes, and so do the others.")]
    prompt = f"{api.rule} {SIGNED} The token is rejected. With which change alone would it be accepted?"
    return _forms.pick(dice, prompt, right[0], mistakes, steps, listing=api.listing([token]))


def ask_services(dice: Random, difficulty: int) -> Instance | None:
    """The APIs that accept one token."""
    api = drawn_api(dice, max(difficulty, 3))._replace(columns=("iss", "aud", "nbf", "exp", "scope"))
    token = drawn_token(dice, api, "A", [])
    apis: dict[str, Api] = {}
    for _ in range(12):
        name = dice.choice([*token.aud, dice.choice(["mail", "search", "photos"]), f"{token.aud[0]}2"])
        issuer = dice.choice([api.iss, api.iss, api.iss, f"{api.iss}/"])
        scope = dice.choice([*token.scope, *token.scope, "admin", "export"])
        one = api._replace(name=name, iss=issuer, scope=scope, leeway=dice.choice([0, api.leeway, api.leeway + 10]))
        apis[f"iss {one.iss}, aud {one.name}, scope {one.scope}, leeway {one.leeway} s"] = one
    right, wrong = ([text for text, one in apis.items() if bool(faults(token, one)) is kind] for kind in (False, True))
    many = dice.randint(1, 3)
    if len(right) < many or len(wrong) < 4 - many:
        return None
    shown = dice.sample([*right[:many], *wrong[: 4 - many]], 4)
    reasons = {text: _because(faults(token, apis[text])) for text in shown}
    steps = [Step(f"{text}: {reasons[text] or 'all checks pass.'}") for text in shown]
    prompt = (
        f"Now it is {api.now}; the signature is good. Which APIs, by what they want, accept this token? Select all."
    )
    mistakes = {text: reasons[text] for text in shown if reasons[text]}
    return _forms.pick_many(prompt, shown, mistakes, steps, listing=api.listing([token]))


def ask_missing_check(dice: Random, difficulty: int) -> Instance | None:
    """The check that an API has forgotten, told by what it accepts."""
    api = drawn_api(dice, difficulty)
    missing = dice.choice(api.columns)
    columns = [column for column in api.columns if column != missing]
    wrongs = [[missing], [], [dice.choice(columns)], [dice.choice(columns), missing], [dice.choice(columns)]]
    tokens = [drawn_token(dice, api, name, wrong) for name, wrong in zip("ABCDE", dice.sample(wrongs, 5), strict=True)]
    taken = [one for one in tokens if not set(faults(one, api)) - {missing}]
    accepted = _forms.listed([one.name for one in taken])
    culprit = next((one for one in taken if faults(one, api)), None)
    refused = {column for one in tokens if one not in taken for column in faults(one, api)}
    if culprit is None or list(faults(culprit, api)) != [missing]:
        return None
    mistakes = {}
    for column in dice.sample(columns, len(columns)):
        one = next((one for one in tokens if set(faults(one, api)) - {missing} == {column}), None)
        mistakes[f"{column} is not checked"] = (
            f"It is: nothing else that is checked speaks against token {one.name}."
            if one and column in refused
            else "No token accepted is wrong there."
        )
    steps = [*_told(tokens, api), Step(f"Token {culprit.name} is accepted nevertheless: {missing} is not checked.")]
    prompt = f"{api.rule} {SIGNED} It accepts {accepted} and no other. What is wrong with its check?"
    return _forms.pick(
        dice,
        prompt,
        f"{missing} is not checked",
        mistakes,
        steps,
        listing=api.listing(tokens),
        number=min(4, len(mistakes) + 1),
    )


def _drawn(dice: Random, api: Api, many: int) -> list[Token]:
    wrongs = [dice.sample(api.columns, dice.choice([0, 0, 1, 1, 1, 2])) for _ in range(many)]
    return [drawn_token(dice, api, name, wrong) for name, wrong in zip("ABCDEF", wrongs, strict=False)]


def _repeated(tokens: Sequence[Token], api: Api) -> bool:
    """Whether two tokens look alike."""
    return len({tuple(one.cell(column) for column in api.columns) for one in tokens}) < len(tokens)


def _in_order(token: Token, column: str) -> str:
    return (
        "It is not there, and it need not be."
        if token.cell(column) == "-"
        else f"That is in order: {token.cell(column)}."
    )


def _told(tokens: Sequence[Token], api: Api) -> list[Step]:
    steps = []
    for token in tokens:
        found = faults(token, api)
        verdict = {"200": "Accepted"}.get(code := status(token, api), "Rejected")
        steps.append(Step(f"{token.name}: {_because(found) or 'all checks pass.'} {verdict}, {code}."))
    return steps


def _because(found: dict[str, str]) -> str:
    return f"{'; '.join(found.values())}." if found else ""
