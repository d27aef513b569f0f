#!/usr/bin/env python3
"""Ten minutes of everything at once; afterwards memory and descriptors must be where they began. See README.md."""
import argparse
import base64
import collections
import contextlib
import os
import pathlib
import random
import re
import socket
import ssl
import sys
import threading
import time
import urllib.request

import measure
import stage as stages
from rows import http2_backends, https_listener, mutual_tls
from stage import EDGE_TLS, LOAD_CORE, PORTS, Stage, pinned, run, status

ECHO_WEBSOCKET, ECHO_BYTES, EDGE_BYTES = 19181, 19182, 19094
HEAP_MAX, DIRECT_MAX, DESCRIPTORS_MAX = 4 << 20, 1 << 20, 4  # above the baseline, after the drain


class Soak:
    """Work on threads of its own until it is told to end; what each has done and what failed."""

    def __init__(self, stage, weft, seed):
        self.stage, self.weft, self.random = stage, weft, random.Random(seed)
        self.over = threading.Event()
        self.done, self.failures = {}, []
        self.requests = self.errors = 0

    def run(self, seconds):
        works = [self.http1, self.uploads, self.downloads, self.aborts, self.refused_upgrades, self.http2, self.grpc, self.websockets, self.bytes,
                 self.tls, self.mutual_tls, self.configure, self.endpoints]
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

    def wrk(self, host):
        counter = self.stage.folder / f"soak-{host}"
        counter.write_bytes(bytes(4096))
        out = run(LOAD_CORE, measure.tool("wrk"), "-t1", "-c16", "-d2s", "-s", stages.HERE / "peers/heads.lua", f"http://127.0.0.1:{PORTS['weft']}/",
                  "--", counter, host).stdout
        requests, _, _, _, errors = map(int, next(line for line in out.splitlines() if line.startswith("RESULT")).split()[1:])
        self.requests += requests
        self.errors += errors

    def http1(self):
        self.wrk(stages.HOST)

    def mutual_tls(self):
        self.wrk("bench-tls.default")
        self.over.wait(1)

    def h2load(self, path, *more):
        out = run(LOAD_CORE, measure.tool("h2load"), "-t1", "-c4", "-m8", "-n", "5000", "-H", ":authority: bench-h2.default", *more,
                  f"http://127.0.0.1:{PORTS['weft']}{path}").stdout
        done, right = map(int, re.search(r"(\d+) done, (\d+) succeeded", out).groups())
        self.requests += done
        self.errors += done - right

    def http2(self):
        self.h2load("/steady")
        self.over.wait(1)

    def grpc(self):
        self.h2load("/grpc.Bench/Unary", "-d", self.stage.folder / "files/empty-message", "-H", "content-type: application/grpc", "-H", "te: trailers")
        self.over.wait(1)

    def tls(self):
        """A new TLS connection with some requests on it; one in four is dropped without a goodbye."""
        context = ssl.create_default_context()
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        with socket.create_connection(("127.0.0.1", EDGE_TLS), timeout=10) as plain, context.wrap_socket(plain, server_hostname=stages.HOST) as wire:
            for _ in range(5):
                wire.sendall(f"GET /steady HTTP/1.1\r\nHost: {stages.HOST}\r\n\r\n".encode())
                if not wire.recv(4096).startswith(b"HTTP/1.1 "):
                    raise OSError("no answer over TLS")
            if self.random.random() < 0.25:
                wire.detach()
        self.over.wait(0.05)

    def websockets(self):
        """Frames there and back; the caller says goodbye, or is gone."""
        with socket.create_connection(("127.0.0.1", PORTS["weft"]), timeout=10) as wire:
            wire.sendall(b"GET /chat HTTP/1.1\r\nHost: soak-websocket.default\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
                         b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n")
            head = wire.recv(4096)
            if not head.startswith(b"HTTP/1.1 101"):
                raise OSError(f"no upgrade: {head[:60]}")
            for _ in range(20):
                text = base64.b64encode(self.random.randbytes(30))
                wire.sendall(bytes([0x81, 0x80 | len(text)]) + bytes(4) + text)
                back = self.exactly(wire, 2 + len(text))
                if back[2:] != text:
                    raise OSError(f"a frame came back as {back[:20]}")
            if self.random.random() < 0.7:
                wire.sendall(b"\x88\x80" + bytes(4))
                wire.recv(4096)
        self.over.wait(0.05)

    def bytes(self):
        """Plain TCP: bytes there and back, with an end said by one side first, or not at all."""
        with socket.create_connection(("127.0.0.1", EDGE_BYTES), timeout=10) as wire:
            text = self.random.randbytes(self.random.randrange(1, 100_000))
            sender = threading.Thread(target=lambda: wire.sendall(text), daemon=True)
            sender.start()
            if self.exactly(wire, len(text)) != text:
                raise OSError("other bytes came back")
            sender.join()
            if self.random.random() < 0.5:
                wire.shutdown(socket.SHUT_WR)
                if wire.recv(10):
                    raise OSError("more came back than was sent")
        self.over.wait(0.05)

    @staticmethod
    def exactly(wire, length):
        got = b""
        while len(got) < length:
            more = wire.recv(length - len(got))
            if not more:
                raise OSError(f"closed after {len(got)} of {length} bytes")
            got += more
        return got

    def downloads(self):
        """A large answer, read whole and slowly at first."""
        with socket.create_connection(("127.0.0.1", PORTS["weft"]), timeout=20) as wire:
            wire.sendall(f"GET /files/16m HTTP/1.1\r\nHost: {stages.HOST}\r\nConnection: close\r\n\r\n".encode())
            self.over.wait(0.2)
            got = 0
            while more := wire.recv(1 << 18):
                got += len(more)
        if got < 1 << 24:
            raise OSError(f"{got} bytes of an answer of 16 MiB")
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

    def refused_upgrades(self):
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


def configured(stage, weft):
    """Services for all the protocols, beside the split that the stage makes."""
    mutual_tls(stage, weft)
    http2_backends(stage, weft)
    https_listener(stage, weft)
    weft.apply([stages.service("soak-websocket"), *stages.slices("soak-websocket", [ECHO_WEBSOCKET]),
                stages.service("soak-bytes"), *stages.slices("soak-bytes", [ECHO_BYTES])])
    weft.listener({"name": "bytes", "port": EDGE_BYTES, "protocol": "TCP", "allowedRoutes": {"namespaces": {"from": "All"}, "kinds": [{"kind": "TCPRoute"}]}})
    weft.apply([{"apiVersion": "gateway.networking.k8s.io/v1alpha2", "kind": "TCPRoute", "metadata": {"name": "soak-bytes"},
                 "spec": {"parentRefs": [{"name": "edge", "namespace": "weft-system", "sectionName": "bytes"}],
                          "rules": [{"backendRefs": [{"name": "soak-bytes", "port": 80}]}]}}])

    def echoes():
        try:
            with socket.create_connection(("127.0.0.1", EDGE_BYTES), timeout=2) as wire:
                wire.sendall(b"echo")
                return wire.recv(4) == b"echo"
        except OSError:
            return False
    measure.wait_for(echoes, 10, "the TCPRoute does not serve")


def held(weft):
    figures = {name: number for number, name in weft.look(full=True) if name in ("heap", "direct")}
    figures["descriptors"] = len(os.listdir(f"/proc/{weft.process.pid}/fd"))
    return figures


def open_ends(weft):
    """What the descriptors are: sockets by their ports and state, everything else by its name."""
    states = {"01": "established", "06": "time-wait", "08": "close-wait", "0A": "listening"}
    sockets = {}
    for line in pathlib.Path(f"/proc/{weft.process.pid}/net/tcp").read_text().splitlines()[1:]:
        words = line.split()
        local, remote = (int(one.split(":")[1], 16) for one in words[1:3])
        state = states.get(words[3], words[3])
        near = local if local < 32768 else "any"
        sockets[words[9]] = f"{near} {state} {remote if state != 'listening' and remote < 32768 else ''}".strip()
    kinds = collections.Counter()
    for descriptor in pathlib.Path(f"/proc/{weft.process.pid}/fd").iterdir():
        with contextlib.suppress(OSError):
            name = os.readlink(descriptor)
            kinds[sockets.get(name[8:-1], "other socket") if name.startswith("socket:") else name] += 1
    return kinds


def complaints():
    """What the platform itself says went wrong: its counters of made-up answers, of connections that failed, by cause."""
    text = urllib.request.urlopen(f"http://127.0.0.1:{stages.CONSOLE}/metrics", timeout=10).read().decode()
    return [line for line in text.splitlines() if re.match(r"weft_\w*(made_up|unanswered|failed|refused|shed|causes)\w*_total\b.* [1-9][\d.e+]*$", line)]


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
        stage.processes["echo"] = pinned(LOAD_CORE, "python3", stages.HERE / "load/echo.py", ECHO_WEBSOCKET, ECHO_BYTES)
        configured(stage, weft)
        Soak(stage, weft, options.seed).run(20)  # classes, code and pools that stay are there from here on
        time.sleep(5)
        baseline, ends = held(weft), open_ends(weft)
        soak = Soak(stage, weft, options.seed)
        soak.run(minutes * 60)
        alive = weft.process.poll() is None
        now, over = settled(weft, baseline, options.drain) if alive else ({}, ["the platform ended"])
        works = alive and status(PORTS["weft"], "/steady") == 200
        print("rounds of work: " + ", ".join(f"{name} {count}" for name, count in soak.done.items()))
        print(f"requests of the generators: {soak.requests:,}, other than 200: {soak.errors:,}")
        print(f"failures: {len(soak.failures)}" + "".join("\n  " + text for text in soak.failures[:10]))
        if alive and soak.failures:
            print("the platform says:" + "".join("\n  " + line for line in complaints()))
        print("baseline: " + ", ".join(f"{name} {value:,}" for name, value in baseline.items()))
        print("after:    " + ", ".join(f"{name} {value:,}" for name, value in now.items()))
        if soak.errors > 10 + soak.requests * 0.001:
            soak.failures.append("more than one request in 1,000 failed")
        if over or not works or soak.failures:
            if alive:
                print("more open than at the beginning: " + ", ".join(f"{count} x {kind}" for kind, count in (open_ends(weft) - ends).items()))
            print("NOT CLEAN: " + "; ".join(over or ["it does not answer" if not works else "work failed"]))
            sys.exit(1)
        print("clean")


if __name__ == "__main__":
    main()
