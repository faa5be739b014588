"""The exact values, with 50 digits."""

from mpmath import erfc, exp, log, mp, mpf, pi, sqrt

mp.dps = 50

YEAR_SECONDS = 31_536_000
ROOT_2 = sqrt(mpf(2))
ROOT_2_PI = sqrt(2 * pi)


def density(x):
    return exp(-x * x / 2) / ROOT_2_PI


def upper_tail(x):
    return erfc(x / ROOT_2) / 2


def mills(x):
    return upper_tail(x) / density(x)


class Option:
    """Call, put and Greeks of one option on a forward; nothing discounted, volatility in ppm, time in seconds.

    Names that end in `_at_the_money` are the largest value the Greek takes near the money, the scale of its errors.
    `decimals` cuts the time in years, for who cannot hold more.
    """

    def __init__(self, f, k, vol_ppm, seconds, decimals=None):
        f, k = mpf(f), mpf(k)
        self.years = mpf(seconds) / YEAR_SECONDS
        if decimals:
            self.years = mpf(seconds * 10**decimals // YEAR_SECONDS) / 10**decimals
        self.sigma = mpf(vol_ppm) / 10**6
        self.v = self.sigma * sqrt(self.years)
        if self.v == 0:
            self.at_expiry(f, k)
        else:
            self.before_expiry(f, k)
        self.put = self.call - f + k
        self.call_rho, self.put_rho = -self.years * self.call, -self.years * self.put

    def at_expiry(self, f, k):
        self.call = max(f - k, mpf(0))
        self.delta = mpf(1) if f > k else mpf(0) if f < k else mpf(1) / 2
        self.gamma = self.vega = self.theta_per_day = self.vanna = self.volga = mpf(0)
        self.gamma_at_the_money = self.vega_at_the_money = self.theta_at_the_money = mpf(0)

    def before_expiry(self, f, k):
        v, root, days = self.v, sqrt(self.years), self.years * 365
        d1 = log(f / k) / v + v / 2
        d2 = d1 - v
        n = density(d1)
        self.delta = upper_tail(-d1)
        # The side out of the money, which does not cancel, and intrinsic value.
        if f >= k:
            self.call = k * upper_tail(d2) - f * upper_tail(d1) + f - k
        else:
            self.call = f * self.delta - k * upper_tail(-d2)
        self.gamma = n / v  # times the forward
        self.vega = f * n * root
        self.theta_per_day = -f * n * v / (2 * days)
        self.vanna = -n * d2 / self.sigma
        self.volga = self.vega * d1 * d2 / self.sigma
        self.gamma_at_the_money = 1 / (ROOT_2_PI * v)
        self.vega_at_the_money = f * root / ROOT_2_PI
        self.theta_at_the_money = f * v / (2 * days * ROOT_2_PI)
