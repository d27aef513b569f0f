#!/usr/bin/env python3
"""Ten minutes of everything at once; afterwards memory and descriptors must be where they began. See README.md."""
import argparse
import os
import random
import socket
import sys
import threading
import time

import measure
import stage as stages
from stage import LOAD_CORE, PORTS, Stage, run, status

HEAP_MAX, DIRECT_MAX, DESCRIPTORS_MAX = 4 << 20, 1 << 20, 4  # above the baseline, after the drain


class Soak:
    """Work on threads of its own until it is told to end; what each has done and what failed."""

    def __init__(self, stage, weft, seed):
        self.stage, self.weft, self.random = stage, weft, random.Random(seed)
        self.over = threading.Event()
        self.done, self.failures = {}, []

    def run(self, seconds):
        works = [self.http1, self.uploads, self.aborts, self.tunnels, self.http2, self.configure, self.endpoints]
        threads = [threading.Thread(target=self.repeat, args=(work,), daemon=True) for work in works]
        for thread in threads:
            thread.start()
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline and self.weft.process.poll() is None:
            time.sleep(1)
        self.over.set()
        for thread in threads:
            thread.join(60)

    def repeat(self, work):
        while not self.over.is_set():
            try:
                work()
                self.done[work.__name__] = self.done.get(work.__name__, 0) + 1
            except Exception as e:
                if not self.over.is_set():
                    self.failures.append(f"{work.__name__}: {e!r}")
                self.over.wait(0.2)

    def http1(self):
        run(LOAD_CORE, measure.tool("wrk"), "-t1", "-c16", "-d2s", "-s", stages.HERE / "peers/heads.lua", f"http://127.0.0.1:{PORTS['weft']}/")

    def http2(self):
        run(LOAD_CORE, measure.tool("h2load"), "-t1", "-c4", "-m8", "-D", "1", "-H", f":authority: {stages.HOST}",
            f"http://127.0.0.1:{PORTS['weft']}/steady")
        self.over.wait(1)

    def uploads(self):
        """A body in chunks, which the origin refuses early; and one whose answer is large."""
        with socket.create_connection(("127.0.0.1", PORTS["weft"]), timeout=10) as wire:
            wire.sendall(f"POST /steady HTTP/1.1\r\nHost: {stages.HOST}\r\nTransfer-Encoding: chunked\r\n\r\n".encode())
            for _ in range(20):
                wire.sendall(b"1000\r\n" + bytes(4096) + b"\r\n")
            wire.sendall(b"0\r\n\r\n")
            if not wire.recv(4096).startswith(b"HTTP/1.1 "):
                raise OSError("no answer to an upload")
        self.over.wait(0.05)

    def aborts(self):
        """Callers who leave in the middle: of their head, of a large answer."""
        with socket.create_connection(("127.0.0.1", PORTS["weft"]), timeout=10) as wire:
            if self.random.random() < 0.5:
                wire.sendall(b"GET / HTTP/1.1\r\nHost: ben")
            else:
                wire.sendall(f"GET /files/16m HTTP/1.1\r\nHost: {stages.HOST}\r\n\r\n".encode())
                wire.recv(100_000)
        self.over.wait(0.05)

    def tunnels(self):
        """An upgrade that the origin does not take, on a connection that goes on."""
        with socket.create_connection(("127.0.0.1", PORTS["weft"]), timeout=10) as wire:
            for _ in range(3):
                wire.sendall(f"GET /steady HTTP/1.1\r\nHost: {stages.HOST}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
                             "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n".encode())
                if not wire.recv(4096).startswith(b"HTTP/1.1 "):
                    raise OSError("no answer to an upgrade")
        self.over.wait(0.05)

    def configure(self):
        """Weights change each second, and a service comes or goes."""
        share = self.random.randrange(0, 101)
        split = stages.split_service("bench", stages.STABLE, stages.CANARY)[-1]
        split["spec"]["backends"][0]["weight"], split["spec"]["backends"][1]["weight"] = 100 - share, share
        call = self.weft.api()
        path = "/apis/split.smi-spec.io/v1alpha4/namespaces/default/trafficsplits/bench"
        code, body = call("PATCH", path, {"spec": split["spec"]}, "application/merge-patch+json")
        if code != 200:
            raise OSError(f"a split was refused: {code} {body[:200]}")
        if self.random.random() < 0.5:
            call("POST", "/api/v1/namespaces/default/services", stages.service("bench-passing"))
        else:
            call("DELETE", "/api/v1/namespaces/default/services/bench-passing")
        self.over.wait(1)

    def endpoints(self):
        """An endpoint dies, taken out of its slice or refusing connections, and comes back."""
        group, ports = self.random.choice((("stable", stages.STABLE), ("canary", stages.CANARY)))
        port = self.random.choice(ports)
        call = self.weft.api()
        path = f"/apis/discovery.k8s.io/v1/namespaces/default/endpointslices/bench-{group}-{port}"
        dead = [{"name": "http", "port": 1}] if self.random.random() < 0.5 else None
        change = {"ports": dead} if dead else {"endpoints": []}
        code, body = call("PATCH", path, change, "application/merge-patch+json")
        if code != 200:
            raise OSError(f"an endpoint could not be taken away: {code} {body[:200]}")
        self.over.wait(2)
        back = stages.slices(f"bench-{group}", [port])[0]
        call("PATCH", path, {"ports": back["ports"], "endpoints": back["endpoints"]}, "application/merge-patch+json")
        self.over.wait(1)


