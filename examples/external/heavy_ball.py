#!/usr/bin/env python3
"""Stochastic heavy ball in another process: clarke asks over standard input, see core/external.h.

    clarke verify --exec 'python3 heavy_ball.py' --like heavy_ball --suite quick --claim th1_l5
"""
import sys


def ask(line):
    print(line, flush=True)
    return sys.stdin.readline().split()


def text(vector):
    return " ".join(repr(v) for v in vector)


x, m = [], []
for line in sys.stdin:
    word, *rest = line.split()
    if word == "x":
        x = [float(v) for v in rest]
        m = [0.0] * len(x)
    elif word == "step":
        eta, theta = float(rest[1]), float(rest[2])
        g = [float(v) for v in ask("oracle " + text(x))[1:]]
        m = [mj - theta * (mj - gj) for mj, gj in zip(m, g)]
        x = [xj - eta * mj for xj, mj in zip(x, m)]
        print("momentum " + text(m))
        print("x " + text(x), flush=True)
    elif word == "end":
        break
