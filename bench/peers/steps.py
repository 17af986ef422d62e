#!/usr/bin/python3
"""Optimizer steps and ring mixing: Clarke's loops against PyTorch's optimizers and numpy, in one run.

  bench/peers/steps.py [--clock wall|cpu] [--rounds N] [NAME...]

Names: sgd, heavy_ball, adam, adagrad, adadelta, mix; all by default. Needs Debian's python3-torch and
python3-numpy, gcc, and a build in build/release. Both sides are float64, have the same arrays and one
thread; five steps on both sides must agree to 1e-13 of an array's norm (each entry is some thirty rounded
operations, 30 * 5 * 2^-53 = 2e-14) before any time is taken. Then both are timed in turn, so that what
drifts hits both, each after one step that is not timed: the other process had the processor before.
PyTorch's row is the faster of foreach=False and foreach=True, numpy's the faster of a dense product and
np.roll. Prints rows of a Markdown table: medians, and their ratio with an interval between two order
statistics of the ratios of pairs that holds the true median with 95 % confidence.
"""
import argparse
import os
import subprocess
import sys
import tempfile
import time

TOLERANCE, WARM = 1e-13, 5
# A power of two: PyTorch 1.13 rounds Adagrad's to single precision where foreach is true.
RATE = 2.0**-10
NUMBERS = {"sgd": [RATE], "heavy_ball": [RATE, 0.1], "adam": [RATE, 0.9, 0.999, 1e-8],
           "adagrad": [RATE, 1e-10], "adadelta": [1.0, 0.9, 1e-6], "mix": [1]}
# The arrays in the order of the C side, and their names in PyTorch's state.
ARRAYS = {"sgd": ["g", "x"], "heavy_ball": ["g", "momentum_buffer", "x"],
          "adam": ["g", "exp_avg", "exp_avg_sq", "x"], "adagrad": ["g", "sum", "x"],
          "adadelta": ["g", "square_avg", "acc_delta", "x"]}


def optimizer(torch, name, x, foreach):
    o = torch.optim
    if name == "sgd":
        return o.SGD([x], lr=RATE, foreach=foreach)
    if name == "heavy_ball":
        # Clarke's m is (1 - momentum) times PyTorch's, whose step is lr * buffer: the same x.
        return o.SGD([x], lr=RATE * 0.1, momentum=0.9, foreach=foreach)
    if name == "adam":
        return o.Adam([x], lr=RATE, betas=(0.9, 0.999), eps=1e-8, foreach=foreach)
    if name == "adagrad":
        return o.Adagrad([x], lr=RATE, eps=1e-10, foreach=foreach)
    return o.Adadelta([x], lr=1.0, rho=0.9, eps=1e-6, foreach=foreach)


class Peer:
    """One way of doing it: step() does it once, state() has what is compared."""

    def __init__(self, step, state):
        self.step, self.state = step, state


def torch_peers(name, start):
    import torch
    torch.set_num_threads(1)
    peers = []
    for foreach in (False, True):
        x = torch.tensor(start["x"].copy(), requires_grad=True)
        x.grad = torch.tensor(start["g"].copy())
        o = optimizer(torch, name, x, foreach)
        peers.append(Peer(o.step, lambda x=x: x.detach().numpy()))
    return peers


def numpy_peers(start):
    import numpy
    rows = start["x"].shape[0]
    dense = sum(numpy.roll(numpy.eye(rows), k, axis=0) for k in (-1, 0, 1)) / 3.0
    peers = []
    for roll in (False, True):
        box = [start["x"].copy()]

        def step(box=box, roll=roll):
            x = box[0]
            if roll:
                box[0] = (numpy.roll(x, 1, axis=0) + x + numpy.roll(x, -1, axis=0)) / 3.0
            else:
                box[0] = dense @ x

        peers.append(Peer(step, lambda box=box: box[0]))
    return peers


def build(root, folder):
    binary = os.path.join(folder, "steps")
    lib = os.path.join(root, "build/release/lib")
    subprocess.run(["gcc", "-std=c17", "-O2", "-D_XOPEN_SOURCE=700", "-I" + root,
                    os.path.join(root, "bench/peers/steps.c"), "-o", binary, "-L" + lib,
                    "-Wl,-rpath," + lib, "-lclarke", "-lopenblas", "-lm"], check=True)
    return binary


