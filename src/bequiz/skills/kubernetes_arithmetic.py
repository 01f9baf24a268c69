"""Kubernetes by numbers: rolling updates, disruption budgets, the autoscaler, what the scheduler can place and where.

From the documentation of Kubernetes 1.33: Deployments, "Rolling Update Deployment" (maxSurge rounds up, maxUnavailable
down, and one pod goes if both come to 0); "Specifying a Disruption Budget" (percentages round up); Horizontal Pod
Autoscaling, "Algorithm details" (tolerance 0.1, the largest of several metrics) and "Configurable scaling behavior";
"Resource Management for Pods" (requests decide, not usage); Pod Topology Spread Constraints; Resource Quotas.
"""

from random import Random

from bequiz.model.instance import Instance, Step
from bequiz.skills._forms import Kind, counted, drawn, pick_many, sequence, table, text, words
from bequiz.skills._kubernetes import Amount, Rollout, desired, fenceposts, resolved, settle, written

TITLE = "Kubernetes arithmetic: rollouts, budgets, autoscaling"
VERSION = 1


def make(seed: int, difficulty: int) -> Instance:
    return drawn(KINDS, seed, difficulty)


def _amount(dice: Random, most: int) -> Amount:
    return (dice.choice((10, 15, 20, 25, 30, 40, 50)), "%") if dice.random() < 0.7 else (dice.randint(0, most), "")


def _limits(dice: Random) -> tuple[int, Amount, Amount, int, int] | None:
    replicas, surge, unavailable = dice.randint(3, 30), _amount(dice, 3), _amount(dice, 3)
    more, fewer = fenceposts(replicas, surge, unavailable)
    if surge[0] == unavailable[0] == 0 or more + fewer > replicas:
        return None
    return replicas, surge, unavailable, more, fewer


def _percent(percent: int, whole: int, number: int) -> str:
    """A percentage and what it is rounded to."""
    exact = whole * percent / 100
    rounded = "" if exact == number else f", rounded {'up' if number > exact else 'down'} {number}"
    return f"{percent} % of {whole} is {exact:g}{rounded}"


def _resolving(replicas: int, surge: Amount, unavailable: Amount, more: int, fewer: int) -> list[Step]:
    steps = []
    if surge[1]:
        steps.append(Step(f"maxSurge: {_percent(surge[0], replicas, more)}."))
    if unavailable[1]:
        down = resolved(unavailable, replicas, up=False)
        steps.append(Step(f"maxUnavailable: {_percent(unavailable[0], replicas, down)}."))
        if down != fewer:
            steps.append(Step("Both are 0, which would block every update: 1 pod may be missing."))
    return steps


def _bounds(dice: Random, difficulty: int) -> Instance | None:
    if not (limits := _limits(dice)):
        return None
    replicas, surge, unavailable, more, fewer = limits
    fewest, most = replicas - fewer, replicas + more
    tricky = (surge[1] and replicas * surge[0] % 100) or (unavailable[1] and replicas * unavailable[0] % 100)
    if difficulty >= 2 and not tricky:
        return None
    asked = dice.choice(("most", "fewest") if difficulty < 3 else ("stuck old", "stuck new"))
    start = settle(Rollout(replicas, 0, 0), replicas, more, fewer)
    answer, ask = {
        "most": (most, "How many pods of both versions exist at most during the update, those that end not counted?"),
        "fewest": (fewest, "How many pods are ready at least all through the update?"),
        "stuck old": (
            start.old,
            "The new pods never become ready. How many old pods are left when the update is stuck?",
        ),
        "stuck new": (
            start.starting,
            "The new pods never become ready. How many of them exist when the update is stuck?",
        ),
    }[asked]
    steps = _resolving(*limits)
    steps += {
        "most": [Step(f"{replicas} + {more} = {most} pods at most.")],
        "fewest": [Step(f"{replicas} - {fewer} = {fewest} pods at least.")],
        "stuck old": [Step(f"Old pods may go as long as {replicas} - {fewer} = {fewest} are ready: {fewest} stay.")],
        "stuck new": [
            Step(f"{replicas} - {fewer} = {fewest} old pods have to stay."),
            Step(f"{replicas} + {more} = {most} pods may exist: {most} - {fewest} = {most - fewest} new ones."),
        ],
    }[asked]
    down, up = resolved(surge, replicas, up=False), resolved(unavailable, replicas, up=True)
    mistakes = {
        "most": {
            str(replicas + down): "maxSurge is rounded up.",
            str(replicas): "maxSurge pods may come on top.",
            str(most - fewer): "Old pods need not go first.",
        },
        "fewest": {
            str(replicas - up): "maxUnavailable is rounded down.",
            str(replicas): "maxUnavailable may be missing.",
            str(fewest + more): "Surplus pods are not needed to be ready.",
        },
        "stuck old": {
            str(replicas - up): "maxUnavailable is rounded down.",
            str(replicas): "maxUnavailable old pods go at once.",
            str(fewest - more): "New pods replace nothing before they are ready.",
        },
        "stuck new": {
            str(more): "Those that may be missing are replaced, too.",
            str(down + up): "maxSurge is rounded up, maxUnavailable down.",
            str(fewer): "maxSurge comes on top.",
        },
    }[asked]
    prompt = (
        f"A Deployment has {replicas} replicas, maxSurge {written(surge)} and maxUnavailable "
        f"{written(unavailable)}; all are ready. A rolling update starts. {ask}"
    )
    return text(prompt, answer, steps, mistakes=mistakes)


