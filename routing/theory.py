"""Queueing theory in closed form: how often customers wait or are lost, and how many agents a promise needs.

A load is in erlangs: arrival rate × mean service time. Rates and times share one unit of time, whichever the caller likes.
Arrivals are Poisson, service times and patience exponential, customers are taken in order of arrival. Anything that is not
a number of agents, a rate or a time raises ValueError. Sources: A. K. Erlang, Solution of some problems (1917); O. Garnett,
A. Mandelbaum, M. Reiman, Designing a call center with impatient customers (2002).
"""

from collections.abc import Callable
from dataclasses import dataclass
from math import exp, expm1, inf, isfinite, lgamma, log

from routing.theory_waits import share_within

_NEGLIGIBLE = 1e-20


def erlang_b(servers: int, load: float) -> float:
    """The share of customers who are refused where nobody may wait. Without servers that is everyone."""
    _check(servers, load=load)
    if load == 0:
        return 0.0 if servers else 1.0
    blocked = 1.0
    for server in range(1, servers + 1):
        blocked = load * blocked / (server + load * blocked)
    return blocked


def erlang_c(servers: int, load: float) -> float:
    """The share of customers who must wait where nobody gives up: everyone, when the load is not below the servers."""
    blocked = erlang_b(servers, load)
    return 1.0 if load >= servers else blocked / (1 - load / servers * (1 - blocked))


def mean_wait(servers: int, arrival_rate: float, mean_service: float) -> float:
    """Over all customers, those who do not wait included, where nobody gives up; infinite when the line only grows."""
    return erlang_a(servers, arrival_rate, mean_service, inf).mean_wait


def service_level(servers: int, arrival_rate: float, mean_service: float, within: float) -> float:
    """The share of customers served after at most `within`, where nobody gives up."""
    return erlang_a(servers, arrival_rate, mean_service, inf).service_level(within)


def erlang_a(servers: int, arrival_rate: float, mean_service: float, mean_patience: float) -> "ErlangA":
    """A line whose customers give up. Patience may be infinite (nobody does) or 0 (nobody waits at all)."""
    _check(servers, arrival_rate=arrival_rate, mean_service=mean_service)
    if not mean_service or not mean_patience >= 0:
        raise ValueError("The mean service time must be above 0 and the mean patience must not be below 0.")
    load = arrival_rate * mean_service
    if load == 0:
        full, queue = (0.0 if servers else 1.0), 0.0
    elif mean_patience == 0:
        full, queue = erlang_b(servers, load), 0.0
    elif mean_patience == inf:
        full = erlang_c(servers, load)
        queue = full * load / (servers - load) if load < servers else inf
    else:
        full, queue = _full_and_queue(servers, load, mean_service / mean_patience)
    # Little's law gives the wait; who leaves, leaves the queue at the rate of its patience.
    wait = queue / arrival_rate if arrival_rate else (0.0 if servers else mean_patience)
    lost = full if mean_patience == 0 else (min(full, wait / mean_patience) if mean_patience < inf else 0.0)
    busy = min(1.0, load * (1 - lost) / servers) if servers else 0.0
    return ErlangA(servers, arrival_rate, mean_service, mean_patience, full, lost, wait, queue, busy)


@dataclass(frozen=True, slots=True)
class ErlangA:
    """The steady state. `p_wait`: finds nobody free; `mean_wait`: over all customers, lost ones included, until served or
    gone; `mean_queue`: customers waiting at a time; `occupancy`: the share of time an agent is busy (0 without agents).
    """

    servers: int
    arrival_rate: float
    mean_service: float
    mean_patience: float
    p_wait: float
    p_abandon: float
    mean_wait: float
    mean_queue: float
    occupancy: float

    def served_within(self, within: float) -> float:
        """The share of all customers who are served after at most this wait."""
        return 1 - self.p_wait + max(0.0, self.p_wait - self.p_abandon) * self._share_within(within, impatient=True)

    def waiting_after(self, within: float) -> float:
        """The share of all customers who are still waiting then."""
        stay = 1.0 if self.mean_patience == inf else exp(-within / self.mean_patience) if self.mean_patience else 0.0
        return self.p_wait * (1 - self._share_within(within, impatient=False)) * stay

    def service_level(self, within: float) -> float:
        """Served within ÷ (served + given up after more than `within`): quick leavers do not count.

        0 when no customer counts.
        """
        served = self.served_within(within)
        counted = served + self.waiting_after(within)
        return min(1.0, served / counted) if counted else 0.0

    def _share_within(self, within: float, *, impatient: bool) -> float:
        """Of those who find nobody free, whose turn comes by then: all of them, or only those who stay until it does."""
        _check(0, within=within)
        if not self.servers or not self.p_wait:
            return 0.0
        if self.mean_patience == 0:
            return 1.0 if impatient else 0.0
        load, time = self.arrival_rate * self.mean_service, within / self.mean_service
        if self.mean_patience == inf:
            return -expm1(-(self.servers - load) * time) if load < self.servers else 0.0
        ease = self.mean_service / self.mean_patience
        return share_within(time, self.servers + (ease if impatient else 0), load, ease)


@dataclass(frozen=True, slots=True)
class FiniteQueue:
    """The steady state; all but `p_blocked` over the customers who were let in."""

    servers: int
    mean_service: float
    p_blocked: float
    p_wait: float
    mean_wait: float
    occupancy: float
    ahead: tuple[float, ...]
    """The share who find everybody busy and 0, 1, 2… customers in line before them."""

    def service_level(self, within: float) -> float:
        """The share served after at most `within`."""
        _check(0, within=within)
        served = self.servers * within / self.mean_service
        none_yet, late = 0.0, 0.0
        for place, share in enumerate(self.ahead):
            # So many services end by then: a Poisson number, and this customer needs one more than are ahead.
            none_yet += exp(place * log(served) - served - lgamma(place + 1)) if served else float(place == 0)
            late += share * min(1.0, none_yet)
        return 1 - late


