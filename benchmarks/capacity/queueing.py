"""Queueing theory: Little's law, Erlang C, and what follows for environments and connections."""

from __future__ import annotations

from math import ceil, exp, inf, lgamma, log, sqrt
from statistics import NormalDist


def poisson_quantile(mean: float, share: float) -> int:
    """The least n with P(N ≤ n) ≥ share, for N with a Poisson distribution.

    So many servers are busy in M/G/∞, whatever the times of service: Little's law gives the mean, rate × time.
    """
    if mean > 500:
        # Cornish and Fisher's correction for the skew of the normal approximation.
        z = NormalDist().inv_cdf(share)
        return ceil(mean + z * sqrt(mean) + (z * z - 1) / 6 - 0.5)
    chance = below = exp(-mean)
    count = 0
    while below < share:
        count += 1
        chance *= mean / count
        below += chance
    return count


def poisson(mean: float, count: int) -> float:
    """P(N = count)."""
    if mean == 0:
        return float(count == 0)
    return exp(count * log(mean) - mean - lgamma(count + 1))


def erlang_c(servers: int, load: float) -> float:
    """The share of arrivals that have to wait in M/M/c; `load` is rate × time of service (Erlang, 1917)."""
    if load >= servers:
        return 1.0
    blocked = 1.0
    for count in range(1, servers + 1):
        blocked = load * blocked / (count + load * blocked)
    return blocked / (1 - load / servers * (1 - blocked))


def mean_wait(servers: int, load: float, service: float, variation: float) -> float:
    """The mean wait in M/G/c, by the same approximation as `wait_quantile`."""
    if load >= servers:
        return inf
    return erlang_c(servers, load) * service * (1 + variation) / 2 / (servers - load)


def wait_quantile(servers: int, load: float, service: float, variation: float, share: float) -> float:
    """The wait that `share` of arrivals do not exceed in M/G/c, in the unit of `service`; inf when overloaded.

    `variation` is the squared coefficient of variation of the service time. M/M/c's wait, which is exponential for
    those who wait, is stretched by (1 + variation) / 2 (Lee and Longton, 1959): exact for the mean of M/G/1 and for
    everything of M/M/c.
    """
    if load >= servers:
        return inf
    waiting = erlang_c(servers, load)
    if waiting <= 1 - share:
        return 0.0
    return log(waiting / (1 - share)) * service * (1 + variation) / 2 / (servers - load)


def servers_for(load: float, service: float, variation: float, *, wait: float, share: float = 0.95) -> int:
    """The fewest servers with which `share` of arrivals wait for less than `wait`."""
    servers = max(1, ceil(load))
    while wait_quantile(servers, load, service, variation, share) >= wait:
        servers += 1
    return servers


def cold_rate(rate: float, service: float, idle: float, whole: float) -> float:
    """New environments a second of one function whose environments are used lowest number first.

    The nth is taken when an arrival finds n - 1 busy. It is new when nobody took it for `idle` seconds, and each
    that is kept is replaced after `whole` seconds.
    """
    load = rate * service
    # Far below the load every environment is busy, and far above it there is none.
    first = max(0, int(load - 8 * sqrt(load)))
    new, kept, fewer = 0.0, float(first), 0.0
    for busy in range(first, poisson_quantile(load, 1 - 1e-9) + 1):
        chance = poisson(load, busy)
        fewer += chance
        taken = rate * chance
        expired = exp(-taken * idle)
        new += taken * expired
        kept += 1 - expired * min(fewer, 1.0)
    return new + kept / whole
