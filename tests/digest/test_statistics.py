"""Against published values, and against simple properties."""

from math import comb

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from monitor.digest import statistics


@given(st.integers(1, 400), st.data())
def test_wilson_is_what_scipy_says(of, data):
    hits = data.draw(st.integers(0, of))

    low, high = statistics.wilson(hits, of)

    theirs = stats.binomtest(hits, of).proportion_ci(method="wilson")
    assert (low, high) == pytest.approx((theirs.low, theirs.high), abs=1e-9)


def test_wilson_of_nothing_is_nothing():
    assert statistics.wilson(0, 0) is None


@pytest.mark.parametrize(
    ("now", "before", "differs"),
    [
        ((50, 100), (50, 100), False),
        ((50, 100), (64, 100), True),
        ((50, 100), (62, 100), False),
        ((0, 30), (0, 30), False),
        ((30, 30), (0, 30), True),
        ((1, 2), (0, 0), None),
    ],
)
def test_shares_differ_by_the_pooled_z_test(now, before, differs):
    assert statistics.shares_differ(*now, *before) is differs


@given(st.integers(0, 80), st.integers(0, 80))
def test_counts_differ_as_the_binomial_test_says(one, other):
    both = one + other
    p = stats.binomtest(one, both).pvalue if both else 1.0
    doubled = 2 * sum(comb(both, k) for k in range(min(one, other) + 1)) / 2**both

    assert statistics.counts_differ(one, other) is (doubled < 0.05)
    assert min(doubled, 1.0) == pytest.approx(p)


def test_large_counts_are_tested_too():
    assert statistics.counts_differ(5000, 5300)
    assert not statistics.counts_differ(5000, 5100)


def test_means_differ_by_welch():
    assert statistics.means_differ(4.0, 0.5, 50, 3.5, 0.6, 50) is True
    assert statistics.means_differ(4.0, 0.5, 5, 3.5, 0.6, 5) is False
    assert statistics.means_differ(4.0, 0.5, 1, 3.5, 0.6, 50) is None
    assert statistics.means_differ(4.0, 0.0, 5, 3.5, 0.0, 5) is True


@pytest.mark.parametrize("freedom", [3, 5, 10, 30, 200])
def test_t_point_is_close_to_students(freedom):
    assert statistics.t_point(freedom) == pytest.approx(
        stats.t.ppf(0.975, freedom), rel=0.01
    )


@given(
    st.lists(st.floats(0, 1e6), min_size=1, max_size=40), st.sampled_from((0.5, 0.9))
)
def test_quantile_is_numpys(values, part):
    ordered = sorted(values)

    assert statistics.quantile(ordered, part) == pytest.approx(
        float(np.quantile(ordered, part))
    )


def test_quantile_of_nothing_is_nothing():
    assert statistics.quantile([], 0.5) is None


@pytest.mark.parametrize(
    ("days", "count", "outside"),
    [
        ([10] * 28, 19, False),
        ([10] * 28, 20, True),
        ([10] * 28, 1, False),
        ([100] * 28, 60, True),
        ([0] * 28, 4, False),
        ([0] * 28, 5, True),
        ([0, 20] * 14, 40, False),
    ],
)
def test_day_is_outside_the_usual_only_far_from_the_median(days, count, outside):
    normal = statistics.usual(days)

    assert normal.is_outside(count) is outside


def test_high_is_where_spikes_begin():
    normal = statistics.usual([10] * 28)

    assert not normal.is_outside(int(normal.high))
    assert normal.is_outside(int(normal.high) + 1)


def test_short_history_knows_nothing_usual():
    assert statistics.usual([10] * 13) is None