def finite_queue(servers: int, places: int, arrival_rate: float, mean_service: float) -> FiniteQueue:
    """Nobody gives up, but whoever finds all `places` in line taken is refused."""
    _check(servers, arrival_rate=arrival_rate, mean_service=mean_service)
    if not servers or not mean_service or places < 0:
        raise ValueError("A line with an end needs a server, a mean service time above 0, and 0 or more places.")
    load = arrival_rate * mean_service
    ratio = load / servers
    # Weights relative to the largest of them, so that a long line under overload stays within a float.
    top = 1.0 if ratio <= 1 else ratio**-places
    full = [ratio**place if ratio <= 1 else ratio ** (place - places) for place in range(places + 1)]
    blocked_without = erlang_b(servers, load)
    total = (top / blocked_without if blocked_without else 1.0) + sum(full[1:])
    blocked = full[-1] / total if blocked_without else 0.0
    inside = [weight / total / (1 - blocked) if blocked_without else 0.0 for weight in full[:-1]]
    queue_seen = sum((place + 1) * share for place, share in enumerate(inside))
    return FiniteQueue(
        servers,
        mean_service,
        blocked,
        sum(inside),
        queue_seen * mean_service / servers,
        load * (1 - blocked) / servers,
        tuple(inside),
    )


def agents_for_blocking(load: float, at_most: float) -> int:
    """The fewest servers that refuse at most this share of customers, where nobody may wait."""
    _check(0, load=load)
    _check_share(at_most)
    servers, blocked = 0, 1.0
    while load and blocked > at_most:
        servers += 1
        blocked = load * blocked / (servers + load * blocked)
    return servers


def agents_for_service_level(
    arrival_rate: float, mean_service: float, share: float, within: float, mean_patience: float = inf
) -> int:
    """The fewest agents with a service level of at least `share` (such as 0.8) for `within`. Nobody calls: no agent."""
    _check_share(share)
    _check(0, within=within)
    return _fewest(
        lambda agents: erlang_a(agents, arrival_rate, mean_service, mean_patience).service_level(within) >= share,
        arrival_rate * mean_service,
    )


def agents_for_mean_wait(arrival_rate: float, mean_service: float, at_most: float, mean_patience: float = inf) -> int:
    """The fewest agents with whom customers wait at most this long on average."""
    if not at_most > 0:
        raise ValueError("The mean wait to be kept must be above 0: no number of agents makes everyone's wait 0.")
    return _fewest(
        lambda agents: erlang_a(agents, arrival_rate, mean_service, mean_patience).mean_wait <= at_most,
        arrival_rate * mean_service,
    )


def agents_for_abandonment(arrival_rate: float, mean_service: float, mean_patience: float, at_most: float) -> int:
    """The fewest agents with whom at most this share of customers gives up."""
    _check_share(at_most)
    return _fewest(
        lambda agents: erlang_a(agents, arrival_rate, mean_service, mean_patience).p_abandon <= at_most,
        arrival_rate * mean_service,
    )


def _fewest(enough: Callable[[int], bool], load: float) -> int:
    """By doubling and halving: more agents are never worse."""
    if load == 0 or enough(0):
        return 0
    too_few, plenty = 0, max(1, int(load))
    while not enough(plenty):
        too_few, plenty = plenty, 2 * plenty
    while plenty - too_few > 1:
        middle = (too_few + plenty) // 2
        if enough(middle):
            plenty = middle
        else:
            too_few = middle
    return plenty


def _full_and_queue(servers: int, load: float, ease: float) -> tuple[float, float]:
    """How often all servers are taken, and how many wait on average; `ease` is mean service ÷ mean patience.

    The weights of the states are multiplied up from the likeliest one in both directions: nothing overflows, and what is
    left out is too small to be seen.
    """
    likeliest = int(load) if load < servers else servers + int((load - servers) / ease)
    free, full, queue = (1.0, 0.0, 0.0) if likeliest < servers else (0.0, 1.0, float(likeliest - servers))
    state, weight, ratio = likeliest, 1.0, 1.0
    while weight and not (state > servers and weight * (state - servers) <= _NEGLIGIBLE * (1 - ratio) * queue):
        state += 1
        ratio = load / (min(state, servers) + max(0, state - servers) * ease)
        weight *= ratio
        if state < servers:
            free += weight
        else:
            full += weight
            queue += weight * (state - servers)
    state, weight = likeliest, 1.0
    while state and weight > _NEGLIGIBLE * (free + full):
        weight *= (min(state, servers) + max(0, state - servers) * ease) / load
        state -= 1
        if state < servers:
            free += weight
        else:
            full += weight
            queue += weight * (state - servers)
    return full / (free + full), queue / (free + full)


def _check(servers: int, **measures: float) -> None:
    if servers < 0 or servers != int(servers):
        raise ValueError(f"There cannot be {servers} servers; give a whole number from 0 on.")
    for name, value in measures.items():
        if not (isfinite(value) and value >= 0):
            raise ValueError(f"The {name.replace('_', ' ')} cannot be {value}; give a finite number from 0 on.")


def _check_share(share: float) -> None:
    if not 0 < share < 1:
        raise ValueError(f"A share of {share} cannot be promised; give a number between 0 and 1.")