class Ours:
    def __init__(self, binary, folder, name, n, rows, calls):
        self.process = subprocess.Popen(
            [binary, folder, name, str(n), str(rows), str(calls), str(WARM)] +
            [repr(v) for v in NUMBERS[name]],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        if self.process.stdout.readline() != "ready\n":
            sys.exit("%s: Clarke's side did not start" % name)

    def time(self):
        self.process.stdin.write("\n")
        self.process.stdin.flush()
        return [float(t) for t in self.process.stdout.readline().split()]

    def close(self):
        self.process.stdin.close()
        self.process.wait()


def timed(peer, calls):
    peer.step()
    wall, cpu = time.perf_counter(), time.process_time()
    for _ in range(calls):
        peer.step()
    return (time.perf_counter() - wall) / calls, (time.process_time() - cpu) / calls


def interval(values):
    """(median, low, high), the order statistics that hold the median with 95 % (from six values on)."""
    from math import comb
    values, n, i = sorted(values), len(values), 1
    while 2 * (i + 1) <= n and 2 * sum(comb(n, k) for k in range(i + 1)) / 2**n <= 0.05:
        i += 1
    return 0.5 * (values[(n - 1) // 2] + values[n // 2]), values[i - 1], values[n - i]


def case(numpy, binary, o, name, n, rows):
    rng = numpy.random.default_rng(1)
    start = {"x": rng.standard_normal((rows, n) if name == "mix" else n)}
    start["g"] = rng.standard_normal(n) if name != "mix" else None
    names = ARRAYS.get(name, ["x", "y"])
    calls = max(1, int(4e6 / (n * rows)))
    which = 0 if o.clock == "wall" else 1
    with tempfile.TemporaryDirectory() as folder:
        for i, key in enumerate(names):
            value = start.get(key)
            value = numpy.zeros_like(start["x"]) if value is None else value
            value.tofile(os.path.join(folder, "abcd"[i] + ".bin"))
        ours = Ours(binary, folder, name, n, rows, calls)
        peers = numpy_peers(start) if name == "mix" else torch_peers(name, start)
        result = numpy.fromfile(os.path.join(folder, "clarke-%s.bin" % "abcd"[names.index("x")]))
    worst = 0.0
    for peer in peers:
        for _ in range(WARM):
            peer.step()
        theirs = peer.state().ravel()
        worst = max(worst, numpy.linalg.norm(result - theirs) / numpy.linalg.norm(theirs))
    if not worst <= TOLERANCE:
        sys.exit("%s: the two differ by %.3g of the norm; at most %g is right: no times are compared"
                 % (name, worst, TOLERANCE))
    times = [[] for _ in peers]
    mine = []
    for _ in range(o.rounds):
        mine.append(ours.time()[which])
        for at, peer in enumerate(peers):
            times[at].append(timed(peer, calls)[which])
    ours.close()
    best = min(times, key=lambda t: interval(t)[0])
    ratio = interval([b / a for a, b in zip(mine, best)])
    print("| %s | %s | %.4g ms | %.4g ms | %.2f (%.2f to %.2f) | %.1e |"
          % (name, n if rows == 1 else "%d x %d" % (rows, n), 1e3 * interval(mine)[0],
             1e3 * interval(best)[0], *ratio, worst), flush=True)
    return ratio[0]


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    p.add_argument("name", nargs="*", default=[])
    p.add_argument("--clock", choices=["wall", "cpu"], default="wall")
    p.add_argument("--rounds", type=int, default=15)
    o = p.parse_args()
    os.environ["OPENBLAS_NUM_THREADS"] = os.environ["OMP_NUM_THREADS"] = "1"
    import numpy
    for name in o.name:
        if name not in NUMBERS:
            sys.exit("'%s' is none of %s" % (name, ", ".join(NUMBERS)))
    root = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
    print("| what | numbers | Clarke | peer | ratio | results apart |\n|---|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as folder:
        binary = build(root, folder)
        slowest = min(case(numpy, binary, o, name, n, rows)
                      for name in (o.name or NUMBERS)
                      for n, rows in (([(100000, 16)] if name == "mix"
                                       else [(10**6, 1), (10**7, 1)])))
    sys.exit(0 if slowest >= 1.0 else 1)


if __name__ == "__main__":
    main()
