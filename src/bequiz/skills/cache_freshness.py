"""What an HTTP cache answers: how old and how long fresh a stored response is, when it is validated, what may be
stored, what a conditional request gets, who in a chain of caches answers. The rules are those of RFC 9111 (HTTP
Caching), 3 to 5, RFC 9110 (HTTP Semantics), 13 for preconditions, and RFC 5861 for stale-while-revalidate. The cache
asks the origin only when RFC 9111 makes it; nothing is left to heuristics.
"""

from collections.abc import Mapping, Sequence
from random import Random

from bequiz.model.instance import Instance, Step
from bequiz.skills import _forms
from bequiz.skills._caching import (
    FAILS,
    FETCHES,
    SERVES,
    VALIDATES,
    Resource,
    Response,
    answer,
    chain,
    kept_out,
    lifetime,
    opaque,
    requests,
    status,
    written,
)

TITLE = "What an HTTP cache answers"
VERSION = 1
LAZY = "It asks the origin only when RFC 9111 makes it."
NAMES = {True: "A shared cache (CDN)", False: "A browser's cache"}


def make(seed: int, difficulty: int) -> Instance:
    kinds: dict[_forms.Kind, int] = {
        ask_answer: 1,
        ask_conditional: 1,
        ask_requests: 2,
        ask_stored: 3,
        ask_policy: 3,
        ask_chain: 4,
    }
    if difficulty < 5:
        kinds |= {ask_fresh_for: 1, ask_age: 2}
    return _forms.drawn(kinds, seed, difficulty)


