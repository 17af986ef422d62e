"""Proximal gradient on sum_j (x_j - z_j)^2 / 2 + min(|x_j|, 1): writes a trace for `clarke check`."""
import numpy as np

z, eta, x = np.array([0.6, -2.6]), 0.3, np.array([-1.5, -1.5])


def f(x):
    return np.sum((x - z) ** 2 / 2 + np.minimum(np.abs(x), 1))


def prox(y):  # of eta min(|.|, 1): shrink, or stay outside, whichever is lower
    shrunk = np.clip(np.sign(y) * np.maximum(np.abs(y) - eta, 0), -1, 1)
    shrunk_cost = (shrunk - y) ** 2 / 2 + eta * np.abs(shrunk)
    return np.where((np.abs(y) > 1) & (eta < shrunk_cost), y, shrunk)


print("k,f,dx,x0,x1")
for k in range(101):
    x_new = prox(x - eta * (x - z))
    print(f"{k},{f(x)!r},{np.linalg.norm(x_new - x)!r},{x[0]!r},{x[1]!r}")
    x = x_new
