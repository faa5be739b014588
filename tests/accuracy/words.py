"""Words as numbers, and the domains of the arguments."""

from mpmath import mpf

OK = 0
MAX_PRICE = 1 << 50
MAX_TENOR_SECONDS = 5 * 31_536_000
VOLS_PPM = range(10_000, 10_000_001)
TAIL = 9 << 57


def signed(word):
    return word - (1 << 64) if word >> 63 else word


def q(word, places):
    return mpf(word) / (1 << places)


def answered(words, answer, is_inside):
    """Whether there is an answer to check; a wrong refusal or a missing one is an error."""
    if (answer[0] == OK) != is_inside:
        raise AssertionError(f"{words}: status {answer[0]}, inside the domain: {is_inside}")
    return is_inside


def inside(words):
    f, k, vol, seconds = words[:4]
    return 1 <= f <= MAX_PRICE and 1 <= k <= MAX_PRICE and vol in VOLS_PPM and seconds <= MAX_TENOR_SECONDS
