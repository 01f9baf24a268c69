"""An HTTP cache that asks the origin only when it must, and an origin that evaluates preconditions.

RFC 9111: 3 "Storing Responses", 4.2 "Freshness", 4.3 "Validation", 5.2 "Cache-Control"; RFC 5861 for the two stale-
directives; RFC 9110: 8.8.3.2 "Comparison" of entity tags and 13.2.2 "Precedence of Preconditions".
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from bequiz.model.instance import Step

SERVES = "It answers from its store."
VALIDATES = "It has the origin validate it first."
FETCHES = "It gets the response anew."
FAILS = "It answers 504 Gateway Timeout."


class Response(NamedTuple):
    """What came from the origin, directly or through another cache, when the clock was 0."""

    directives: Mapping[str, int]
    age: int = 0
    expires: int | None = None  # seconds after Date
    vary: str = ""

    def without(self, name: str) -> "Response":
        return self._replace(directives={key: value for key, value in self.directives.items() if key != name})


def written(directives: Mapping[str, int]) -> str:
    """Cache-Control's value; a directive without an argument has -1."""
    return ", ".join(name if value < 0 else f"{name}={value}" for name, value in directives.items())


def lifetime(response: Response, shared: bool) -> tuple[int, str]:
    """The freshness lifetime in seconds, and what sets it (4.2.1)."""
    if shared and "s-maxage" in response.directives:
        return response.directives["s-maxage"], "s-maxage"
    if "max-age" in response.directives:
        return response.directives["max-age"], "max-age"
    return response.expires or 0, "Expires less Date"


def kept_out(response: Response, shared: bool, authorized: bool = False) -> str:
    """Why the cache may not store the response; empty if it may (3, 3.5)."""
    if "no-store" in response.directives:
        return "no-store forbids to store it"
    if shared and "private" in response.directives:
        return "private keeps it out of shared caches"
    if shared and authorized and not {"public", "s-maxage", "must-revalidate"} & set(response.directives):
        return "the request had Authorization, and nothing allows a shared cache to store the answer"
    return ""


def answer(
    response: Response,
    now: int,
    shared: bool,
    request: Mapping[str, int],
    *,
    authorized: bool = False,
    other_variant: bool = False,
) -> tuple[str, list[Step]]:
    """What the cache does with a request at `now` seconds after it received the response, with the reasons."""
    missing = kept_out(response, shared, authorized)
    missing = f"It is not stored: {missing}." if missing else ""
    if other_variant and not missing:
        missing = f"What is stored is for another `{response.vary}`, which Vary tells to compare."
    if missing and "only-if-cached" in request:
        return FAILS, [Step(f"{missing} only-if-cached forbids to ask the origin: 504.")]
    if missing:
        return FETCHES, [Step(f"{missing} So it is got from the origin.")]
    age, (fresh_for, by) = response.age + now, lifetime(response, shared)
    steps = [Step(f"Its age is {response.age} + {now} = {age} s.") if response.age else Step(f"Its age is {age} s.")]
    steps.append(Step(f"It is fresh for {fresh_for} s, by {by}: {'fresh' if age < fresh_for else 'stale'}."))
    refusal, permission = _constraints(response, shared, request, age, fresh_for)
    if refusal or (age >= fresh_for and not permission):
        steps.append(Step(f"{refusal or 'Nothing allows it to be used stale'}: it must be validated before use."))
        if "only-if-cached" in request:
            return FAILS, [*steps, Step("only-if-cached forbids to ask the origin: 504.")]
        return VALIDATES, steps
    steps.append(Step(f"{permission}: it may be used." if age >= fresh_for else "It may be used as it is."))
    return SERVES, steps


def _constraints(
    response: Response, shared: bool, request: Mapping[str, int], age: int, fresh_for: int
) -> tuple[str, str]:
    """What forbids the use of the stored response, and what allows it although stale."""
    own, stale_by = response.directives, age - fresh_for
    if "no-cache" in own:
        return "no-cache in the response forbids use without validation, fresh or not", ""
    if "no-cache" in request:
        return "no-cache in the request asks for validation", ""
    if age > request.get("max-age", age):
        return f"The request's max-age={request['max-age']} takes nothing older", ""
    if "min-fresh" in request and -stale_by < request["min-fresh"]:
        return f"The request wants it fresh for {request['min-fresh']} s more, it is so for {max(-stale_by, 0)} s", ""
    if stale_by >= 0 and "must-revalidate" in own:
        return "must-revalidate forbids any use once stale", ""
    if stale_by >= 0 and shared and ("proxy-revalidate" in own or "s-maxage" in own):
        name = "proxy-revalidate" if "proxy-revalidate" in own else "s-maxage"
        return f"{name} forbids a shared cache any use once stale", ""
    if "max-stale" in request and stale_by <= request["max-stale"]:
        return "", f"The request's max-stale={request['max-stale']} takes it {stale_by} s stale"
    if "stale-while-revalidate" in own and stale_by <= own["stale-while-revalidate"]:
        return "", f"stale-while-revalidate allows it {stale_by} s stale, validated in the background"
    return "", ""


