#!/usr/bin/env python3
"""Makes golden.json beside it: what numpy and scipy 1.17 say of vectors. Run by hand; the build only reads the values."""

import json
import os

import numpy as np
from scipy import linalg, stats

random = np.random.default_rng(20261123)


def samples():
    mix = random.normal(0, 1, (6, 6))
    normal = lambda n, size: random.normal(0, 1, (n, size))
    yield "shifted", normal(60, 4), normal(40, 4) + np.array([0.5, 0, 0, -0.5])
    yield "wider", normal(80, 3), 1.7 * normal(50, 3)
    yield "correlated", normal(90, 6) @ mix, normal(70, 6)
    yield "turned", normal(200, 6) @ mix, normal(150, 6) @ mix.T + 0.3
    yield "one dimension", normal(30, 1), 2 * normal(25, 1) + 1


def frechet(name, first, second):
    # As Java reads them: rounded to single precision first.
    first, second = first.astype(np.float32).astype(float), second.astype(np.float32).astype(float)
    one, other = np.atleast_2d(np.cov(first.T)), np.atleast_2d(np.cov(second.T))
    apart = ((first.mean(0) - second.mean(0)) ** 2).sum()
    distance = apart + np.trace(one + other - 2 * linalg.sqrtm(one @ other).real)
    return {"name": name, "first": first.tolist(), "second": second.tolist(), "distance": float(distance)}


def matrices():
    for size in (2, 3, 10, 40):
        half = random.normal(0, 1, (size, size))
        yield f"of size {size}", half + half.T
    rows = random.normal(0, 1, (12, 30))
    yield "of rank 12", rows.T @ rows
    yield "diagonal", np.diag([3.0, 1.0, 2.0, 2.0])
    yield "nothing", np.zeros((5, 5))


def eigenvalues(name, matrix):
    return {"name": name, "matrix": matrix.tolist(), "eigenvalues": sorted(linalg.eigvalsh(matrix).tolist())}


def tails():
    for value in (8, 20, 50, 120):
        yield f"five alike, {value}", [1.0] * 5, value, stats.chi2.sf(value, 5)
    for value in (6, 15, 40):
        yield f"one, {value}", [1.0], value, stats.chi2.sf(value, 1)
    # Each twice: a sum of exponentials, whose law is known.
    means = np.array([2.0, 1.2, 0.7, 0.5, 0.3, 0.2, 0.1])
    for value in (10, 20, 40, 80):
        others = [np.prod([m / (m - other) for other in means if other != m]) for m in means]
        exact = sum(f * np.exp(-value / m) for f, m in zip(others, means))
        yield f"falling, {value}", [m / 2 for m in means for _ in range(2)], value, exact


result = {
    "frechet": [frechet(*case) for case in samples()],
    "eigenvalues": [eigenvalues(*case) for case in matrices()],
    "tails": [{"name": n, "weights": list(w), "value": v, "survival": float(p)} for n, w, v, p in tails()],
}
with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "golden.json"), "w") as file:
    json.dump(result, file, default=float)
    file.write("\n")
