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

    `decimals` cuts the time in years, for who cannot hold more.
    """

    def __init__(self, f, k, vol_ppm, seconds, decimals=None):
        f, k = mpf(f), mpf(k)
        intrinsic = max(f - k, mpf(0))
        if seconds == 0:
            self.v = mpf(0)
            self.call, self.gamma, self.vega, self.theta_per_day = intrinsic, mpf(0), mpf(0), mpf(0)
            self.delta = mpf(1) if f > k else mpf(0) if f < k else mpf(1) / 2
            self.vega_at_the_money = self.theta_at_the_money = mpf(0)
            self.gamma_at_the_money = mpf(0)
        else:
            years = mpf(seconds) / YEAR_SECONDS
            if decimals:
                years = mpf(seconds * 10**decimals // YEAR_SECONDS) / 10**decimals
            root = sqrt(years)
            v = mpf(vol_ppm) / 10**6 * root
            d1 = log(f / k) / v + v / 2
            d2 = d1 - v
            n = density(d1)
            self.v = v
            self.delta = upper_tail(-d1)
            # The side out of the money, which does not cancel, and intrinsic value.
            if f >= k:
                self.call = k * upper_tail(d2) - f * upper_tail(d1) + f - k
            else:
                self.call = f * self.delta - k * upper_tail(-d2)
            self.gamma = n / v  # times the forward
            self.vega = f * n * root
            days = mpf(seconds) / 86_400
            self.theta_per_day = -f * n * v / (2 * days)
            self.gamma_at_the_money = 1 / (ROOT_2_PI * v)
            self.vega_at_the_money = f * root / ROOT_2_PI
            self.theta_at_the_money = f * v / (2 * days * ROOT_2_PI)
        self.put = self.call - f + k