def _duration(dice: Random, difficulty: int) -> Instance | None:
    if not (limits := _limits(dice)):
        return None
    replicas, surge, unavailable, more, fewer = limits
    seconds = dice.randrange(10, 95, 5)
    now, rounds, steps = Rollout(replicas, 0, 0), 0, _resolving(*limits)
    while now.ready < replicas:
        now = settle(now, replicas, more, fewer)
        rounds += 1
        steps.append(
            Step(
                f"After {rounds * seconds} s {counted(now.starting, 'new pod')} became ready, "
                f"{now.ready + now.starting} of {replicas} in all."
            )
        )
        now = Rollout(now.old, now.ready + now.starting, 0)
    if not 2 <= rounds <= 3 + difficulty // 2 or (difficulty >= 3 and not (more and fewer)):
        return None
    batch = more + fewer
    mistakes = {
        str(replicas * seconds): "As many as the limits allow start at the same time.",
        str(replicas // batch * seconds): "The last, smaller batch takes as long.",
        str(-(-replicas // (more or 1)) * seconds): "A pod that may be missing is replaced by a new one at once.",
        str(-(-replicas // (fewer or 1)) * seconds): "Surplus pods start at the same time, too.",
    }
    prompt = (
        f"A Deployment has {replicas} replicas, maxSurge {written(surge)}, maxUnavailable {written(unavailable)}. A "
        "new pod is ready after "
        f"{seconds} s; deleting takes no time. After how many seconds is the last new pod of a rolling update ready?"
    )
    return text(prompt, rounds * seconds, steps, unit="s", mistakes=mistakes)


def _autoscaled(dice: Random, difficulty: int) -> Instance | None:
    replicas = dice.randint(2, 20)
    metrics = [
        (name, dice.randint(15, 190), dice.randrange(40, 95, 5)) for name in ("CPU", "memory")[: 1 + (difficulty >= 3)]
    ]
    least, most = dice.randint(1, 4), dice.randint(12, 40)
    wanted = [desired(replicas, value, target) for _, value, target in metrics]
    answer = min(max(max(wanted), least), most)
    edge = any(abs(value - target) * 10 == target for _, value, target in metrics)
    if edge or not least <= replicas <= most or (answer == replicas and dice.random() < 0.8):
        return None
    steps = []
    for (name, value, target), number in zip(metrics, wanted, strict=True):
        share = f"{name}: {value} / {target} = {value / target:.2f}"
        if number == replicas and abs(value - target) * 10 <= target:
            steps.append(Step(f"{share}, within 0.1 of 1: {replicas} stay."))
        else:
            steps.append(Step(f"{share}, times {replicas} is {replicas * value / target:.1f}, rounded up {number}."))
    if len(metrics) > 1:
        steps.append(Step(f"The larger of the two: {max(wanted)}."))
    steps.append(Step(f"Between {least} and {most}: {answer}."))
    exact = [replicas * value / target for _, value, target in metrics]
    mistakes = {
        str(round(max(exact))): "It is rounded up.",
        str(int(max(exact))): "It is rounded up.",
        str(-int(-max(exact) // 1)): "Within 10 % of the target nothing changes.",
        str(max(wanted)): f"It stays between {least} and {most}.",
        str(min(wanted)): "The largest number that a metric asks for counts.",
        str(replicas): "It is outside the tolerance of 0.1.",
    }
    use = " and ".join(
        f"{name} is at {value} % on average with a target of {target} %" for name, value, target in metrics
    )
    prompt = (
        f"A HorizontalPodAutoscaler (minReplicas {least}, maxReplicas {most}, default tolerance) finds {replicas} "
        f"ready pods; {use}. "
        "How many replicas does it ask for, scaling policies and stabilization aside?"
    )
    return text(prompt, answer, steps, mistakes=mistakes)


def _paced(dice: Random, difficulty: int) -> Instance | None:
    replicas, wanted = dice.randint(1, 9), dice.randint(14, 24 + 10 * difficulty)
    pods, percent = (4, 100) if dice.random() < 0.4 else (dice.randint(2, 8), dice.choice((50, 100, 200)))
    choose = "Max" if (pods, percent) == (4, 100) or dice.random() < 0.6 else "Min"
    counts, steps, now = list[int](), list[Step](), replicas
    while now < wanted and len(counts) < 7:
        by_share = -(-now * (100 + percent) // 100)
        limit = max(now + pods, by_share) if choose == "Max" else min(now + pods, by_share)
        after = min(limit, wanted)
        steps.append(
            Step(
                f"{now} + {pods} = {now + pods}; {now} + {percent} % = {by_share}; {choose}: {limit}, so {after}.",
                str(after),
            )
        )
        now = after
        counts.append(now)
    if not 3 <= len(counts) <= 5:
        return None
    doubled = [min(wanted, replicas * 2**at) for at in range(1, 8)]
    other = [min(wanted, replicas + pods * at) for at in range(1, 8)]
    mistakes = {
        words(
            doubled[: doubled.index(wanted) + 1] if wanted in doubled else doubled
        ): "Both policies are looked at each time.",
        words(other[: other.index(wanted) + 1] if wanted in other else other): "Both policies are looked at each time.",
        str(wanted): "The policies limit each step.",
    }
    prompt = (
        f"An HPA has {replicas} replicas and from now on wants {wanted}. Policies of scaleUp: Pods {pods} and "
        f"Percent {percent}, "
        f"periodSeconds 15 each, selectPolicy {choose}. It acts every 15 s. Which numbers of replicas follow, up to "
        f"{wanted}?"
    )
    return sequence(prompt, counts, steps, "numbers of replicas", mistakes=mistakes)


def _disrupted(dice: Random, difficulty: int) -> Instance | None:
    replicas = dice.randint(3, 40)
    field = dice.choice(("minAvailable", "maxUnavailable"))
    amount = (
        _amount(dice, min(replicas, 4))
        if field == "maxUnavailable"
        else dice.choice(((dice.randint(1, replicas), ""), (dice.choice((50, 60, 70, 75, 80, 90)), "%")))
    )
    number = resolved(amount, replicas, up=True)
    needed = number if field == "minAvailable" else replicas - number
    sick = dice.randint(0, 1 + min(difficulty, 3) // 2)
    answer = max(0, replicas - sick - needed)
    if difficulty >= 2 and amount[1] and replicas * amount[0] % 100 == 0:
        return None
    if answer == 0 and dice.random() < 0.8:
        return None
    steps = []
    if amount[1]:
        steps.append(Step(f"{_percent(amount[0], replicas, number)}."))
    if field == "maxUnavailable":
        steps.append(Step(f"{replicas} - {number} = {needed} have to stay healthy."))
    steps.append(Step(f"Healthy are {replicas - sick}: {replicas - sick} - {needed} leaves {answer}."))
    rounded = resolved(amount, replicas, up=False)
    other = replicas - sick - (rounded if field == "minAvailable" else replicas - rounded)
    mistakes = {
        str(max(0, other)): "A budget rounds percentages up.",
        str(max(0, replicas - needed)): "Pods that are not ready count as disrupted already.",
        str(needed): "Those have to stay.",
        str(number): "That is what the budget says, not what may still be evicted.",
    }
    ill = f" {counted(sick, 'pod')} {'is' if sick == 1 else 'are'} not ready." if sick else " All pods are ready."
    prompt = (
        f"A Deployment of {replicas} replicas has a PodDisruptionBudget with `{field}: {written(amount)}`.{ill} How "
        "many of the ready pods may be evicted right now?"
    )
    return text(prompt, answer, steps, mistakes=mistakes)


def _placed(dice: Random, difficulty: int) -> Instance | None:
    request, memory = dice.choice((250, 300, 400, 500, 600, 750)), dice.choice((256, 512, 768, 1024))
    rows, steps = list[tuple[object, ...]](), list[Step]()
    fits, by_cpu, free, unused = list[int](), list[int](), 0, 0
    for number in range(1, 4):
        cpu, taken, left = dice.choice((2000, 4000)), dice.randrange(300, 1900, 50), dice.randrange(600, 5000, 100)
        usage = dice.randrange(100, taken + 400, 50)
        rows.append((f"node-{number}", cpu, taken, usage, *((left,) * (difficulty >= 3))))
        by_cpu.append((cpu - taken) // request)
        fits.append(min(by_cpu[-1], left // memory) if difficulty >= 3 else by_cpu[-1])
        free += cpu - taken
        space = f" and {left}Mi" if difficulty >= 3 else ""
        steps.append(Step(f"node-{number}: {cpu} - {taken} = {cpu - taken}m{space} free: room for {fits[-1]}."))
        unused += max(0, (cpu - usage) // request)
    answer = sum(fits)
    if answer < 2 or answer in (unused, free // request) or (difficulty >= 3 and answer == sum(by_cpu)):
        return None
    steps.append(Step(f"Together {answer}."))
    mistakes = {
        str(unused): "The scheduler looks at requests, not at usage.",
        str(free // request): "A pod has to fit on one node: what is left over here and there does not add up.",
        str(sum(by_cpu)): "Memory has to fit, too.",
    }
    head = ("node", "allocatable", "requested", "used", *(("memory not requested",) * (difficulty >= 3)))
    wants = f"{request}m CPU" + (f" and {memory}Mi memory" if difficulty >= 3 else "")
    units = "CPU in m, memory in Mi" if difficulty >= 3 else "CPU in m"
    prompt = f"Three Kubernetes nodes ({units}). How many further pods with requests of {wants} can be scheduled?"
    return text(prompt, answer, steps, listing=table(head, *rows), mistakes=mistakes)


def _spread(dice: Random, difficulty: int) -> Instance | None:
    low, skew = dice.randint(0, 12), dice.randint(1, 2 + difficulty // 4)
    counts = [low, *(low + dice.randint(0, skew + 1) for _ in range(2 + difficulty // 3))]
    letters = sorted(dice.sample("abcdefgh", len(counts)))
    zones = {
        f"zone {letter}: {counted(count, 'pod')}": count
        for letter, count in zip(letters, dice.sample(counts, len(counts)), strict=True)
    }
    steps, far = [Step(f"The emptiest zone has {low}.")], {}
    for zone, count in zones.items():
        more = count + 1 - low
        told = f"{zone[:6]}: {count} + 1 - {low} = {more} {'>' if more > skew else '<='} {skew}."
        steps.append(Step(told))
        if more > skew:
            far[zone] = told
    if not far or (difficulty >= 3 and len(zones) - len(far) < 2):
        return None
    prompt = (
        f"Pods spread by zone: `topologySpreadConstraints` with maxSkew {skew} and `whenUnsatisfiable: "
        "DoNotSchedule`. All zones "
        "have nodes with room. Into which zones may the next pod go? Select all."
    )
    return pick_many(prompt, list(zones), far, steps)


def _quota(dice: Random, difficulty: int) -> Instance | None:
    request, surge = dice.choice((100, 150, 200, 250, 300, 400, 500)), (dice.choice((10, 20, 25, 30, 50)), "%")
    limit = dice.randrange(2000, 4000 + 2000 * difficulty, 100)
    room = limit // request
    answer = max(replicas for replicas in range(room + 1) if replicas + resolved(surge, replicas, up=True) <= room)
    by_floor = max(replicas for replicas in range(room + 1) if replicas + resolved(surge, replicas, up=False) <= room)
    if answer < 4 or (answer == by_floor and dice.random() < 0.7):
        return None
    more, next_more = (resolved(surge, number, up=True) for number in (answer, answer + 1))
    steps = [
        Step(f"The quota has room for {counted(room, 'pod')} of {request}m."),
        Step(f"{answer} replicas: {_percent(surge[0], answer, more)}, together {answer + more} pods, which fit."),
        Step(f"{answer + 1} replicas: {_percent(surge[0], answer + 1, next_more)}, together {answer + 1 + next_more}."),
    ]
    mistakes = {
        str(room): "During an update the surplus pods count, too.",
        str(by_floor): "maxSurge is rounded up.",
        str(answer + 1): "The surplus pods would not fit.",
    }
    prompt = (
        f"A ResourceQuota allows requests.cpu of {limit}m. Pods of a Deployment request {request}m each; maxSurge is "
        f"{written(surge)}, "
        "maxUnavailable 0. How many replicas can it have at most, so that a rolling update can use its whole surge?"
    )
    return text(prompt, answer, steps, mistakes=mistakes)


KINDS: dict[Kind, int | range] = {
    _bounds: 1, _autoscaled: 1, _disrupted: range(1, 5), _placed: 2, _spread: range(2, 5), _duration: 3, _paced: 4,
    _quota: 4,
}  # fmt: skip
