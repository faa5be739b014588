#!/usr/bin/env python3
"""Write vectors/*.json, the reference values of the kernels, or compare them with what would be written.

usage: generate_vectors.py [--check]        needs mpmath

Fractions of a unit are kept next to the whole units, so tests can measure errors below one unit.
"""
import itertools
import json
import pathlib
import random
import sys

from mpmath import erfc, exp, floor, log, mp, mpf, pi, sqrt

mp.prec = 480
TARGET = pathlib.Path(__file__).resolve().parent.parent / "vectors"
YEAR = 31_536_000
MAX_PRICE = 1 << 50
MAX_SECONDS = 5 * YEAR
MIN_VOL, MAX_VOL = 10_000, 10_000_000


def cdf(x):
    return erfc(-x / sqrt(2)) / 2


def pdf(x):
    return exp(-x * x / 2) / sqrt(2 * pi)


def scaled(value, scale):
    return int(floor(value * scale))


def split(value, parts=256):
    whole = int(floor(value))
    return [whole, int(floor((value - whole) * parts))]


def log_uniform(rng, low, high):
    return max(low, min(high, int(mpf(low) * (mpf(high) / low) ** mpf(rng.random()))))


def components(rng):
    two = mpf(2)
    ns = {1, 2, 3, MAX_PRICE, MAX_PRICE - 1, 2**64 - 1, 2**63, 2**63 - 1, 2**32, 2**32 - 1}
    ns |= {log_uniform(rng, 1, 2**64 - 1) for _ in range(250)} | {log_uniform(rng, 1, 4096) for _ in range(50)}
    # Around the table's piece boundaries, where the residual is smallest and largest.
    ns |= {((256 + i) << 42) + d for i in range(0, 256, 8) for d in (-1, 0, 1)}
    ys = {0, 1, 2**57, (44 << 57) - 1} | {rng.randrange(44 << 57) for _ in range(200)}
    ys |= {rng.randrange(1 << 57) for _ in range(100)}
    xs = {0, 1, (9 << 57) - 1} | {rng.randrange(9 << 57) for _ in range(200)}
    xs |= {(i << 53) + d for i in range(1, 144, 5) for d in (-1, 0)}
    roots = []
    for n in sorted(ns):
        root, exponent = sqrt(mpf(n)), 0
        while root * two**exponent < two**63:
            exponent += 1
        roots.append([n, exponent] + split(root * two**exponent))
    return {
        "cdf": [[x * sign] + split(cdf(x * sign / two**57) * two**63) for x in sorted(xs) for sign in (1, -1)],
        "ln": [[n] + split(log(mpf(n)) * two**57) for n in sorted(ns)],
        "sqrt": roots,
        "exp_neg": [[y] + split(exp(-y / two**57) * two**63) for y in sorted(ys)],
        "density": [[x] + split(pdf(x / two**57) * two**63) for x in sorted(xs)],
        "mills": [[x] + split(cdf(-x / two**57) / pdf(x / two**57) * two**62) for x in sorted(xs)],
    }


