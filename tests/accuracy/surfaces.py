"""SVI slices against their exact total variance and volatility."""

from mpmath import log, mpf, sqrt

from reference import YEAR_SECONDS
from words import OK, q, signed

STATED = {
    "SVI total variance": ("absolute", "1e-13"),
    "SVI volatility": ("ppm", "0.5 + that of the variance"),
}


def total_variance(a, b, rho, m, sigma, k):
    return a + b * (rho * (k - m) + sqrt((k - m) ** 2 + sigma**2))


def of_svi(words, answer):
    """Which parameters pass is a matter of exact comparisons, tested in the crate; here only what passed."""
    if answer[0] != OK:
        return
    a, b, rho, m, sigma = (q(signed(word), 48) for word in words[:5])
    if sigma > 0.001:
        value = total_variance(a, b, rho, m, sigma, q(signed(words[5]), 57))
        yield "SVI total variance", abs(q(answer[1], 52) - value), 1e-13


def of_svi_vol(words, answer):
    if answer[0] != OK:
        return
    f, k, seconds = words[:3]
    params = (q(signed(word), 48) for word in answer[2:7])
    variance = total_variance(*params, log(mpf(k) / f))
    years = mpf(seconds) / YEAR_SECONDS
    error = abs(answer[1] - sqrt(variance / years) * 10**6)
    yield "SVI volatility", error, 0.501 + 1e-13 / (2 * sqrt(variance * years)) * 10**6