def ask_answer(dice: Random, difficulty: int) -> Instance | None:
    """What the cache does with one request."""
    shared, response = dice.random() < 0.5, _response(dice, difficulty)
    limits, _ = lifetime(response, shared)
    now = max(1, dice.choice([limits - response.age, limits, limits // 2]) + dice.choice([-20, -10, 10, 20, 30]))
    request = _request(dice, difficulty, limits)
    authorized = difficulty > 2 and dice.random() < 0.15
    other = difficulty > 1 and dice.random() < 0.08
    response = response._replace(vary="Accept-Language" if other or (difficulty > 1 and dice.random() < 0.08) else "")
    right, steps = answer(response, now, shared, request, authorized=authorized, other_variant=other)
    beliefs = {
        "Age counts: the response was old when it came.": response._replace(age=0),
        "s-maxage goes before max-age, in shared caches only.": response.without("s-maxage"),
        "no-cache lets a cache store it, and makes it validate before use.": response.without("no-cache"),
        "must-revalidate binds only once the response is stale.": response.without("must-revalidate"),
    }
    mistakes = {answer(wrong, now, shared, request)[0]: why for why, wrong in beliefs.items()}
    if right == VALIDATES and dice.random() < 0.6:
        return None
    if not mistakes.keys() - {right} and not request and not authorized and not other and dice.random() < 0.7:
        return None
    if response.age + now - limits == response.directives.get("stale-while-revalidate"):
        return None  # RFC 5861 leaves open whether the last second still counts
    if right == FETCHES and "no-store" in response.directives and dice.random() < 0.6:
        return None
    general = {
        SERVES: steps[-1].text,
        VALIDATES: steps[-1].text,
        FETCHES: "What is stored fits the request: it is used, or validated with its ETag.",
        FAILS: "504 is for a request with only-if-cached that cannot be answered from the store.",
    }
    mistakes = {option: mistakes.get(option, general[option]) for option in general if option != right}
    lines = [_shown(response), 'ETag: "v7"', *(["Vary: Accept-Language"] if response.vary else [])]
    asks = [f"Cache-Control: {written(request)}"] if request else []
    asks += ["Authorization: Bearer ... (also in the first request)"] if authorized else []
    asks += [f"Accept-Language: {'de' if other else 'en'} (first request: en)"] if response.vary else []
    listing = "\n".join(["response:", *lines, "", f"GET after {now} s{':' if asks else ', no special headers'}", *asks])
    prompt = f"{NAMES[shared]} gets the response below. {LAZY} What does it do with the second request, {now} s later?"
    return _forms.pick(dice, prompt, right, mistakes, steps, listing=listing)


def ask_fresh_for(dice: Random, difficulty: int) -> Instance | None:
    """How many seconds a response stays fresh."""
    shared, response = dice.random() < 0.5, _response(dice, difficulty, plain=True)
    fresh_for, by = lifetime(response, shared)
    right = fresh_for - response.age
    if right <= 0 or (len(response.directives) + (response.expires is not None) + (response.age > 0)) < 2:
        return None
    swapped, _ = lifetime(response, not shared)
    expires = response.expires if response.expires is not None else fresh_for
    mistakes = {
        str(fresh_for): "Age counts: so old was the response when it came.",
        str(fresh_for + response.age): "Age is taken off, not put on.",
        str(swapped - response.age): "s-maxage is for shared caches, and goes before max-age there.",
        str(expires - response.age): "max-age and s-maxage go before Expires.",
    }
    steps = [Step(f"{NAMES[shared]} takes {by}: {fresh_for} s.")]
    steps.append(Step(f"When it came it was {response.age} s old: {fresh_for} - {response.age} = {right}."))
    prompt = f"{NAMES[shared]} gets this response now. For how many more seconds is it fresh?"
    return _forms.text(prompt, right, steps, listing=_shown(response), unit="s", mistakes=mistakes)


def ask_conditional(dice: Random, difficulty: int) -> Instance | None:
    """What the origin answers to a conditional request."""
    number = dice.randint(3, 60)
    tag = dice.choice([f'"v{number}"', f'"v{number}"', f'W/"v{number}"'])
    resource = Resource(tag, 60 * dice.randint(6, 20) + dice.randint(0, 59))
    other, weak = f'"v{number + dice.choice([-2, -1, 1])}"', f"W/{opaque(tag)}"
    tags: list[Sequence[str]] = [[opaque(tag)], [other], [weak], [other, opaque(tag)], [other, weak]]
    earlier, later = resource.changed - dice.randint(1, 30), resource.changed + dice.randint(0, 30)
    choices: list[tuple[int, str, dict[str, Sequence[str] | int]]] = [
        (1, "GET", {"If-None-Match": dice.choice(tags)}),
        (1, "GET", {"If-Modified-Since": dice.choice([earlier, later])}),
        (1, "PUT", {"If-Match": dice.choice(tags)}),
        (2, "GET", {"If-None-Match": dice.choice(tags), "If-Modified-Since": dice.choice([earlier, later])}),
        (2, "PUT", {"If-None-Match": ["*"]}),
        (2, "PUT", {"If-Unmodified-Since": dice.choice([earlier, later])}),
        (3, "PUT", {"If-Match": dice.choice([*tags, ["*"]]), "If-Unmodified-Since": dice.choice([earlier, later])}),
        (3, "GET", {"If-Match": dice.choice(tags), "If-None-Match": dice.choice(tags)}),
        (4, "GET", {"If-Match": [opaque(tag)], "If-Modified-Since": dice.choice([earlier, later])}),
    ]
    level, method, conditions = dice.choice(choices)
    if level > difficulty or level < difficulty - 2:
        return None
    right, steps = status(method, conditions, resource)
    mistakes = {
        "304": "304 is for a GET whose copy is still good, by If-None-Match or, without it, by If-Modified-Since.",
        "200": "A 200 sends the body again; the precondition decides whether it is due.",
        "412": "412 is for a precondition that fails, other than for a GET whose copy is still good.",
        "204": "That is for a change that is made; the precondition decides whether it is.",
    }
    del mistakes["204" if method == "GET" else "200"]
    lines = [f"ETag: {tag}", f"Last-Modified: {_clock(resource.changed)}", "", f"{method} /doc"]
    for name, value in conditions.items():
        lines.append(f"{name}: {_clock(value) if isinstance(value, int) else ', '.join(value)}")
    prompt = (
        "The origin's document has the first two headers (dates shortened to the time). Which status does the request "
        f"below get: {'200' if method == 'GET' else '204 (done)'}, 304 or 412?"
    )
    mistakes.pop(right, None)
    return _forms.text(prompt, right, steps, listing="\n".join(lines), mistakes=mistakes)


def ask_requests(dice: Random, difficulty: int) -> Instance | None:
    """Several requests in time: the cache alone, a validation or a whole new response."""
    policies = [{"max-age": 60}, {"max-age": 100}, {"max-age": 30}, {"no-cache": -1}, {"max-age": 60, "s-maxage": 120}]
    directives = dice.choice(policies)
    shared = "s-maxage" in directives and dice.random() < 0.6
    fresh_for, _ = lifetime(Response(directives), shared)
    times = [0, *sorted(dice.sample(range(10, 400, 10), 3 + difficulty // 2))]
    changes = sorted(dice.sample(range(15, 400, 10), dice.randint(1, 1 + difficulty // 3)))
    posts = (
        sorted({dice.choice(range(15, times[-1], 10))} - {*changes}) if difficulty > 3 and dice.random() < 0.6 else []
    )
    right, steps = requests(times, changes, posts, fresh_for)
    if len(set(right)) < 3 or len(set(right[1:])) < 2:
        return None
    mistakes = {
        _forms.words(requests(times, changes, posts, fresh_for, renewing=False)[0]): "A 304 makes what is stored fresh "
        "again, from that moment on.",
        _forms.words(requests(times, changes, posts, 0)[0]): "While it is fresh, the cache does not ask.",
        _forms.words(["200" if one == "304" else one for one in right]): "An unchanged ETag gives 304.",
        _forms.words(requests(times, sorted([*changes, *posts]), [], fresh_for)[0]): "A POST to the URL makes what is "
        "stored for it invalid.",
    }
    lines = [f"Cache-Control: {written(directives)}", "", f"document changes at t = {_forms.listed(changes)}"]
    lines += [f"POST to it, which changes it, at t = {posts[0]}"] if posts else []
    lines.append(f"GET at t = {_forms.listed(times)}")
    prompt = (
        f"{NAMES[shared]}, empty at first, and an origin that sends ETags. For each GET (t in seconds): `cache` if the "
        "cache answers alone, else the origin's status, `200` or `304`."
    )
    return _forms.sequence(prompt, right, steps, "cache, 200 or 304", listing="\n".join(lines), mistakes=mistakes)


def ask_age(dice: Random, difficulty: int) -> Instance | None:
    """The Age that a cache sends."""
    first, second, came = (5 * dice.randint(1, 30) for _ in range(3))
    max_age = 60 * dice.randint(2, 15)
    lines = [f"Cache-Control: max-age={max_age}"]
    if difficulty < 4:
        right = came + first
        lines.insert(0, f"Age: {came}")
        steps = [
            Step(f"It was {came} s old when it came and has been stored for {first} s: {came} + {first} = {right}.")
        ]
        mistakes = {
            str(first): "Age is the time since the origin made it, not since this cache got it.",
            str(came): "The time in the store counts, too.",
            str(max_age - right): "That is how long it stays fresh.",
        }
        prompt = (
            f"A proxy got this response {first} s ago and now answers a request from its store. Which Age does it send?"
        )
    else:
        came = dice.choice([0, came])
        right = came + first + second
        lines[:0] = [f"Age: {came}"] if came else []
        steps = [
            Step(f"When proxy 1 hands it on, it is {came} + {first} = {came + first} s old, which it says in Age."),
            Step(f"Proxy 2 adds its own {second} s: {came + first} + {second} = {right}."),
        ]
        mistakes = {
            str(second): "Age does not begin anew at each proxy.",
            str(first + second): "The response was not new when it came to proxy 1.",
            str(came + first): "The time in the store of proxy 2 counts, too.",
            str(max_age - right): "That is how long it stays fresh.",
        }
        prompt = (
            f"Proxy 1 got this response, kept it for {first} s and then answered proxy 2 from its store; {second} s "
            "later proxy 2 answers a browser. Which Age does it send?"
        )
    if right >= max_age:
        return None
    return _forms.text(prompt, right, steps, listing="\n".join(lines), unit="s", mistakes=mistakes)


def ask_stored(dice: Random, difficulty: int) -> Instance | None:
    """The responses that a shared cache may store."""
    shared, authorized = dice.random() < 0.8, dice.random() < (0.3 if difficulty < 4 else 0.7)
    options = {}
    for _ in range(10):
        names = dice.sample(["private", "public", "no-cache", "no-store", "must-revalidate", "s-maxage", "max-age"], 2)
        if {"private", "public"} <= set(names) or not dice.random() < 0.95:
            continue
        values = {"s-maxage": 300, "max-age": 60}
        directives = {name: values.get(name, -1) for name in names}
        options[written(directives)] = kept_out(Response(directives), shared, authorized)
    right, wrong = ([text for text, why in options.items() if bool(why) is kind] for kind in (False, True))
    many = dice.randint(1, 3)
    if len(right) < many or len(wrong) < 4 - many:
        return None
    shown = dice.sample([*right[:many], *wrong[: 4 - many]], 4)
    mistakes = {text: f"{options[text][0].upper()}{options[text][1:]}." for text in shown if options[text]}
    allowed = "nothing stands against it; no-cache and must-revalidate are about use, not about storing."
    if authorized and shared:
        allowed = "public, s-maxage or must-revalidate allow it although the request had Authorization."
    steps = [Step(f"{text}: {mistakes.get(text, allowed)}") for text in shown]
    sent = "with" if authorized else "without"
    cache = "a shared cache (CDN)" if shared else "a browser's cache"
    prompt = f"A GET {sent} Authorization gets a 200. With which Cache-Control may {cache} store it? Select all."
    return _forms.pick_many(prompt, shown, mistakes, steps)


def ask_policy(dice: Random, difficulty: int) -> Instance | None:
    """The Cache-Control that gives what is observed."""
    short, long = 10 * dice.randint(3, 9), 100 * dice.randint(3, 9)
    policies: list[dict[str, int]] = [
        {"max-age": short},
        {"max-age": long},
        {"max-age": short, "s-maxage": long},
        {"max-age": 0, "s-maxage": long},
        {"max-age": long, "s-maxage": short},
        {"max-age": long, "private": -1},
        {"max-age": short, "private": -1},
        {"max-age": long, "no-cache": -1},
        {"max-age": short, "no-store": -1},
        {"max-age": short, "stale-while-revalidate": long},
        {"max-age": long, "s-maxage": 0},
    ]
    early, late = list(range(10, short, 10)), list(range(short + 10, long, 10))
    times = sorted([dice.choice(early), *dice.sample(late, 1 if difficulty < 5 else 2)])
    sights = {written(one): _sight(one, times) for one in policies}
    right = dice.choice(list(sights))
    wrong = [name for name in sights if sights[name] != sights[right]]
    near = sorted(wrong, key=lambda name: sum(a != b for a, b in zip(sights[name], sights[right], strict=True)))
    chosen = dice.sample(near[:5], min(3, len(near[:5])))
    places = [f"the {who} {time} s after it got it" for who in ("browser", "CDN") for time in times]
    mistakes = {}
    for name in chosen:
        at = next(at for at, (a, b) in enumerate(zip(sights[name], sights[right], strict=True)) if a != b)
        mistakes[name] = f"With it {places[at]} does otherwise: {sights[name][at]}."
    whose = [who for who in ("browser", "CDN") for _ in times]
    rows = [[f"{who} after {time} s:", sight] for who, time, sight in zip(whose, times * 2, sights[right], strict=True)]
    steps = [Step(f"{right}: {places[at]}: {sight}.") for at, sight in enumerate(sights[right])]
    listing = "\n".join(" ".join(row) for row in rows)
    prompt = (
        "A browser's cache and a CDN each get a response straight from the origin, with an ETag, and are asked for it "
        "again later. Which Cache-Control did it have, if they do this?"
    )
    return _forms.pick(dice, prompt, right, mistakes, steps, listing=listing)


def ask_chain(dice: Random, difficulty: int) -> Instance | None:
    """Who answers: browser, CDN or origin."""
    max_age, s_maxage = dice.choice([(60, 300), (30, 120), (60, 100), (100, 300), (40, 90)])
    times = sorted(dice.sample(range(10, 400, 10), 3 + difficulty - 3))
    fill = dice.choice([0, 0, *range(20, 120, 20)])
    right, steps = chain(times, -fill, max_age, s_maxage)
    blind, _ = chain(times, -fill, max_age, s_maxage, ages=False)
    if len(set(right)) < 2 or (right == blind and dice.random() < 0.8):
        return None
    mistakes = {
        _forms.words(blind): "The CDN says in Age how old the response is, and the browser counts on from there.",
        _forms.words(
            ["cdn" if one == "browser" else one for one in right]
        ): "While it is fresh there, the browser answers itself.",
        _forms.words(
            ["origin" if one == "cdn" else one for one in right]
        ): "A fresh copy in the CDN answers without the origin.",
    }
    before = f"The CDN got it for others at t = {-fill}." if fill else "The CDN is empty."
    prompt = (
        f"Responses have the headers below; the document never changes. {before} One browser, empty at first, asks at "
        "the times listed (seconds), through the CDN. Who gives each answer (a 304 counts): browser, cdn or origin?"
    )
    listing = f'Cache-Control: max-age={max_age}, s-maxage={s_maxage}\nETag: "v7"\n\nt = {", ".join(map(str, times))}'
    return _forms.sequence(prompt, right, steps, "browser, cdn or origin", listing=listing, mistakes=mistakes)


def _response(dice: Random, difficulty: int, *, plain: bool = False) -> Response:
    directives: dict[str, int] = {"max-age": 10 * dice.randint(3, 30)}
    if dice.random() < 0.4:
        directives["s-maxage"] = 10 * dice.randint(1, 60)
    if not plain:
        extras = ["no-cache", "must-revalidate", "private", "public"] + ["no-store", "proxy-revalidate"] * (
            difficulty > 1
        )
        if dice.random() < 0.55:
            directives[dice.choice(extras)] = -1
        if difficulty > 2 and len(directives) == 1 and dice.random() < 0.5:
            directives["stale-while-revalidate"] = dice.choice([15, 30, 60])
    expires = 10 * dice.randint(4, 40) if dice.random() < (0.5 if plain else 0.2) else None
    if expires is not None and dice.random() < 0.4 and "s-maxage" not in directives:
        del directives["max-age"]
    age = dice.choice([0, *range(5, 50, 5)] if difficulty > 1 or plain else [0, 20])
    return Response(directives, age, expires)


def _request(dice: Random, difficulty: int, limit: int) -> dict[str, int]:
    if difficulty < 2 or dice.random() < 0.5:
        return {}
    choices: list[dict[str, int]] = [
        {"no-cache": -1},
        {"max-age": dice.choice([0, limit // 2])},
        {"max-stale": dice.choice([10, 25, 60])},
    ]
    choices += [{"min-fresh": dice.choice([10, 25])}, {"only-if-cached": -1}] if difficulty > 2 else []
    choices += [{"max-stale": 30, "only-if-cached": -1}] if difficulty > 3 else []
    return dice.choice(choices)


def _sight(directives: Mapping[str, int], times: Sequence[int]) -> list[str]:
    says = {SERVES: "answers from its store", VALIDATES: "validates first", FETCHES: "has nothing stored"}
    return [says[answer(Response(directives), time, shared, {})[0]] for shared in (False, True) for time in times]


def _shown(response: Response) -> str:
    lines = [f"Cache-Control: {written(response.directives)}"] if response.directives else []
    lines += [f"Age: {response.age}"] if response.age else []
    if response.expires is not None:
        lines += ["Date: 12:00:00", f"Expires: {_clock(720 * 60 + response.expires, seconds=True)}"]
    return "\n".join(lines)


def _clock(moment: int, *, seconds: bool = False) -> str:
    if seconds:
        return f"{moment // 3600:02}:{moment // 60 % 60:02}:{moment % 60:02}"
    return f"{moment // 60:02}:{moment % 60:02}"
