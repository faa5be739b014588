"""The margin tier and the rows of risk arrays. The grid is written out once more, from its documentation."""

from fractions import Fraction

from mpmath import mpf

from reference import Option
from words import MAX_PRICE, OK, answered, inside, signed

PPM = 10**6
# The shocks of the probe's rows.
RANGE, VOL_UP, VOL_DOWN, FALL_VOL, TAIL_WEIGHT = 180_000, 400_000, 250_000, 120_000, 1_100_000
QUARTERS = (0, 1, -1, 2, -2, 3, -3, 4, -4, 6, -6, 10, -10, 16, -16)
CORE_MOVES = 9
TAIL_WEIGHTS = (700_000, 400_000, 200_000)
SMALLEST_SHARE = 20_000
SMALLEST_VOL, LARGEST_VOL = 50_000, 10_000_000
UNIT_ERROR = mpf(2_419) / 2**40

STATED = {
    "margin-tier call beyond rounding": ("of the largest forward", "2.2e-9"),
    "mark per lot": ("atoms", "1 + that of the price"),
    "risk row entry": ("atoms", "that which the row states"),
    "profit at the stable price": ("atoms", "that which the row states"),
    "delta of a lot": ("atoms", "2 + 1e-8 at the money"),
    "gamma of a lot": ("atoms", "2 + 1e-8 at the money"),
    "vega of a lot": ("atoms", "2 + 1e-8 at the money"),
    "theta of a lot": ("atoms", "2 + 1e-8 at the money"),
}


def of_grid_price(words, answer):
    if answer[0] != OK:
        return
    f, k, vol, seconds, lots, largest = words
    value = Option(f, k, vol, seconds).call / lots
    # Rounding down leaves the answer within one atom below the price that the kernel sees.
    beyond = max(answer[1] - value, value - answer[1] - 1, mpf(0))
    yield "margin-tier call beyond rounding", beyond * lots / largest, UNIT_ERROR


def scenario(place):
    """Forward move in quarters of the range, direction of volatility, weight."""
    if place < CORE_MOVES * 3:
        return QUARTERS[place // 3], place % 3, Fraction(1)
    tail = place - CORE_MOVES * 3
    weight = min(TAIL_WEIGHTS[tail // 2] * TAIL_WEIGHT // PPM, PPM)
    return QUARTERS[CORE_MOVES + tail], 1, Fraction(weight, PPM)


def moved_forward(f, quarters):
    share = max(PPM + RANGE * quarters // 4, SMALLEST_SHARE) if quarters >= 0 else max(PPM - RANGE * -quarters // 4, SMALLEST_SHARE)
    return f if quarters == 0 else min(max(f * share // PPM, 1), MAX_PRICE)


def moved_vol(vol, direction, quarters):
    """0 unchanged, 1 up, 2 down; up by more where the forward falls. Moves are rounded away from where they start."""
    if direction == 1:
        vol += -(-vol * (VOL_UP + (FALL_VOL if quarters < 0 else 0)) // PPM)
    elif direction == 2:
        vol -= -(-vol * VOL_DOWN // PPM)
    return min(max(vol, SMALLEST_VOL), LARGEST_VOL)


def of_strike_risk(words, answer):
    f, k, vol, seconds, lots, place = words
    if not answered(words, answer, inside(words) and lots >= 1):
        return
    entry, error, call, put, stable, call_peak, _, delta, gamma, vega, theta = map(signed, answer[1:])
    o = Option(f, k, vol, seconds)
    yield "mark per lot", max(abs(call - o.call / lots), abs(put - o.put / lots)), 1 + (0.5 + 2.6e-16 * f) / lots
    assert entry <= call_peak, f"{words}: entry {entry} above the peak {call_peak}"

    quarters, direction, weight = scenario(place)
    if place == 0:
        value = mpf(0)
    else:
        moved = Option(moved_forward(f, quarters), k, moved_vol(vol, direction, quarters), seconds).call
        value = (moved - o.call) / lots * weight.numerator / weight.denominator
    yield "risk row entry", abs(entry - value), mpf(error)
    stable_forward = min(f + f // 33, MAX_PRICE)
    value = (Option(stable_forward, k, moved_vol(vol, 0, 0), seconds).call - o.call) / lots
    yield "profit at the stable price", abs(stable - value), mpf(error)

    per_lot = [
        ("delta of a lot", delta, o.delta * f, f),
        ("gamma of a lot", gamma, o.gamma * f / 100, o.gamma_at_the_money * f / 100),
        ("vega of a lot", vega, o.vega / 100, o.vega_at_the_money / 100),
        ("theta of a lot", theta, o.theta_per_day, o.theta_at_the_money),
    ]
    for name, got, exact, scale in per_lot:
        yield name, abs(got - exact / lots), 2 + 1e-8 * scale / lots
