#!/usr/bin/env python3
"""Time of one sweep of block coordinate descent on the three-splitting, Clarke against PyTorch.

Both run in one go, on the same data and start, interleaved, after their states have been compared. The
PyTorch side is written from the formulas of Zeng, Lau, Lin, Yao (arXiv 1803.00225, Algorithm 2) with the
bias step of the authors' code (b from the W before its step); `--solver inverse` forms inverses as that
code does, `--solver cholesky` factors. Needs python3-torch and python3-numpy (Debian's), gcc, and a
build in build/release.

  bench/peers/bcd_three.py --case c --precision double --threads 1
  bench/peers/bcd_three.py --all            # every row, on an idle machine

Prints a row of a Markdown table: medians, their ratio with the smallest and largest ratio of a pair, and
the share of the gemm rate, measured in the same run, that Clarke's floating-point operations reach.
"""
import argparse
import os
import subprocess
import sys
import tempfile
import time

CASES = {
    "a": ([784, 1500, 1500, 1500, 10], 10000, 5.0),
    "b": ([784] + [600] * 9 + [10], 10000, 1.0),
    "c": ([20, 16, 16, 3], 200, 1.0),
}
# Blocks agree to this, relative to the block's norm. In double: both backward stable, conditions
# (alpha + rho |V|^2)/alpha below 1e6, so 1e6 * 2^-53 * (a few) stays below 1e-9. In single the same
# product is 0.1 and more: only the outputs of the first steps are comparable, and the bound is loose.
TOLERANCE = {"double": 1e-9, "single": 5e-2}


def relu_prox(torch, v, b, c):
    """argmin of (relu(u) - v)^2 + c (u - b)^2, entry by entry."""
    right = torch.clamp((v + c * b) / (1 + c), min=0)
    left = torch.clamp(b, max=0)
    f_right = (right - v) ** 2 + c * (right - b) ** 2
    f_left = v**2 + c * (left - b) ** 2
    return torch.where(f_right < f_left, right, left)


def apply_inverse(torch, solver, matrix, right):
    if solver == "inverse":
        return torch.inverse(matrix) @ right
    return torch.cholesky_solve(right, torch.linalg.cholesky(matrix))


def weights(torch, solver, s, i, alpha):
    """W_i and b_i, both from the old pair; gamma = rho = 1."""
    w, b, u = s["W"][i], s["b"][i], s["U"][i]
    v = s["V"][i - 1] if i > 1 else s["X"]
    eye = torch.eye(v.shape[0], dtype=v.dtype)
    new_b = (alpha * b + (u - w @ v).sum(dim=1, keepdim=True)) / (v.shape[1] + alpha)
    right = alpha * w + (u - b) @ v.T
    s["W"][i] = apply_inverse(torch, solver, v @ v.T + alpha * eye, right.T).T
    s["b"][i] = new_b


def sweep(torch, solver, s, depth, alpha):
    v_in = s["V"][depth - 1] if depth > 1 else s["X"]
    s["V"][depth] = (s["Y"] + s["U"][depth] + alpha * s["V"][depth]) / (2 + alpha)
    s["U"][depth] = (s["V"][depth] + s["W"][depth] @ v_in + s["b"][depth]) / 2
    weights(torch, solver, s, depth, alpha)
    for i in range(depth - 1, 0, -1):
        w, b = s["W"][i + 1], s["b"][i + 1]
        eye = torch.eye(w.shape[1], dtype=w.dtype)
        right = torch.relu(s["U"][i]) + w.T @ (s["U"][i + 1] - b)
        s["V"][i] = apply_inverse(torch, solver, w.T @ w + eye, right)
        v_in = s["V"][i - 1] if i > 1 else s["X"]
        z = s["W"][i] @ v_in + s["b"][i]
        s["U"][i] = relu_prox(torch, s["V"][i], (z + alpha * s["U"][i]) / (1 + alpha), 1 + alpha)
        weights(torch, solver, s, i, alpha)


def start(numpy, torch, widths, samples, folder, dtype):
    rng = numpy.random.default_rng(1)
    depth = len(widths) - 1
    x = rng.random((widths[0], samples))
    y = numpy.eye(widths[-1])[:, rng.integers(0, widths[-1], samples)]
    s = {"X": x, "Y": y, "W": [None], "b": [None], "V": [None], "U": [None]}
    for i in range(1, depth + 1):
        s["W"].append(rng.standard_normal((widths[i], widths[i - 1])) * (2 / widths[i - 1]) ** 0.5)
    for name, m in [("X", x), ("Y", y)] + [(f"W{i}", s["W"][i]) for i in range(1, depth + 1)]:
        m.T.astype("float64").tofile(os.path.join(folder, name + ".bin"))
    to = lambda m: torch.tensor(m, dtype=dtype)
    s["X"], s["Y"] = to(x), to(y)
    v = s["X"]
    for i in range(1, depth + 1):
        s["W"][i] = to(s["W"][i])
        s["b"].append(torch.full((widths[i], 1), 0.1, dtype=dtype))
        s["U"].append(s["W"][i] @ v + s["b"][i])
        v = torch.relu(s["U"][i]) if i < depth else s["U"][i].clone()
        s["V"].append(v)
    return s, depth