def held(weft):
    figures = {name: number for number, name in weft.look(full=True) if name in ("heap", "direct")}
    figures["descriptors"] = len(os.listdir(f"/proc/{weft.process.pid}/fd"))
    return figures




def settled(weft, baseline, patience):
    """Looks until everything is back at the baseline, for so long."""
    deadline = time.monotonic() + patience
    while True:
        now = held(weft)
        over = [f"{name} {now[name] - baseline[name]:+,} (allowed: {most:+,})"
                for name, most in (("heap", HEAP_MAX), ("direct", DIRECT_MAX), ("descriptors", DESCRIPTORS_MAX)) if now[name] - baseline[name] > most]
        if not over or time.monotonic() > deadline:
            return now, over
        time.sleep(5)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--short", action="store_true", help="one minute, a look and not a proof")
    parser.add_argument("--seed", type=int, default=int(time.time()))
    parser.add_argument("--drain", type=int, default=90, help="seconds within which everything must have gone back")
    options = parser.parse_args()
    minutes = 1 if options.short else options.minutes
    print(f"soak of {minutes:g} minutes, --seed {options.seed}", flush=True)
    with Stage(objects=1000) as stage:
        weft = stage.running_weft()
        Soak(stage, weft, options.seed).run(10)  # classes, code and pools that stay are there from here on
        time.sleep(5)
        baseline = held(weft)
        soak = Soak(stage, weft, options.seed)
        soak.run(minutes * 60)
        alive = weft.process.poll() is None
        now, over = settled(weft, baseline, options.drain) if alive else ({}, ["the platform ended"])
        works = alive and status(PORTS["weft"], "/steady") == 200
        print("rounds of work: " + ", ".join(f"{name} {count}" for name, count in soak.done.items()))
        print(f"failures: {len(soak.failures)}" + "".join("\n  " + text for text in soak.failures[:10]))
        print("baseline: " + ", ".join(f"{name} {value:,}" for name, value in baseline.items()))
        print("after:    " + ", ".join(f"{name} {value:,}" for name, value in now.items()))
        if over or not works or soak.failures:
            print("NOT CLEAN: " + "; ".join(over or ["it does not answer" if not works else "work failed"]))
            sys.exit(1)
        print("clean")


if __name__ == "__main__":
    main()
