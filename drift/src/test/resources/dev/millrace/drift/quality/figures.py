#!/usr/bin/env python3
"""Makes figures.json beside it: what scipy 1.17 says of labelled predictions. Run by hand; the build only reads the values."""

import json
import os

import numpy as np
from scipy import optimize, special, stats

random = np.random.default_rng(20261123)


def cases():
    def drawn(rows, share, sharpness, ties=False):
        positive = random.random(rows) < share
        score = special.expit(sharpness * random.normal(np.where(positive, 1, -1), 1))
        return (np.round(score, 1) if ties else score), positive

    yield "usual", *drawn(400, 0.4, 2)
    yield "ties", *drawn(300, 0.3, 1, True)
    yield "rare", *drawn(500, 0.12, 1.5)
    yield "told apart", np.r_[np.linspace(0.01, 0.3, 60), np.linspace(0.7, 0.99, 60)], np.r_[np.zeros(60), np.ones(60)] > 0
    yield "one label", random.random(50) * 0.4, np.zeros(50) > 0
    yield "one score", np.full(40, 0.5), np.arange(40) % 2 > 0
    yield "few", np.array([0.1, 0.3, 0.4, 0.6, 0.6, 0.8, 0.9]), np.array([0, 0, 1, 0, 1, 1, 1]) > 0
    yield "one row", np.array([0.8]), np.array([1]) > 0


def wilson(hits, of):
    if of == 0:
        return None
    interval = stats.binomtest(int(hits), int(of)).proportion_ci(method="wilson")
    return [hits / of, interval.low, interval.high]


def not_ruled_out(figure, variance):
    """Ends of the interval of those that lie within 1.96 of their own standard errors."""
    z = stats.norm.ppf(0.975)

    def off(p):
        return (figure - p) ** 2 - z**2 * variance(p)

    low = 0 if figure == 0 else optimize.brentq(off, 0, figure - 1e-9, xtol=1e-14)
    high = 1 if figure == 1 else optimize.brentq(off, figure + 1e-9, 1, xtol=1e-14)
    return [figure, low, high]


def auc(score, positive):
    """R. G. Newcombe's method 5 (2006)."""
    x, y = score[positive], score[~positive]
    if not len(x) or not len(y):
        return None
    area = stats.mannwhitneyu(x, y).statistic / len(x) / len(y)
    rows = (len(x) + len(y)) / 2

    def variance(t):
        twice_above, twice_below = t / (2 - t), 2 * t**2 / (1 + t)
        return (t * (1 - t) + (rows - 1) * (twice_above - t**2) + (rows - 1) * (twice_below - t**2)) / len(x) / len(y)

    return not_ruled_out(area, variance)


def brier(score, positive):
    errors = (score - positive) ** 2
    if len(errors) < 100:
        return not_ruled_out(errors.mean(), lambda p: p * (1 - p) / len(errors))
    half = stats.norm.ppf(0.975) * stats.sem(errors)
    return [errors.mean(), max(0, errors.mean() - half), min(1, errors.mean() + half)]


def calibration_error(score, positive):
    """Rows of one score go to the bin of their middle rank. The half-normal distribution's moments are scipy's."""
    bins = (10 * (2 * stats.rankdata(score) - 1)).astype(int) // (2 * len(score))
    z = stats.norm.ppf(0.975)
    off, deviation = [], []
    for one in np.unique(bins):
        hits = positive[bins == one].sum()
        rows = (bins == one).sum()
        share = (hits + z**2 / 2) / (rows + z**2)
        off.append(abs(score[bins == one].sum() - hits))
        deviation.append(stats.binom.std(rows, share))
    error, deviation = sum(off), np.array(deviation)
    chance = stats.halfnorm.mean(scale=deviation).sum() + z * np.sqrt(stats.halfnorm.var(scale=deviation).sum())
    high = error + z * np.sqrt((deviation**2).sum())
    return [error / len(score), max(0, error - chance) / len(score), min(1, high / len(score))]


def calibration(score, positive):
    if min(positive.sum(), (~positive).sum()) < 50:
        return None
    s = np.clip(score, 1e-6, 1 - 1e-6)
    terms = np.c_[np.ones_like(s), np.log(s), -np.log1p(-s)]
    start = np.array([0.0, 1.0, 1.0])

    def loss(w):
        x = terms @ w
        return np.sum(np.logaddexp(0, x) - positive * x) + 0.5e-3 * np.sum((w - start) ** 2)

    found = optimize.minimize(loss, start, method="Nelder-Mead", options={"xatol": 1e-10, "fatol": 1e-12, "maxiter": 20000, "maxfev": 20000})
    return [[q, special.expit(np.array([1, np.log(q), -np.log1p(-q)]) @ found.x)] for q in (0.02, 0.2, 0.5, 0.8, 0.98)]


golden = []
for name, score, positive in cases():
    predicted = score >= 0.5
    both = int((predicted & positive).sum())
    called, positives = int(predicted.sum()), int(positive.sum())
    share = wilson(both, called + positives - both)
    golden.append({
        "name": name,
        "scores": [float(x) for x in score],
        "positive": [bool(x) for x in positive],
        "accuracy": wilson(int((predicted == positive).sum()), len(score)),
        "precision": wilson(both, called),
        "recall": wilson(both, positives),
        "f1": share and [2 * x / (1 + x) for x in share],
        "rocAuc": auc(score, positive),
        "brier": brier(score, positive),
        "calibrationError": calibration_error(score, positive),
        "calibration": calibration(score, positive),
    })

with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "figures.json"), "w") as file:
    json.dump(golden, file, default=float)
    file.write("\n")
