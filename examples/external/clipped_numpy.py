#!/usr/bin/env python3
"""Clipped momentum with numpy, in another process (see core/external.h):

    clarke verify --exec 'python3 clipped_numpy.py' --like clipped_sgd --suite quick --claim th1_l5
"""
import sys

import numpy as np


def ask(line):
    print(line, flush=True)
    return sys.stdin.readline().split()


def text(vector):
    return " ".join(repr(float(v)) for v in vector)


THRESHOLD = 1.0
x = m = np.zeros(0)
for line in sys.stdin:
    word, *rest = line.split()
    if word == "x":
        x = np.array(rest, dtype=float)
        m = np.zeros_like(x)
    elif word == "step":
        eta, theta = float(rest[1]), float(rest[2])
        g = np.array(ask("oracle " + text(x))[1:], dtype=float)
        m = m - theta * (m - g)
        length = np.linalg.norm(m)
        x = x - eta * (m if length <= THRESHOLD else m * (THRESHOLD / length))
        print("momentum " + text(m))
        print("x " + text(x), flush=True)
    elif word == "end":
        break
