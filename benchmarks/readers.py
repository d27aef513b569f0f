#!/usr/bin/env python3
"""1,000 callers who ask for 16 MiB each and read nothing of it: what they hold, and how long others wait. See README.md."""
import argparse
import os
import re
import resource
import socket
import statistics
import sys
import time
import urllib.request

import measure
import stage as stages
from stage import LOAD_CORE, PORTS, Stage

EACH_MAX, P99_MAX = 128 << 10, 1.2
RATE, SLICES, MILLIS = 4000, 15, 420  # the first 20 ms of a slice are not timed


def ledger():
    with urllib.request.urlopen(f"http://127.0.0.1:{stages.CONSOLE}/metrics", timeout=10) as answer:
        return int(re.search(r"^weft_buffer_bytes (\d+)", answer.read().decode(), re.M).group(1))


def held(weft):
    """By the ledger, by the JVM's direct buffers, and what is resident in all."""
    direct = next(number for number, name in weft.look() if name == "direct")
    with open(f"/proc/{weft.process.pid}/status") as file:
        resident = int(re.search(r"^VmRSS:\s+(\d+)", file.read(), re.M).group(1)) << 10
    return {"ledger": ledger(), "direct": direct, "resident": resident}


def stalled():
    wire = socket.socket()
    wire.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    wire.connect(("127.0.0.1", PORTS["weft"]))
    wire.sendall(f"GET /files/16m HTTP/1.1\r\nHost: {stages.HOST}\r\n\r\n".encode())
    return wire


def settled(weft):
    """What is held once that has moved no more for two seconds."""
    seen = [ledger()]
    while len(seen) < 60:
        time.sleep(1)
        try:
            seen.append(ledger())
        except ConnectionResetError:
            sys.exit("the kernel has no memory left for TCP (net.ipv4.tcp_mem, in pages: " + " ".join(open("/proc/sys/net/ipv4/tcp_mem").read().split())
                     + ") and resets connections: give it more, or ask for fewer --readers")
        if len(seen) > 2 and max(seen[-3:]) - min(seen[-3:]) < 1 << 20:
            return held(weft)
    sys.exit(f"what is held does not settle; by the ledger, each second: {seen}")


def others(say):
    """p99 of other callers, the middle one of the slices, in microseconds."""
    found = []
    for _ in range(SLICES):
        say("slice", "weft", RATE, MILLIS, 20, "spin")
        one = say("report", "weft", 1000)
        if one["wrong"] > 2:
            sys.exit(f"others were not served: {one}")
        found.append(one["p99"])
    return statistics.median(found)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--readers", type=int, default=1000)
    options = parser.parse_args()
    os.sched_setaffinity(0, {int(LOAD_CORE)})
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, max(soft, options.readers * 4 + 1000)), hard))
    with Stage(objects=1000) as stage:
        weft, say = stage.running_weft(), stage.generator.say
        say("session", "weft", PORTS["weft"], "/", 64, stages.OPEN_HOST)
        for _ in range(2):  # warm, and then before
            quiet = others(say)
        before = held(weft)
        wires = [stalled() for _ in range(options.readers)]
        after = settled(weft)
        busy = others(say)
        for wire in wires:
            wire.settimeout(5)
            if wire.recv(12) != b"HTTP/1.1 200":
                sys.exit("a reader was not answered: nothing was held for it")
            wire.close()
        settled(weft)
        quiet = (quiet + others(say)) / 2  # before and after: what drifts on the machine is not theirs
        say("end", "weft")
    each = {name: (after[name] - before[name]) / options.readers for name in before}
    print(f"{options.readers} stalled readers of 16 MiB, KiB each: " + ", ".join(f"{name} {number / 1024:.1f}" for name, number in each.items()))
    print(f"p99 of others at {RATE} a second: {quiet:g} us without, {busy:g} us with them ({busy / quiet:.2f})")
    good = each["ledger"] <= EACH_MAX and each["direct"] <= EACH_MAX and busy <= P99_MAX * quiet
    print("met" if good else f"NOT MET: at most {EACH_MAX >> 10} KiB each by ledger and direct buffers, and {P99_MAX} of the p99 without")
    sys.exit(0 if good else 1)


if __name__ == "__main__":
    main()
