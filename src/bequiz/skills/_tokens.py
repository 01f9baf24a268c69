"""Access tokens (JWTs) as an API checks them.

RFC 7519, 4.1 for the registered claims; RFC 8725 (best current practices), 3.1 for algorithms, 3.8 and 3.9 for issuer
and audience, 3.11 for explicit types; RFC 9068, 4 for access tokens; RFC 6750, 3.1 for 401 and 403.
"""

from collections.abc import Sequence
from random import Random
from typing import NamedTuple

from bequiz.skills import _forms

NAMES = ("orders", "billing", "search", "mail", "photos")
SCOPES = ("read", "write", "admin", "export")


class Token(NamedTuple):
    """What a token says; its signature is good for its `alg`. `nbf` may be missing."""

    name: str
    alg: str
    typ: str
    iss: str
    aud: tuple[str, ...]
    nbf: int | None
    exp: int
    scope: tuple[str, ...]

    def cell(self, column: str) -> str:
        """The claim as it stands in a listing; several audiences in brackets."""
        value = getattr(self, column)
        if column == "aud":
            return value[0] if len(value) == 1 else f"[{','.join(value)}]"
        return "-" if value is None else " ".join(value) if column == "scope" else str(value)


class Api(NamedTuple):
    """What an API demands. `columns` are the claims that differ between tokens, and are shown."""

    name: str
    iss: str
    scope: str
    now: int
    leeway: int
    columns: tuple[str, ...]

    @property
    def rule(self) -> str:
        """The demands in a sentence, as far as the listing shows the claims."""
        parts = {
            "alg": "alg RS256",
            "typ": "typ at+jwt",
            "iss": f"iss {self.iss}",
            "aud": f"aud {self.name}",
            "scope": f"scope {self.scope} (403 without)",
        }
        demands = _forms.listed([text for column, text in parts.items() if column in self.columns])
        return f"An API wants {demands}; {leeway(self.leeway)}; now it is {self.now}."

    def listing(self, tokens: Sequence[Token]) -> str:
        rows = [["token", *self.columns]] + [
            [one.name, *(one.cell(column) for column in self.columns)] for one in tokens
        ]
        return _forms.table(*rows)


def leeway(seconds: int) -> str:
    return f"leeway for clocks {seconds} s" if seconds else "no leeway for clocks"


def faults(token: Token, api: Api) -> dict[str, str]:
    """The checks that the token fails, in the order in which they are made, each with the reason."""
    found = {}
    if token.alg != "RS256":
        found["alg"] = f"alg {token.alg} is not the one agreed on"
    if token.typ != "at+jwt":
        found["typ"] = f"typ {token.typ} is not that of an access token"
    if token.iss != api.iss:
        found["iss"] = f"iss {token.iss} is not exactly {api.iss}"
    if api.name not in token.aud:
        found["aud"] = f"aud {token.cell('aud')} does not name {api.name}"
    if token.nbf is not None and api.now < token.nbf - api.leeway:
        found["nbf"] = f"{api.now} is before nbf {token.nbf} less {api.leeway}"
    if api.now >= token.exp + api.leeway:
        found["exp"] = f"{api.now} is not before exp {token.exp} plus {api.leeway}"
    if api.scope not in token.scope:
        found["scope"] = f"scope {token.cell('scope')} lacks {api.scope}"
    return found


def status(token: Token, api: Api) -> str:
    """What the API answers: 401 for a token that is not good, 403 for a good one without the scope."""
    found = faults(token, api)
    return "200" if not found else "403" if set(found) == {"scope"} else "401"


def drawn_api(dice: Random, difficulty: int) -> Api:
    columns = ["aud", "exp"] + ["nbf"] * (difficulty > 1) + ["iss"] * (difficulty > 1)
    extra = ["alg", "scope", "typ"] if difficulty > 3 else ["alg", "scope"]
    columns += dice.sample(extra, min(len(extra), max(0, difficulty - 2)))
    if difficulty > 3:
        columns.remove(dice.choice(["iss", "nbf"]))
    order = [column for column in ("alg", "typ", "iss", "aud", "nbf", "exp", "scope") if column in columns]
    slack = dice.choice([0, 5, 10, 30, 60] if difficulty > 1 else [0, 0, 10])
    issuer = f"https://{dice.choice(['id', 'login', 'sso'])}.{dice.choice(['shop', 'corp', 'acme'])}"
    return Api(dice.choice(NAMES), issuer, dice.choice(SCOPES), 100 * dice.randint(10, 90), slack, tuple(order))


def drawn_token(dice: Random, api: Api, name: str, wrong: Sequence[str]) -> Token:
    """A token that fails just the checks in `wrong`, at times by a hair, and passes others at times by a hair."""
    other = dice.choice([one for one in NAMES if one != api.name])
    now, slack = api.now, api.leeway
    good_exp = [now + dice.randint(5, 600), now - slack + 1, now - slack // 2 + (slack == 0)]
    bad_exp = [now - slack, now - slack - dice.randint(1, 300)]
    good_nbf = [None, now - dice.randint(5, 600), now + slack, now]
    bad_nbf = [now + slack + 1, now + slack + dice.randint(5, 300)]
    extra = dice.choice([one for one in SCOPES if one != api.scope])
    good_scope = [(api.scope,), (api.scope, extra), (extra, api.scope)]
    bad_scope = [(extra,), (f"{api.scope}:{other}",), (f"{api.scope}s", extra), (api.scope.upper(),)]
    bad_aud: list[tuple[str, ...]] = [(other,), (f"{api.name}-eu",), (other, f"{api.name}2"), (api.name.capitalize(),)]
    return Token(
        name,
        alg=dice.choice(["HS256", "none", "RS512"]) if "alg" in wrong else "RS256",
        typ="JWT" if "typ" in wrong else "at+jwt",
        iss=dice.choice([f"{api.iss}/", api.iss.replace("https", "http"), f"{api.iss}2"])
        if "iss" in wrong
        else api.iss,
        aud=dice.choice(bad_aud if "aud" in wrong else [(api.name,), (api.name,), (other, api.name)]),
        nbf=dice.choice(bad_nbf if "nbf" in wrong else good_nbf),
        exp=dice.choice(bad_exp if "exp" in wrong else good_exp),
        scope=dice.choice(bad_scope if "scope" in wrong else good_scope),
    )
