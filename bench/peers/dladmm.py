#!/usr/bin/python3
"""dlADMM in PyTorch beside Clarke's, in one run: first the same iterates, then the times.

    bench/peers/dladmm.py [--quick] [PROGRAM]

needs Debian's python3-torch and python3-numpy; --quick leaves out the large network. The peer is
plain PyTorch written from the formulas of Wang, Yu, Chen, Zhao (arXiv 1905.13611): the loops of
algorithms 2 and 3 with one product a trial (the authors' code spends about four), and FISTA for z_L,
which for the comparison of iterates runs to the end and for the times stops like the authors' code,
after 500 steps or when the objective changes by less than 1e-3. Clarke computes z_L exactly.
Both use the BLAS kernels that OpenBLAS takes by itself. The ratio is that of the minima, which other
work on the machine disturbs least.
"""
import gzip
import os
import subprocess
import sys
import tempfile
import time

import numpy
import torch

FASHION = "/usr/share/datasets/fashion-mnist"


class Net:
    """The blocks of one network; samples are columns."""

    def __init__(self, x, y, widths, nu, rho, initial, dtype):
        self.x, self.y = x.to(dtype), y.to(dtype)
        self.nu, self.rho, self.initial, self.dtype = nu, rho, initial, dtype
        self.widths = [x.shape[0]] + widths + [y.shape[0]]
        self.last = len(self.widths) - 2

    def random(self, seed, scale):
        generator = torch.Generator().manual_seed(seed)

        def draw(rows, columns):
            return scale * torch.randn(rows, columns, generator=generator, dtype=torch.float64)

        n = self.x.shape[1]
        self.W, self.b, self.z, self.a = [], [], [], []
        for before, rows in zip(self.widths, self.widths[1:]):
            for block, columns in ((self.W, before), (self.b, 1), (self.z, n), (self.a, n)):
                block.append(draw(rows, columns).to(self.dtype))
        self.u = self.a.pop()

    def flat(self):
        """The iterate in Clarke's order: column-major W1, b1, z1, a1, W2, ..., u."""
        parts = []
        for l in range(self.last + 1):
            for block in (self.W[l], self.b[l], self.z[l], self.u if l == self.last else self.a[l]):
                parts.append(block.t().reshape(-1).double())
        return torch.cat(parts).numpy()

    def before(self, l):
        return self.a[l - 1] if l else self.x

    def error(self, l):
        """E_l = d phi / d (W_l a_{l-1} + b_l)."""
        r = self.z[l] - self.W[l] @ self.before(l) - self.b[l]
        return -self.nu * r if l < self.last else -self.u - self.rho * r

    def weight(self, l):
        return self.nu if l < self.last else self.rho

    def update_W(self, l):
        e, a = self.error(l), self.before(l)
        g = e @ a.t()
        slope, theta = (g * g).sum().item(), self.initial
        for _ in range(200):
            d = g / -theta
            t = d @ a
            rise = ((e * t).sum() + 0.5 * self.weight(l) * (t * t).sum()).item()
            if rise <= -0.5 * slope / theta or slope == 0.0:
                break
            theta *= 2.0
        self.W[l] = self.W[l] + d

    def update_a(self, l):
        e = self.error(l + 1)
        rest = self.a[l] - torch.relu(self.z[l])
        g = self.W[l + 1].t() @ e + self.nu * rest
        slope, tau = (g * g).sum().item(), self.initial
        for _ in range(200):
            d = g / -tau
            t = self.W[l + 1] @ d
            rise = ((e * t).sum() + 0.5 * self.weight(l + 1) * (t * t).sum()
                    + self.nu * ((rest * d).sum() + 0.5 * (d * d).sum())).item()
            if rise <= -0.5 * slope / tau or slope == 0.0:
                break
            tau *= 2.0
        self.a[l] = self.a[l] + d

    def update_b(self, l):
        self.b[l] = self.b[l] - self.error(l).mean(1, keepdim=True) / self.weight(l)

    def update_z(self, l, exact):
        m = self.W[l] @ self.before(l) + self.b[l]
        if l == self.last:
            self.z[l] = self.fista(m, exact)
            return
        a = self.a[l]
        left, right = torch.clamp(m, max=0.0), torch.clamp((m + a) / 2, min=0.0)
        f_left = (left - m) ** 2 + a ** 2
        f_right = (right - m) ** 2 + (a - right) ** 2
        self.z[l] = torch.where(f_right < f_left, right, left)

    def fista(self, m, exact):
        step = 2.0 if exact else 4.0
        z = old = self.z[self.last]
        value, momentum = float("inf"), 1.0
        for _ in range(200000 if exact else 500):
            g = torch.softmax(z, 0) - self.y
            new = (z / step - g - self.u + self.rho * m) / (1.0 / step + self.rho)
            following = (1.0 + (1.0 + 4.0 * momentum * momentum) ** 0.5) / 2.0
            gamma = (1.0 - momentum) / following
            if exact:
                gamma = 0.0  # plain steps: they contract
            z, old, momentum = (1.0 - gamma) * new + gamma * old, new, following
            if exact:
                left = torch.softmax(z, 0) - self.y + self.u + self.rho * (z - m)
                if left.abs().max().item() < (1e-14 if self.dtype == torch.float64 else 1e-6):
                    break
                continue
            r = z - m
            now = (torch.logsumexp(z, 0).sum() - (z * self.y).sum()
                   + (r * (self.u + 0.5 * self.rho * r)).sum()).item()
            if abs(now - value) < 1e-3:
                break
            value = now
        return z

    def iterate(self, exact=False):
        for l in range(self.last, -1, -1):
            if l < self.last:
                self.update_a(l)
            self.update_z(l, exact)
            self.update_b(l)
            self.update_W(l)
        for l in range(self.last + 1):
            self.update_W(l)
            self.update_b(l)
            self.update_z(l, exact)
            if l < self.last:
                self.update_a(l)
        l = self.last
        self.u = self.u + self.rho * (self.z[l] - self.W[l] @ self.before(l) - self.b[l])


