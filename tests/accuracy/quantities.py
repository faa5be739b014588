"""What each kernel answers, its error against the reference, and the bound that its documentation states.

A check takes a point (six argument words, twelve answer words) and yields (quantity, error, allowed); an allowed error
of None is reported without a bound. Words of errors are checked here as well: a kernel refuses exactly what lies
outside its domain. The words' formats are documented where the kernels are called, in crates/probe/src/kernels.
"""

import struct

from mpmath import exp, log, mpf, sqrt

import rows
import surfaces
from reference import Option, density, mills, upper_tail
from words import OK, TAIL, answered, inside, q, signed

def of_ln(words, answer):
    n = words[0]
    if answered(words, answer, n >= 1):
        yield "ln", abs(q(signed(answer[1]), 57) - log(n)), 2e-17


def of_exp(words, answer):
    y = words[0]
    value = exp(-q(y, 57))
    yield "exp(-y)", abs(q(answer[1], 63) - value), 4e-17 * value + 2.2e-19


def of_sqrt(words, answer):
    n = words[0]
    if answered(words, answer, n >= 1):
        root = sqrt(mpf(n))
        yield "square root", abs(mpf(answer[1]) / mpf(2) ** answer[2] / root - 1), 1e-18


def of_density(words, answer):
    yield "normal density", abs(q(answer[1], 63) - density(q(words[0], 57))), 2e-17


def of_mills(words, answer):
    x = words[0]
    if answered(words, answer, x < TAIL):
        yield "Mills ratio", abs(q(answer[1], 62) - mills(q(x, 57))), 3e-16


def of_cdf(words, answer):
    yield "normal distribution", abs(q(answer[1], 63) - upper_tail(-q(signed(words[0]), 57))), 3e-16


def of_price_and_greeks(words, answer):
    if not answered(words, answer, inside(words)):
        return
    f, k = words[:2]
    call, put = answer[1], answer[2]
    assert call - put == f - k, f"{words}: parity is off by {call - put - f + k}"
    assert max(f - k, 0) <= call <= f, f"{words}: the call {call} leaves its bounds"
    o = Option(*words[:4])
    yield "call and put", abs(call - o.call), 0.5 + 2.6e-16 * f
    delta, gamma, vega, theta, call_rho, put_rho = map(signed, answer[3:9])
    yield "delta", abs(q(delta, 62) - o.delta), 1e-15 + (2e-17 / o.v if o.v else 0)
    yield "gamma", abs(gamma - o.gamma * 10**6), 1 + 3e-9 * o.gamma_at_the_money * 10**6
    part = 1e-15 + 1e-16 / o.v if o.v else 0
    yield "vega", abs(vega - o.vega), 1 + part * o.vega_at_the_money
    yield "theta", abs(theta - o.theta_per_day), 1 + 5e-9 * o.theta_at_the_money
    rho = max(abs(call_rho - o.call_rho), abs(put_rho - o.put_rho))
    yield "rho", rho, 1 + o.years * (0.5 + 2.6e-16 * f)


def of_vol_greeks(words, answer):
    if not answered(words, answer, inside(words)):
        return
    o = Option(*words[:4])
    vanna, volga = map(signed, answer[1:3])
    yield "vanna", abs(vanna - o.vanna * 10**6), 1 + 1e-7 / o.sigma * 10**6
    yield "volga", abs(volga - o.volga), 1 + 1e-6 * o.vega_at_the_money / o.sigma


# The peers' names and how their answers become price units, delta and F * gamma.
PEERS = {
    "price_and_greeks": "ours",
    "solmath_bs_full": "solmath bs_full",
    "solmath_bs_full_hp": "solmath bs_full_hp",
    "float": "double precision",
}


def of_peers(words, answers):
    """All on the same point: price in atoms, delta and gamma in parts per million, vega in atoms."""
    exact, cut = Option(*words[:4]), Option(*words[:4], decimals=12)
    f = words[0]
    for kernel, answer in answers.items():
        name, o = PEERS[kernel], exact
        if answer[0] != OK:
            yield f"{name}: refused", mpf(1), None
            continue
        if kernel == "price_and_greeks":
            call, gamma, vega = answer[1], mpf(signed(answer[4])), answer[5]
            delta = q(signed(answer[3]), 62) * 10**6
        elif kernel == "float":
            call, _, delta, gamma, vega, _ = (mpf(double(word)) for word in answer[1:7])
            delta, gamma = delta * 10**6, gamma * 10**6
        else:
            # It got the time in years with twelve decimals: what is lost there is no error of its arithmetic.
            o = cut
            # Amounts have twelve decimals of the quote unit, atoms six; gamma is per quote unit.
            call, vega = mpf(answer[1]) / 10**6, mpf(signed(answer[5])) / 10**6
            delta = mpf(signed(answer[3])) / 10**6
            gamma = mpf(signed(answer[4])) / 10**12 * f / 10**6 * 10**6
        yield f"call, {name}", abs(call - o.call), None
        yield f"delta, {name}", abs(delta - o.delta * 10**6), None
        yield f"gamma, {name}", abs(gamma - o.gamma * 10**6), None
        yield f"vega, {name}", abs(vega - o.vega), None


def double(word):
    return struct.unpack("<d", word.to_bytes(8, "little"))[0]


# Kernel and its check; the unit and the bound of every quantity as the table states them.
CHECKS = {
    "ln": of_ln,
    "exp_neg": of_exp,
    "sqrt": of_sqrt,
    "density": of_density,
    "mills": of_mills,
    "cdf": of_cdf,
    "svi": surfaces.of_svi,
    "svi_vol": surfaces.of_svi_vol,
    "price_and_greeks": of_price_and_greeks,
    "vol_greeks": of_vol_greeks,
    "grid_price": rows.of_grid_price,
    "strike_risk": rows.of_strike_risk,
}
STATED = {
    "ln": ("absolute", "2e-17"),
    "exp(-y)": ("absolute", "4e-17 of the value + 2.2e-19"),
    "square root": ("relative", "1e-18"),
    "normal density": ("absolute", "2e-17"),
    "Mills ratio": ("absolute", "3e-16"),
    "normal distribution": ("absolute", "3e-16"),
    "call and put": ("atoms", "0.5 + 2.6e-16 of the forward"),
    "delta": ("absolute", "1e-15 + 2e-17 / v"),
    "gamma": ("ppm", "1 + 3e-9 at the money"),
    "vega": ("atoms", "1 + (1e-15 + 1e-16 / v) at the money"),
    "theta": ("atoms", "1 + 5e-9 at the money"),
    "rho": ("atoms", "1 + T times that of the price"),
    "vanna": ("ppm", "1 + 1e-7 / sigma"),
    "volga": ("atoms", "1 + 1e-6 of vega at the money / sigma"),
    **surfaces.STATED,
    **rows.STATED,
}


def stated(quantity):
    if quantity in STATED:
        return STATED[quantity]
    return ("ppm" if quantity.startswith(("delta", "gamma")) else "atoms", None)
