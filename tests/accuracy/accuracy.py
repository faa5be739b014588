#!/usr/bin/env python3
"""Compares what the kernels answer with exact values and writes worst and usual errors as JSON.

usage: accuracy.py NATIVE_BINARY RESULT.json

Every chunk of points is its own process and seed, so all cores work and the result does not depend on their number.
Exits with 1 when an error exceeds what a kernel's documentation states.
"""

import json
import multiprocessing
import os
import struct
import subprocess
import sys
import time

import quantities

# In all, so that 100,000 are left where the hostile ones, every other chunk, lie outside the domain and are refused.
POINTS = 120_000
POINTS_OF_SURFACES = 200_000
CHUNK = 2_500
POINT = struct.Struct("<18Q")
BAR = 30


def points(binary, kernel, inputs, seed):
    command = [binary, "stream", kernel, inputs, str(seed), str(CHUNK)]
    out = subprocess.run(command, capture_output=True, check=True).stdout
    for words in POINT.iter_unpack(out):
        yield words[:6], words[6:]


def check(task):
    """Errors of one chunk: for each quantity all of them, the largest share of the allowed one, and where it was."""
    binary, kernel, seed = task
    found = {}

    def note(words, quantity, error, allowed):
        errors, worst = found.setdefault(quantity, ([], (0.0, None)))
        errors.append(float(error))
        share = float(error / allowed) if allowed else 0.0
        if share > worst[0]:
            found[quantity] = (errors, (share, words))

    if kernel == "peers":
        streams = {name: points(binary, name, "ordinary", seed) for name in quantities.PEERS}
        for row in zip(*streams.values()):
            words = row[0][0]
            assert all(other == words for other, _ in row), "the peers got other inputs"
            answers = dict(zip(streams, (answer for _, answer in row)))
            for result in quantities.of_peers(words, answers):
                note(words, *result)
    else:
        for words, answer in points(binary, kernel, ["hostile", "ordinary"][seed % 2], seed):
            for result in quantities.CHECKS[kernel](words, answer):
                note(words, *result)
    return kernel, found


class Progress:
    """A bar on a terminal, a line every tenth elsewhere."""

    def __init__(self, total):
        self.total, self.done, self.started = total, 0, time.monotonic()
        self.is_terminal = sys.stderr.isatty() and "CI" not in os.environ

    def step(self, label):
        self.done += 1
        seconds = time.monotonic() - self.started
        left = seconds / self.done * (self.total - self.done)
        filled = BAR * self.done // self.total
        line = f"[{'#' * filled}{'.' * (BAR - filled)}] {100 * self.done // self.total:3} %  about {left:.0f} s left  {label}"
        if self.is_terminal:
            end = "\n" if self.done == self.total else ""
            print(f"\r\033[K{line}", end=end, file=sys.stderr, flush=True)
        elif 10 * self.done // self.total > 10 * (self.done - 1) // self.total:
            print(f"    {line}", file=sys.stderr, flush=True)


def summary(quantity, errors, share, where):
    errors.sort()
    unit, bound = quantities.stated(quantity)
    return {
        "quantity": quantity,
        "unit": unit,
        "points": len(errors),
        "median": errors[len(errors) // 2],
        "p99": errors[len(errors) * 99 // 100],
        "worst": errors[-1],
        "bound": bound,
        "share_of_bound": share if bound else None,
        "worst_at": where,
    }


def main():
    binary, result = sys.argv[1:]
    kernels = [*quantities.CHECKS, "peers"]
    # Interleaved, so that the slow kernels do not all come last.
    points_of = {kernel: POINTS_OF_SURFACES if kernel.startswith("svi") else POINTS for kernel in kernels}
    seeds = range(max(points_of.values()) // CHUNK)
    tasks = [(binary, kernel, seed) for seed in seeds for kernel in kernels if seed * CHUNK < points_of[kernel]]
    progress = Progress(len(tasks))
    whole = {}
    with multiprocessing.Pool() as pool:
        for kernel, found in pool.imap_unordered(check, tasks):
            progress.step(kernel)
            for quantity, (errors, worst) in found.items():
                all_errors, all_worst = whole.get((kernel, quantity), ([], (0.0, None)))
                whole[kernel, quantity] = (all_errors + errors, max(all_worst, worst, key=lambda one: one[0]))
    order = sorted(whole, key=lambda key: kernels.index(key[0]))
    rows = []
    for key in order:
        errors, worst = whole[key]
        rows.append(summary(key[1], errors, *worst))
    with open(result, "w", encoding="utf-8") as file:
        json.dump({"quantities": rows}, file, indent=2)
    exceeded = [row for row in rows if row["share_of_bound"] and row["share_of_bound"] > 1]
    for row in exceeded:
        print(f"{row['quantity']}: {row['share_of_bound']:.3f} of its bound ({row['bound']}) at {row['worst_at']}")
    sys.exit(1 if exceeded else 0)


if __name__ == "__main__":
    main()
