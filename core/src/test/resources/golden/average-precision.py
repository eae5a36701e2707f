"""Writes average-precision.json: average precision and best F1 of one class, in exact fractions.

Run with any Python: python3 average-precision.py > average-precision.json
The definition is that of scikit-learn's average_precision_score, AP = sum over the distinct scores
from the largest down of (R[n] - R[n-1]) * P[n]; every precision and recall is counted anew. Scores
are multiples of 1/64, so that floats have them exactly and many are equal.
"""

import json
import random
from fractions import Fraction

random.seed(20261130)


def named(scores, least):
    return [score >= least for score in scores]


def precision(truth, answer):
    right = sum(t and a for t, a in zip(truth, answer))
    return Fraction(right, sum(answer))


def recall(truth, answer):
    right = sum(t and a for t, a in zip(truth, answer))
    return Fraction(right, sum(truth))


def average_precision(truth, scores):
    area, before = Fraction(0), Fraction(0)
    for least in sorted(set(scores), reverse=True):
        answer = named(scores, least)
        area += (recall(truth, answer) - before) * precision(truth, answer)
        before = recall(truth, answer)
    return area


def best_f1(truth, scores):
    best = Fraction(0)
    for least in set(scores):
        p, r = precision(truth, named(scores, least)), recall(truth, named(scores, least))
        best = max(best, 2 * p * r / (p + r) if p + r else Fraction(0))
    return best


cases = []
for count, share, steps in ((1, 1, 4), (2, 0.5, 4), (5, 0.4, 8), (40, 0.1, 16), (200, 0.3, 64), (500, 0.5, 64)):
    truth = [random.random() < share for _ in range(count)]
    truth[0] = True
    scores = [
        min(steps, max(0, round(steps * random.gauss(0.6 if t else 0.4, 0.2)))) / steps for t in truth
    ]
    cases.append(
        {
            "truth": [int(t) for t in truth],
            "scores": scores,
            "averagePrecision": float(average_precision(truth, scores)),
            "bestF1": float(best_f1(truth, scores)),
        }
    )
print(json.dumps({"cases": cases}))
