"""HTTP caching against a second reading of RFC 9111 and RFC 9110: second by second, header by header, from the text."""

import re
from itertools import takewhile

from tests.skills.common import check_skill

SERVES, VALIDATES, FETCHES, FAILS = (
    "It answers from its store.",
    "It has the origin validate it first.",
    "It gets the response anew.",
    "It answers 504 Gateway Timeout.",
)
SIGHTS = {SERVES: "answers from its store", VALIDATES: "validates first", FETCHES: "has nothing stored"}


def test_cache_freshness() -> None:
    check_skill("cache-freshness", oracle)


def oracle(instance):
    prompt, lines = instance.prompt, instance.listing.splitlines()
    shared = "shared cache (CDN)" in prompt
    if "What does it do with the second request" in prompt:
        return second_request(lines, shared)
    if "For how many more seconds is it fresh" in prompt:
        cache = Cache(headers(lines), shared)
        return str(len(list(takewhile(cache.fresh, range(10_000)))))
    if "Which status does the request below get" in prompt:
        return conditional(lines)
    if "For each GET" in prompt:
        return timeline(lines, shared)
    if "Which Age does it send" in prompt:
        came = int(headers(lines).get("age", 0))
        return str(came + sum(int(number) for number in re.findall(r"(\d+) s(?:;| |\b)", prompt)))
    if "may a " in prompt and "store it" in prompt:
        asked = {"authorization": "x"} if "GET with Authorization" in prompt else {}
        return {one for one in instance.options if Cache({"cache-control": one}, shared).stores(asked)}
    if "Which Cache-Control did it have" in prompt:
        return {one for one in instance.options if all(seen(one, line) for line in lines)}
    return chain(prompt, lines)


def headers(lines: list[str]) -> dict[str, str]:
    return {line.split(": ", 1)[0].lower(): line.split(": ", 1)[1] for line in lines if ": " in line}


def directives(text: str) -> dict[str, int | None]:
    parts = [part.partition("=") for part in text.split(", ") if part]
    return {name: int(value) if value else None for name, _, value in parts}


def seconds(clock: str) -> int:
    hours, minutes, rest = (int(part) for part in clock.split(":"))
    return hours * 3600 + minutes * 60 + rest


class Cache:
    """One stored response; time counts from when it came."""

    def __init__(self, response: dict[str, str], shared: bool) -> None:
        self.says, self.shared = directives(response.get("cache-control", "")), shared
        self.age = int(response.get("age", 0))
        if shared and "s-maxage" in self.says:
            self.limit = self.says["s-maxage"]
        elif "max-age" in self.says:
            self.limit = self.says["max-age"]
        else:
            self.limit = seconds(response["expires"]) - seconds(response["date"]) if "expires" in response else 0

    def fresh(self, now: int) -> bool:
        return self.age + now < self.limit

    def stores(self, request: dict[str, str]) -> bool:
        if "no-store" in self.says:
            return False
        if not self.shared:
            return True
        allowed = "authorization" not in request or self.says.keys() & {"public", "s-maxage", "must-revalidate"}
        return "private" not in self.says and bool(allowed)

    def usable(self, now: int, wants: dict[str, int | None]) -> bool:
        """Whether the stored response may be sent without asking the origin."""
        if "no-cache" in self.says or "no-cache" in wants:
            return False
        age, left = self.age + now, self.limit - self.age - now
        if "max-age" in wants and age > wants["max-age"]:
            return False
        if "min-fresh" in wants and left < wants["min-fresh"]:
            return False
        if left > 0:
            return True
        strict = {"must-revalidate"} | ({"proxy-revalidate", "s-maxage"} if self.shared else set())
        if strict & self.says.keys():
            return False
        return -left <= max(wants.get("max-stale", -1), self.says.get("stale-while-revalidate", -1))


def second_request(lines: list[str], shared: bool) -> str:
    at = next(at for at, line in enumerate(lines) if line.startswith("GET after"))
    response, request = headers(lines[:at]), headers(lines[at + 1 :])
    now = int(re.search(r"GET after (\d+) s", lines[at])[1])
    cache, wants = Cache(response, shared), directives(request.get("cache-control", ""))
    fits = True
    if "vary" in response:
        asked, first = re.fullmatch(r"(\w+) \(first request: (\w+)\)", request[response["vary"].lower()]).groups()
        fits = asked == first
    if cache.stores(request) and fits and cache.usable(now, wants):
        return SERVES
    if "only-if-cached" in wants:
        return FAILS
    return VALIDATES if cache.stores(request) and fits else FETCHES


def conditional(lines: list[str]) -> str:
    """RFC 9110, 13.2.2, as a table: the conditions in their order, what each makes of the request if it fails."""
    at = lines.index("")
    current, request = headers(lines[:at]), headers(lines[at + 2 :])
    method, tag = lines[at + 1].split()[0], current["etag"]
    name = tag.replace("W/", "")

    def listed(field: str, weak: bool) -> bool:
        tags = request[field].split(", ")
        strong = name in tags and not tag.startswith("W/")
        return tags == ["*"] or strong or (weak and bool({name, f"W/{name}"} & set(tags)))

    def unchanged(field: str) -> bool:
        return current["last-modified"] <= request[field]

    not_modified = "304" if method == "GET" else "412"
    checks = [
        ("if-match", "", lambda field: listed(field, weak=False), "412"),
        ("if-unmodified-since", "if-match", unchanged, "412"),
        ("if-none-match", "", lambda field: not listed(field, weak=True), not_modified),
        ("if-modified-since", "if-none-match", lambda field: method != "GET" or not unchanged(field), "304"),
    ]
    for field, beaten_by, holds, otherwise in checks:
        if field in request and beaten_by not in request and not holds(field):
            return otherwise
    return "200" if method == "GET" else "204"


def timeline(lines: list[str], shared: bool) -> list[str]:
    """Second by second: the document's version, the cache's version and how long it has been good."""
    limit = Cache(headers(lines), shared).limit
    marks = {word: [int(t) for t in re.findall(r"\d+", line)] for line in lines[2:] for word in [line.split()[0]]}
    found, version, held, age, valid = [], 0, -1, 0, False
    for now in range(500):
        if now in marks["GET"]:
            if valid and age < limit:
                found.append("cache")
            else:
                found.append("304" if held == version else "200")
                held, age, valid = version, 0, True
        version += (now in marks["document"]) + (now in marks.get("POST", []))
        valid = valid and now not in marks.get("POST", [])
        age += 1
    return found


def seen(policy: str, line: str) -> bool:
    who, now, sight = re.fullmatch(r"(browser|CDN) after (\d+) s: (.*)", line).groups()
    cache = Cache({"cache-control": policy}, who == "CDN")
    does = FETCHES if not cache.stores({}) else SERVES if cache.usable(int(now), {}) else VALIDATES
    return SIGHTS[does] == sight


def chain(prompt: str, lines: list[str]) -> list[str]:
    """Each cache holds the second at which the origin last vouched for its copy."""
    says = directives(headers(lines)["cache-control"])
    filled = re.search(r"at t = (-\d+)", prompt)
    vouched = {"cdn": int(filled[1]) if filled else None, "browser": None}
    limits = {"cdn": says["s-maxage"], "browser": says["max-age"]}
    found = []
    for now in (int(t) for t in re.findall(r"\d+", lines[-1])):
        good = [who for who in ("browser", "cdn") if vouched[who] is not None and now - vouched[who] < limits[who]]
        who = good[0] if good else "origin"
        found.append(who)
        if who == "origin":
            vouched["cdn"] = now
        if who != "browser":
            vouched["browser"] = vouched["cdn"]
    return found
