"""Statistics over lists of integers, exact until the last division."""

import fractions
import math


def percentile(values, percent):
    """Linear interpolation between closest ranks, as PostgreSQL's percentile_cont."""
    ordered = sorted(values)
    rank = fractions.Fraction(percent) / 100 * (len(ordered) - 1)
    low = math.floor(rank)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (rank - low) * (ordered[high] - ordered[low])


def statistic(name, values):
    """A Fraction, an int or a float; None where there is none."""
    if name == "sum":
        return sum(values)
    if not values:
        return None
    if name == "mean":
        return fractions.Fraction(sum(values), len(values))
    if name == "min":
        return min(values)
    if name == "max":
        return max(values)
    if name == "median":
        return percentile(values, 50)
    if name == "stddev":
        if len(values) < 2:
            return None
        mean = fractions.Fraction(sum(values), len(values))
        variance = sum((value - mean) ** 2 for value in values) / (len(values) - 1)
        return math.sqrt(variance)
    return percentile(values, fractions.Fraction(name[1:]))