def build(root, folder):
    binary = os.path.join(folder, "bcd_sweep")
    lib = os.path.join(root, "build/release/lib")
    subprocess.run(
        ["gcc", "-std=c17", "-O2", "-D_XOPEN_SOURCE=700", "-I" + root,
         os.path.join(root, "bench/peers/bcd_sweep.c"), "-o", binary, "-L" + lib,
         "-Wl,-rpath," + lib, "-lclarke", "-lopenblas", "-lm"],
        check=True)
    return binary


def clarke(binary, folder, o, warm, repetitions, widths, samples, alpha):
    out = subprocess.run(
        [binary, folder, o.precision, str(o.threads), str(warm), str(repetitions), str(alpha),
         str(samples)] + [str(w) for w in widths],
        check=True, capture_output=True, text=True).stdout
    return [tuple(float(t) for t in line.split()) for line in out.splitlines()]


def compare(numpy, s, depth, folder, tolerance):
    worst = 0.0
    for i in range(1, depth + 1):
        for name in "WbVU":
            theirs = s[name][i].double().numpy()
            ours = numpy.fromfile(os.path.join(folder, f"clarke-{name}{i}.bin"))
            ours = ours.reshape(theirs.shape[1], theirs.shape[0]).T
            norm = max(numpy.linalg.norm(theirs), 1e-300)
            worst = max(worst, numpy.linalg.norm(ours - theirs) / norm)
    if not worst <= tolerance:
        sys.exit(f"the states differ by {worst:.3g} of a block's norm; at most {tolerance:g} is right")
    return worst


def gemm_rate(torch, dtype, which):
    n = 1000
    a, b = torch.rand(n, n, dtype=dtype), torch.rand(n, n, dtype=dtype)
    best = min(timed(lambda: a @ b)[which] for _ in range(7))
    return 2 * n**3 / best


def timed(call):
    wall, cpu = time.perf_counter(), time.process_time()
    call()
    return time.perf_counter() - wall, time.process_time() - cpu


def median(values):
    values = sorted(values)
    return 0.5 * (values[(len(values) - 1) // 2] + values[len(values) // 2])


def options():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    p.add_argument("--case", choices=sorted(CASES), default="c")
    p.add_argument("--samples", type=int, default=0, help="0: those of the case")
    p.add_argument("--precision", choices=["double", "single"], default="double")
    p.add_argument("--threads", type=int, default=1)
    p.add_argument("--rounds", type=int, default=5, help="pairs of measurements")
    p.add_argument("--solver", choices=["inverse", "cholesky"], default="inverse")
    p.add_argument("--clock", choices=["wall", "cpu"], default="wall",
                   help="cpu: processor time, for one thread on a busy machine")
    p.add_argument("--all", action="store_true",
                   help="every case, precision and 1 and 2 threads, a process each, as one table")
    return p.parse_args()


def everything(o):
    """One row after the other, each in a process of its own: the threads of BLAS are set once in one."""
    print("| case | widths | samples | precision | threads | solver | clock | Clarke | PyTorch | "
          "ratio (pairs) | share of gemm | states apart |")
    print("|---|---|---|---|---|---|---|---|---|---|---|---|", flush=True)
    for case in sorted(CASES):
        for precision in ["double", "single"]:
            for threads in [1, 2]:
                command = [sys.executable, os.path.abspath(__file__), "--case", case,
                           "--precision", precision, "--threads", str(threads),
                           "--rounds", str(o.rounds), "--solver", o.solver, "--clock", o.clock,
                           "--samples", str(o.samples)]
                done = subprocess.run(command, capture_output=True, text=True)
                print(done.stdout.strip() if done.returncode == 0 else
                      f"| {case} | | | {precision} | {threads} | {done.stderr.strip()} |", flush=True)


def main():
    o = options()
    if o.all:
        everything(o)
        return
    os.environ["OPENBLAS_NUM_THREADS"] = os.environ["OMP_NUM_THREADS"] = str(o.threads)
    import numpy
    import torch
    torch.set_num_threads(o.threads)
    widths, samples, alpha = CASES[o.case]
    samples = o.samples or samples
    dtype = torch.float64 if o.precision == "double" else torch.float32
    which = 0 if o.clock == "wall" else 1
    root = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
    inner = 200 if o.case == "c" else 1
    with tempfile.TemporaryDirectory() as folder:
        s, depth = start(numpy, torch, widths, samples, folder, dtype)
        binary = build(root, folder)
        clarke(binary, folder, o, 1, 0, widths, samples, alpha)
        sweep(torch, o.solver, s, depth, alpha)
        worst = compare(numpy, s, depth, folder, TOLERANCE[o.precision])
        ours, theirs, flops = [], [], 0.0
        for _ in range(o.rounds):
            rows = clarke(binary, folder, o, 1, inner, widths, samples, alpha)
            ours.append(sum(r[which] for r in rows) / len(rows))
            flops = rows[0][2]
            one = timed(lambda: [sweep(torch, o.solver, s, depth, alpha) for _ in range(inner)])
            theirs.append(one[which] / inner)
        rate = gemm_rate(torch, dtype, which)
    ratios = [b / a for a, b in zip(ours, theirs)]
    print(f"| {o.case} | {'-'.join(map(str, widths))} | {samples} | {o.precision} | {o.threads} | "
          f"{o.solver} | {o.clock} | {median(ours):.4g} s | {median(theirs):.4g} s | "
          f"{median(theirs) / median(ours):.2f} ({min(ratios):.2f} to {max(ratios):.2f}) | "
          f"{100 * flops / median(ours) / rate:.0f} % | {worst:.1e} |")


if __name__ == "__main__":
    main()