def requests(
    times: Sequence[int], changes: Sequence[int], posts: Sequence[int], fresh_for: int, *, renewing: bool = True
) -> tuple[list[str], list[Step]]:
    """For each request `cache` if the cache answers alone, else what the origin answers: `200` or `304`.

    A POST changes the document and makes what is stored invalid (4.4). Without `renewing`, the mistake that a 304
    leaves the age as it was.
    """
    answers: list[str] = []
    steps = []
    renewed, seen = times[0], -1
    for time in times:
        version = sum(change < time for change in [*changes, *posts])
        gone = any(renewed < post < time for post in posts)
        age = time - renewed
        if answers and age < fresh_for and not gone:
            answers.append("cache")
            steps.append(
                Step(f"t = {time}: {age} s after it was fetched or validated, under {fresh_for}: cache.", "cache")
            )
            continue
        kind = "304" if seen == version else "200"
        reason = (
            f"{age} s after it was fetched or validated, no longer fresh"
            if fresh_for
            else "no-cache asks for validation"
        )
        if gone:
            reason = "made invalid by the POST"
        found = "not changed since" if kind == "304" else "changed since"
        steps.append(Step(f"t = {time}: {f'{reason}; {found}' if answers else 'nothing is stored'}: {kind}.", kind))
        answers.append(kind)
        renewed = time if renewing or kind == "200" else renewed
        seen = version
    return answers, steps


def chain(
    times: Sequence[int], filled: int, max_age: int, s_maxage: int, *, ages: bool = True
) -> tuple[list[str], list[Step]]:
    """Who answers a browser behind a CDN, which got the document at `filled` if that is before 0.

    Without `ages`, the mistake that the browser takes for new what comes from the CDN.
    """
    made = filled if filled < 0 else None
    known: int | None = None
    answers, steps = [], []
    for time in times:
        if known is not None and time - known < max_age:
            answers.append("browser")
            steps.append(
                Step(f"t = {time}: the browser's copy is {time - known} s old, under {max_age}: browser.", "browser")
            )
            continue
        cold = "The browser has none" if known is None else f"The browser's copy is {time - known} s old"
        if made is not None and time - made < s_maxage:
            answers.append("cdn")
            steps.append(
                Step(f"t = {time}: {cold}; the CDN's, {time - made} s old, is fresh: cdn, Age {time - made}.", "cdn")
            )
        else:
            answers.append("origin")
            lacks = "the CDN has none" if made is None else f"the CDN's, {time - made} s old, is stale"
            steps.append(Step(f"t = {time}: {cold}; {lacks}: origin.", "origin"))
            made = time
        known = made if ages else time
    return answers, steps


class Resource(NamedTuple):
    """The origin's current representation; `tag` as in ETag, `changed` in minutes."""

    tag: str
    changed: int


def opaque(tag: str) -> str:
    return tag.removeprefix("W/")


def matches(tags: Sequence[str], tag: str, *, strong: bool) -> bool:
    """Whether a list of tags, or `*`, has the current one, by strong or weak comparison (RFC 9110, 8.8.3.2)."""
    if "*" in tags:
        return True
    return any(opaque(one) == opaque(tag) and not (strong and "W/" in one + tag) for one in tags)


def status(method: str, conditions: Mapping[str, Sequence[str] | int], resource: Resource) -> tuple[str, list[Step]]:
    """The origin's answer to a request with preconditions, in the order of RFC 9110, 13.2.2."""
    steps, done = [], "200" if method == "GET" else "204"
    match = conditions.get("If-Match")
    unmodified = conditions.get("If-Unmodified-Since")
    if isinstance(match, Sequence):
        if not matches(match, resource.tag, strong=True):
            weak = matches(match, resource.tag, strong=False)
            why = "weak tags never match strongly" if weak else "no tag is the current one"
            return "412", [Step(f"If-Match compares strongly, and {why}: 412.")]
        steps.append(
            Step("If-Match holds: a strong tag is the current one." if "*" not in match else "If-Match: * holds.")
        )
    elif isinstance(unmodified, int):
        if resource.changed > unmodified:
            return "412", [Step("It has changed since the time of If-Unmodified-Since: 412.")]
        steps.append(Step("It has not changed since the time of If-Unmodified-Since."))
    none_match, modified = conditions.get("If-None-Match"), conditions.get("If-Modified-Since")
    if isinstance(none_match, Sequence):
        if matches(none_match, resource.tag, strong=False):
            code = "304" if method == "GET" else "412"
            return code, [
                *steps,
                Step(f"If-None-Match compares weakly and finds the current tag: {code} to a {method}."),
            ]
        ignored = "; If-Modified-Since is ignored beside it" if modified is not None else ""
        steps.append(Step(f"If-None-Match finds no current tag, so it holds{ignored}."))
    elif isinstance(modified, int) and method == "GET":
        if resource.changed <= modified:
            return "304", [*steps, Step("It has not changed since the time of If-Modified-Since: 304.")]
        steps.append(Step("It has changed since the time of If-Modified-Since."))
    return done, [*steps, Step(f"So the {method} is done: {done}.")]