def fashion(samples):
    with gzip.open(FASHION + "/train-images-idx3-ubyte.gz") as f:
        images = numpy.frombuffer(f.read()[16:], dtype=numpy.uint8).reshape(-1, 784)[:samples]
    with gzip.open(FASHION + "/train-labels-idx1-ubyte.gz") as f:
        labels = numpy.frombuffer(f.read()[8:], dtype=numpy.uint8)[:samples]
    x = torch.from_numpy(images.astype(numpy.float64).T / 255.0).contiguous()
    return x, torch.nn.functional.one_hot(torch.from_numpy(labels.astype(numpy.int64)), 10).t()


def synthetic(folder, samples, inputs, classes):
    generator = torch.Generator().manual_seed(5)
    x = torch.rand(inputs, samples, generator=generator, dtype=torch.float64)
    teacher = torch.randn(classes, inputs, generator=generator, dtype=torch.float64)
    labels = (teacher @ (x - 0.5)).argmax(0)
    path = os.path.join(folder, "samples.csv")
    rows = torch.cat((x, labels[None].double())).t().numpy()
    numpy.savetxt(path, rows, delimiter=",", fmt="%.17g")
    return path, x, torch.nn.functional.one_hot(labels, classes).t()


def clarke(program, *arguments):
    environment = dict(os.environ)
    environment["OPENBLAS_CORETYPE"] = kernels()
    done = subprocess.run([program, *arguments], env=environment, capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit("%s %s: %s" % (program, " ".join(arguments), done.stderr))
    return done.stdout


def kernels():
    """The kernels that OpenBLAS takes here by itself, by the processor's flags."""
    flags = open("/proc/cpuinfo").read()
    return "SkylakeX" if "avx512vl" in flags else "Haswell"


def agree(program, folder, name, data, x, y, widths, precision, tolerance):
    """Three iterations from a random start; the largest difference, relative to 1 + |entry|."""
    dtype = torch.float64 if precision == "double" else torch.float32
    net = Net(x, y, widths, 1.0, 1.05, 1e-3, dtype)
    net.random(7, 0.3)
    start = os.path.join(folder, "start.txt")
    numpy.savetxt(start, net.flat(), fmt="%.17g")
    state = os.path.join(folder, "state")
    os.makedirs(state, exist_ok=True)
    clarke(program, "run", "dladmm:precision=" + precision,
           "dladmm_net:loss=softmax_cross_entropy,nu=1,rho=1.05,data=%s,samples=%d,widths=%s"
           % (data, x.shape[1], ",".join(map(str, widths))),
           "--iterations", "3", "--init", "file:" + start, "--save", state)
    for _ in range(3):
        net.iterate(exact=True)
    ours = []
    for l in range(net.last + 1):
        for letter in "Wbza" if l < net.last else "Wbzu":
            block = "u" if letter == "u" else "%s%d" % (letter, l + 1)
            # .npy holds the block as rows x columns.
            ours.append(numpy.load(os.path.join(state, block + ".npy")).reshape(
                (-1,), order="F"))
    ours, peer = numpy.concatenate(ours), net.flat()
    worst = float(numpy.max(numpy.abs(ours - peer) / (1.0 + numpy.abs(peer))))
    print("iterates  %-28s %-6s largest relative difference %.1e, allowed %.0e"
          % (name, precision, worst, tolerance))
    if not worst <= tolerance:
        sys.exit("the two do not compute the same: no times are compared")


def compare(program, folder, name, data, x, y, widths, precision, threads, seconds):
    torch.set_num_threads(threads)
    dtype = torch.float64 if precision == "double" else torch.float32
    net = Net(x, y, widths, 1e-4, 1e-4, 1.0, dtype)
    net.random(13, 0.1)
    net.z[net.last] = 2.0 * net.y - 1.0
    net.u = torch.zeros_like(net.u)
    net.iterate()
    times, begun = [], time.perf_counter()
    while len(times) < 2 or (time.perf_counter() - begun < seconds and len(times) < 2000):
        before = time.perf_counter()
        net.iterate()
        times.append(time.perf_counter() - before)
    del net
    out = os.path.join(folder, "speed")
    clarke(program, "experiment",
           "p3_speed:data=%s,samples=%d,widths=%s,precision=%s,seconds=%g"
           % (data, x.shape[1], ",".join(map(str, widths)), precision, seconds),
           "--out", out, "--threads", str(threads))
    with open(os.path.join(out, "speed.csv")) as f:
        head, row = f.read().split()[:2]
    ours = dict(zip(head.split(","), map(float, row.split(","))))
    peer = float(numpy.median(times))
    print("times     %-28s %-6s %dT  PyTorch %.3g s (min %.3g)  Clarke %.3g s (min %.3g)  %.1f x"
          % (name, precision, threads, peer, min(times), ours["median"], ours["minimum"],
             min(times) / ours["minimum"]), flush=True)
    return min(times) > ours["minimum"]


def main():
    arguments = [a for a in sys.argv[1:] if a != "--quick"]
    quick = "--quick" in sys.argv
    program = arguments[0] if arguments else "./clarke"
    torch.set_num_threads(1)
    faster = True
    with tempfile.TemporaryDirectory() as folder:
        path, x, y = synthetic(folder, 200, 20, 3)
        # 3 iterations of some 1e5 operations an entry at 2^-53; and at 2^-24, where a constant of
        # the sequence may be taken one place later.
        agree(program, folder, "20-16-16-3 N=200", path, x, y, [16, 16], "double", 1e-9)
        agree(program, folder, "20-16-16-3 N=200", path, x, y, [16, 16], "single", 1e-2)
        images, classes = fashion(200)
        agree(program, folder, "784-50-50-10 N=200", FASHION, images, classes, [50, 50], "double",
              1e-9)
        for precision in ("single", "double"):
            for threads in (2, 1):
                faster &= compare(program, folder, "20-16-16-3 N=200", path, x, y, [16, 16],
                                  precision, threads, 1.0)
        if not quick:
            images, classes = fashion(10000)
            for threads in (2, 1):
                faster &= compare(program, folder, "784-1000-1000-10 N=10000", FASHION, images,
                                  classes, [1000, 1000], "single", threads, 5.0)
    sys.exit(0 if faster else 1)


if __name__ == "__main__":
    main()