def price_inputs(rng):
    def near(low, high, spread, vol, seconds):
        f = log_uniform(rng, low, high)
        v = mpf(vol) / 10**6 * sqrt(mpf(seconds) / YEAR)
        k = int(f * exp(v * mpf(rng.uniform(-spread, spread))))
        return f, max(1, min(MAX_PRICE, k)), vol, seconds

    def any_vol():
        return log_uniform(rng, MIN_VOL, MAX_VOL)

    def any_seconds():
        return log_uniform(rng, 1, MAX_SECONDS)

    cases = []
    for _ in range(800):
        cases.append(near(1000, MAX_PRICE, 5, any_vol(), any_seconds()))
    for _ in range(600):  # where a relative error costs the most units
        cases.append(near(2**47, MAX_PRICE, 2.5, any_vol(), any_seconds()))
    for _ in range(200):  # around the end of the tail tables
        cases.append(near(2**40, MAX_PRICE, 10, any_vol(), any_seconds()))
    for _ in range(250):  # total volatility up to 22: both tails vanish at the money
        cases.append(
            near(1, MAX_PRICE, 2, log_uniform(rng, MAX_VOL // 4, MAX_VOL), log_uniform(rng, YEAR // 2, MAX_SECONDS))
        )
    for _ in range(250):
        cases.append((log_uniform(rng, 1, MAX_PRICE), log_uniform(rng, 1, MAX_PRICE), any_vol(), any_seconds()))
    prices = (1, 2, 1000, 2**35, MAX_PRICE - 1, MAX_PRICE)
    corners = list(
        itertools.product(prices, prices, (MIN_VOL, 800_000, MAX_VOL), (0, 1, 86_400, YEAR, MAX_SECONDS))
    )
    return cases + rng.sample(corners, 400)


def black76(f, k, vol, seconds):
    """[f, k, vol, seconds, time value, its fraction in 1/65536, delta * 1e9, gamma in 1e-9, vega * 64, theta a day * 64,
    vanna * 1e9, volga * 64, rho of the call * 64]"""
    F, K = mpf(f), mpf(k)
    if seconds == 0:
        delta = mpf(f > k) if f != k else mpf(1) / 2
        return [f, k, vol, seconds, 0, 0, scaled(delta, 10**9), 0, 0, 0, 0, 0, 0]
    root = sqrt(mpf(seconds) / YEAR)
    sigma = mpf(vol) / 10**6
    v = sigma * root
    d1 = log(F / K) / v + v / 2
    call = F * cdf(d1) - K * cdf(d1 - v)
    put = K * cdf(v - d1) - F * cdf(-d1)
    vega = F * pdf(d1) * root
    theta = -F * pdf(d1) * sigma / (2 * root) / 365
    gamma = pdf(d1) / v
    d2 = d1 - v
    vanna = -pdf(d1) * d2 / sigma
    volga = vega * d1 * d2 / sigma
    rho = -call * mpf(seconds) / YEAR
    return [
        f, k, vol, seconds, *split(min(call, put), 65_536),
        scaled(cdf(d1), 10**9), scaled(gamma, 10**9), scaled(vega, 64), scaled(theta, 64),
        scaled(vanna, 10**9), scaled(volga, 64), scaled(rho, 64),
    ]  # fmt: skip


def margin_inputs(rng):
    """(forward, largest forward of the scale, strike, vol, seconds)"""
    cases = []
    for _ in range(400):
        largest = log_uniform(rng, 1, MAX_PRICE)
        f = max(1, int(largest * mpf(rng.choice([1, 1, rng.uniform(0.3, 1), rng.uniform(0.001, 1)]))))
        vol, seconds = log_uniform(rng, 50_000, MAX_VOL), log_uniform(rng, 1, MAX_SECONDS)
        v = mpf(vol) / 10**6 * sqrt(mpf(seconds) / YEAR)
        k = int(f * exp(v * mpf(rng.uniform(-4, 4))))
        # Eight times the scale is the most that every strike may exceed it by.
        cases.append((f, largest, max(1, min(MAX_PRICE, 8 * largest, k)), vol, seconds))
    for _ in range(200):  # total volatility of order one, where both tails count
        largest = log_uniform(rng, 2**20, 2**46)
        f, k = largest, int(largest * mpf(rng.uniform(0.1, 7.9)))
        cases.append((f, largest, k, log_uniform(rng, 500_000, MAX_VOL), log_uniform(rng, YEAR // 50, MAX_SECONDS)))
    edges = (1, 2**32 - 1, 2**32, 2**33 - 1, MAX_PRICE - 1, MAX_PRICE)
    for f, vol, seconds in itertools.product(edges, (50_000, 800_000, MAX_VOL), (1, 86_400, MAX_SECONDS)):
        cases.append((f, f, f, vol, seconds))
        cases.append((f, f, min(MAX_PRICE, f + f // 1000 + 1), vol, seconds))
    return cases


def margin(f, largest, k, vol, seconds):
    """[forward, largest, strike, vol, seconds, call, its fraction in 1/65536]"""
    F, K = mpf(f), mpf(k)
    v = mpf(vol) / 10**6 * sqrt(mpf(seconds) / YEAR)
    d1 = log(F / K) / v + v / 2
    # By the premium out of the money, which loses nothing to cancellation.
    put = K * cdf(v - d1) - F * cdf(-d1)
    call = F * cdf(d1) - K * cdf(d1 - v)
    return [f, largest, k, vol, seconds, *split(F - K + put if f > k else call, 65_536)]


def svi_inputs(rng):
    one = 2**48
    cases = []
    while len(cases) < 300:
        b, rho = mpf(rng.uniform(0, 2)), mpf(rng.uniform(-1, 1))
        if b * (1 + abs(rho)) >= 1.999:
            continue
        sigma, m = mpf(rng.choice([rng.uniform(0.001, 0.5), rng.uniform(0.5, 4)])), mpf(rng.uniform(-1, 1))
        lift = b * sigma * sqrt(1 - rho * rho)
        a = mpf(rng.uniform(-0.9, 2)) * lift
        k = mpf(rng.choice([rng.uniform(-0.5, 0.5), rng.uniform(-3, 3), float(m)]))
        cases.append([int(p * one) for p in (a, b, rho, m, sigma)] + [int(k * 2**57)])
    return cases


def svi(a, b, rho, m, sigma, k):
    """[a, b, rho, m, sigma in Q48, k in Q57, total variance in Q52, its fraction in 1/256]"""
    A, B, R, M, S = (mpf(p) / 2**48 for p in (a, b, rho, m, sigma))
    x = mpf(k) / 2**57 - M
    return [a, b, rho, m, sigma, k, *split((A + B * (R * x + sqrt(x * x + S * S))) * 2**52)]


def mul_div(rng):
    edge = [0, 1, 2, 2**32 - 1, 2**32, 2**63, 2**64 - 2, 2**64 - 1]
    triples = [t for t in itertools.product(edge, edge, edge) if t[2]]
    triples = rng.sample(triples, 200)
    triples += [tuple(log_uniform(rng, 1, 2**64 - 1) for _ in range(3)) for _ in range(200)]
    rows = []
    for a, b, c in triples:
        down, up = a * b // c, -(-a * b // c)
        rows.append([a, b, c, down if down < 2**64 else None, up if up < 2**64 else None])
    return {"mul_div": rows}


def lines(groups):
    body = []
    for name, rows in groups.items():
        body.append('"%s": [\n%s\n]' % (name, ",\n".join(json.dumps(r, separators=(",", ":")) for r in rows)))
    return "{\n" + ",\n".join(body) + "\n}\n"


def main():
    if sys.argv[1:] not in ([], ["--check"]):
        raise SystemExit(__doc__)
    files = {
        "components.json": components(random.Random(1)),
        "black76.json": {"cases": [black76(*case) for case in price_inputs(random.Random(2))]},
        "margin_tier.json": {"cases": [margin(*case) for case in margin_inputs(random.Random(4))]},
        "mul_div.json": mul_div(random.Random(3)),
        "svi.json": {"cases": [svi(*case) for case in svi_inputs(random.Random(5))]},
    }
    for name, groups in files.items():
        path, text = TARGET / name, lines(groups)
        if not sys.argv[1:]:
            path.parent.mkdir(exist_ok=True)
            path.write_text(text)
        elif path.read_text() != text:
            raise SystemExit("%s differs from what generate_vectors.py writes" % name)
    print("vectors are up to date" if sys.argv[1:] else "vectors written")


main()
