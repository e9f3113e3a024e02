#!/usr/bin/env python3
"""Makes golden.json beside it: what scipy 1.17 says of pairs of samples. Run by hand; the build only reads the values."""

import json
import os

import numpy as np
from scipy import stats
from scipy.spatial import distance

random = np.random.default_rng(20261123)


def samples():
    normal = lambda n, mean=0.0, sd=1.0: random.normal(mean, sd, n)
    yield "normal", normal(80), normal(60)
    yield "shifted", normal(150), normal(90, 0.4)
    yield "wider", normal(200), normal(100, 0, 1.6)
    yield "far apart", normal(300), normal(120, 4)
    yield "log-normal", np.exp(normal(120)), np.exp(normal(75, 0.2))
    yield "ties", random.poisson(2, 140).astype(float), random.poisson(2.6, 90).astype(float)
    yield "heavy ties", random.integers(0, 2, 100).astype(float), random.integers(0, 2, 50).astype(float)
    yield "one value", np.full(30, 7.0), np.full(20, 7.0)
    yield "two constants", np.full(30, 7.0), np.full(20, 8.0)
    yield "single rows", np.array([1.0]), np.array([2.0])
    yield "infinities", np.append(normal(40), [np.inf, np.inf, -np.inf]), np.append(normal(30), [np.inf, -np.inf, -np.inf])
    yield "NaN", np.append(normal(50), [np.nan] * 7), np.append(normal(40, 0.5), [np.nan] * 3)
    yield "many rows", normal(2000), normal(1000, 0.1)


def numeric(name, reference, current):
    case = {"name": name, "reference": text(reference), "current": text(current)}
    x, y = reference[~np.isnan(reference)], current[~np.isnan(current)]
    ks = stats.ks_2samp(x, y, method="exact")
    u = stats.mannwhitneyu(y, x, method="asymptotic", use_continuity=True)
    case["ks"] = [ks.statistic, ks.pvalue]
    constant = len(set(x) | set(y)) == 1
    case["mannWhitney"] = [u.statistic, 1.0 if constant else u.pvalue]
    if not constant and len(x) + len(y) > 3:
        both = stats.rankdata(np.concatenate([x, y]), method="dense").astype(float)
        mood = stats.mood(both[len(x):], both[: len(x)])
        case["mood"] = [mood.statistic, mood.pvalue]
    if np.isfinite(x).all() and np.isfinite(y).all():
        case["wasserstein"] = stats.wasserstein_distance(x, y)
    return case


def text(values):
    return [repr(float(v)) for v in values]


def histograms():
    yield "alike", [500, 300, 200], [52, 29, 19]
    yield "shifted", [500, 300, 200], [30, 30, 40]
    yield "unseen", [500, 500, 0], [40, 40, 20]
    yield "vanished", [400, 400, 200], [50, 50, 0]
    yield "rare", [900, 95, 4, 1], [80, 15, 3, 2]
    yield "nothing in common", [100, 0], [0, 50]
    yield "in neither", [100, 0, 100], [60, 0, 40]
    yield "ten", list(range(100, 200, 10)), list(range(30, 10, -2))
    yield "one row each", [1, 0], [0, 1]


def histogram(name, reference, current):
    q, p = np.array(reference, float), np.array(current, float)
    table = np.array([reference, current])
    table = table[:, table.sum(0) > 0]
    chi = stats.chi2_contingency(table, correction=False)
    g = stats.chi2_contingency(table, correction=False, lambda_="log-likelihood")
    k = len(reference)
    smooth_q, smooth_p = (q + 0.5) / (q.sum() + 0.5 * k), (p + 0.5) / (p.sum() + 0.5 * k)
    psi = float(((smooth_p - smooth_q) * np.log(smooth_p / smooth_q)).sum())
    return {
        "name": name,
        "reference": reference,
        "current": current,
        "chiSquare": [chi.statistic, chi.pvalue],
        "g": [g.statistic, g.pvalue],
        "jensenShannon": distance.jensenshannon(p, q),
        "hellinger": float(np.sqrt(((np.sqrt(p / p.sum()) - np.sqrt(q / q.sum())) ** 2).sum() / 2)),
        "stability": [psi, stats.chi2.sf(psi / (1 / q.sum() + 1 / p.sum()), k - 1)],
    }


result = {
    "numeric": [numeric(*case) for case in samples()],
    "histograms": [histogram(*case) for case in histograms()],
}
with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "golden.json"), "w") as file:
    json.dump(result, file, default=float)
    file.write("\n")
