#!/usr/bin/env python3
"""1,000 callers who ask for 16 MiB each and read nothing of it, or send 16 MiB that nobody reads: what they hold, and how long others wait. See README.md."""
import argparse
import datetime
import json
import os
import pathlib
import re
import resource
import socket
import ssl
import statistics
import sys
import time
import urllib.request

import measure
import stage as stages
from stage import EDGE_TLS, LOAD_CORE, PORTS, Stage, pinned, status, tls_status

EACH_MAX, P99_MAX = 128 << 10, 1.2
RATE, MILLIS = 4000, 420  # the first 20 ms of a slice are not timed
ANSWERS, SINK, SOURCE, EDGE_BYTES = 19171, 19172, 19173, 19095
LENGTH = 16 << 20
STREAMS = 100  # of one connection
RESULTS = measure.ROOT / "benchmarks/results/readers.json"
TITLES = {"http1": "HTTP/1.1", "https": "HTTP/1.1 over TLS", "h2": "HTTP/2, a connection each", "h2-streams": f"HTTP/2, {STREAMS} to a connection",
          "h2-credit": f"HTTP/2, {STREAMS} to a connection, no credit", "websocket": "WebSocket", "tcp": "TCP", "upload": "uploads that nobody reads",
          "retried": "the same, kept for another try"}


# ---- callers who stall

TRUSTING = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
TRUSTING.check_hostname, TRUSTING.verify_mode = False, ssl.CERT_NONE


def connected(port):
    wire = socket.socket()
    wire.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    wire.connect(("127.0.0.1", port))
    return wire


def asked(wire, *more, host="stalled.default", method="GET"):
    wire.sendall("\r\n".join([f"{method} / HTTP/1.1", f"Host: {host}", *more, "", ""]).encode())
    return wire


def secured(wire):
    return TRUSTING.wrap_socket(wire, server_hostname="stalled.default")


def frame(kind, flags, stream, payload=b""):
    return len(payload).to_bytes(3, "big") + bytes([kind, flags]) + stream.to_bytes(4, "big") + payload


def http2(streams, credit):
    """Asks on so many streams of one connection; with credit for all of it, or with what a stream has at first."""
    wire = connected(PORTS["weft"])
    window = (2**31 - 1 if credit else 65_535).to_bytes(4, "big")
    host = b"stalled.default"
    block = b"\x82\x86\x84\x01" + bytes([len(host)]) + host
    wire.sendall(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + frame(4, 0, 0, b"\x00\x04" + window) + frame(8, 0, 0, (2**31 - 1 - 65_535).to_bytes(4, "big"))
                 + b"".join(frame(1, 5, 1 + 2 * i, block) for i in range(streams)))
    return wire


def sending(method, host):
    """Sends until nothing is taken any more; what was not taken is thrown away."""
    wire = asked(connected(PORTS["weft"]), f"Content-Length: {LENGTH}", host=host, method=method)
    wire.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 32 << 10)  # a caller's own end, as the endpoint's: see load/stall.py
    wire.setblocking(False)
    return wire


def push(wires):
    """So much as each takes, round and round until none has taken anything for a while."""
    left = {wire: LENGTH for wire in wires}
    some, still = bytes(64 << 10), 0
    while still < 10:
        took = 0
        for wire in wires:
            try:
                sent = wire.send(some[:left[wire]])
                left[wire] -= sent
                took += sent
            except BlockingIOError:
                pass
        still = still + 1 if took == 0 else 0
        time.sleep(0.05)
    if min(left.values()) == 0:
        sys.exit("an upload that nobody reads was taken whole")


UPGRADE = ("Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Version: 13", "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==")
ONE = {"http1": lambda: asked(connected(PORTS["weft"])), "https": lambda: asked(secured(connected(EDGE_TLS))), "h2": lambda: http2(1, True),
       "websocket": lambda: asked(connected(PORTS["weft"]), *UPGRADE), "tcp": lambda: connected(EDGE_BYTES),
       "upload": lambda: sending("POST", "sink.default"), "retried": lambda: sending("PUT", "retried.default")}


def stalled(kind, count):
    if kind.startswith("h2-"):
        return [http2(min(STREAMS, count - begun), kind == "h2-streams") for begun in range(0, count, STREAMS)]
    wires = [ONE[kind]() for _ in range(count)]
    if kind in ("upload", "retried"):
        push(wires)
    return wires


def end(kind, wires):
    """Looks whether each was served, and closes it."""
    begin = {"http1": b"HTTP/1.1 200", "https": b"HTTP/1.1 200", "websocket": b"HTTP/1.1 101", "tcp": bytes(12)}.get(kind)
    for wire in wires:
        if kind in ("upload", "retried"):
            try:
                sys.exit(f"an upload was answered before it was read: {wire.recv(200)}")
            except BlockingIOError:
                pass
        else:
            wire.settimeout(5)
            got = wire.recv(12)
            if begin and got != begin or not got:
                sys.exit(f"a reader was not served: {got}")
        wire.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")  # what was sent to it is nobody's any more
        wire.close()


# ---- what is held

def ledger():
    with urllib.request.urlopen(f"http://127.0.0.1:{stages.CONSOLE}/metrics", timeout=10) as answer:
        return int(re.search(r"^weft_buffer_bytes (\d+)", answer.read().decode(), re.M).group(1))


def queues(pid):
    """What waits in the kernel at Weft's own ends: (to be read, to be sent)."""
    own = set()
    for one in pathlib.Path(f"/proc/{pid}/fd").iterdir():
        try:
            name = os.readlink(one)
        except OSError:
            continue
        if name.startswith("socket:["):
            own.add(name[8:-1])
    read = sent = 0
    for table in ("tcp", "tcp6"):
        for line in pathlib.Path(f"/proc/net/{table}").read_text().splitlines()[1:]:
            words = line.split()
            if words[9] in own and words[3] != "0A":
                sent += int(words[4][:8], 16)
                read += int(words[4][9:], 16)
    return read, sent


def held(weft):
    """By the ledger, by the JVM's direct buffers, what is resident, and in the kernel: at Weft's ends, and for TCP in all."""
    direct = next(number for number, name in weft.look() if name == "direct")
    resident = int(re.search(r"^VmRSS:\s+(\d+)", pathlib.Path(f"/proc/{weft.process.pid}/status").read_text(), re.M).group(1)) << 10
    read, sent = queues(weft.process.pid)
    pages = int(re.search(r"^TCP: .* mem (\d+)", pathlib.Path("/proc/net/sockstat").read_text(), re.M).group(1))
    return {"ledger": ledger(), "direct": direct, "resident": resident, "kernel, to read": read, "kernel, to send": sent,
            "kernel, all ends": pages * os.sysconf("SC_PAGE_SIZE")}


def settle(weft):
    """Until what is held has moved no more for a second."""
    seen = []
    while len(seen) < 150:
        try:
            seen.append(ledger() + sum(queues(weft.process.pid)))
        except ConnectionResetError:
            sys.exit("the kernel has no memory left for TCP (net.ipv4.tcp_mem, in pages: "
                     + " ".join(pathlib.Path("/proc/sys/net/ipv4/tcp_mem").read_text().split()) + "): ask for fewer --readers")
        if len(seen) > 5 and max(seen[-5:]) - min(seen[-5:]) < 1 << 20:
            return
        time.sleep(0.2)
    sys.exit(f"what is held does not settle: {seen}")


# ---- how long others wait

def others(say, slices):
    """p99 of other callers, the middle one of the slices, in microseconds."""
    found = []
    for _ in range(slices):
        say("slice", "weft", RATE, MILLIS, 20, "spin")
        one = say("report", "weft", 1000)
        if one["wrong"] > 2:
            sys.exit(f"others were not served: {one}")
        found.append(one["p99"])
    return statistics.median(found)


# ---- the stage

def configured(stage, weft, kinds):
    stage.processes["stall"] = pinned(LOAD_CORE, "python3", stages.HERE / "load/stall.py", ANSWERS, SINK, SOURCE)
    items = []
    for name, port in (("stalled", ANSWERS), ("sink", SINK), ("source", SOURCE)):
        items += [stages.service(name), *stages.slices(name, [port])]
    refs = lambda name: [{"name": name, "port": 80}]
    edge = {"name": "edge", "namespace": "weft-system"}
    gateway = "gateway.networking.k8s.io/"
    items.append({"apiVersion": gateway + "v1", "kind": "HTTPRoute", "metadata": {"name": "retried"},
                  "spec": {"parentRefs": [edge], "hostnames": ["retried.default"],
                           "rules": [{"backendRefs": refs("sink"), "retry": {"attempts": 3, "codes": [503]}}]}})
    if "https" in kinds:
        from rows import https_listener
        https_listener(stage, weft)
        items.append({"apiVersion": gateway + "v1", "kind": "HTTPRoute", "metadata": {"name": "stalled"},
                      "spec": {"parentRefs": [edge | {"sectionName": "https"}], "hostnames": ["stalled.default"], "rules": [{"backendRefs": refs("stalled")}]}})
    if "tcp" in kinds:
        weft.listener({"name": "bytes", "port": EDGE_BYTES, "protocol": "TCP",
                       "allowedRoutes": {"namespaces": {"from": "All"}, "kinds": [{"kind": "TCPRoute"}]}})
        items.append({"apiVersion": gateway + "v1alpha2", "kind": "TCPRoute", "metadata": {"name": "source"},
                      "spec": {"parentRefs": [edge | {"sectionName": "bytes"}], "rules": [{"backendRefs": refs("source")}]}})
    weft.apply(items)
    for host in ("stalled.default", "sink.default", "retried.default"):
        measure.wait_for(lambda: status(PORTS["weft"], "/small", host) == 200, 20, f"Weft does not route to {host}")
    if "https" in kinds:
        measure.wait_for(lambda: tls_status(EDGE_TLS, "/small", "stalled.default") == 200, 10, "the HTTPS listener does not route")
    if "tcp" in kinds:
        def answers():
            try:
                with connected(EDGE_BYTES) as wire:
                    wire.settimeout(1)
                    return len(wire.recv(1)) == 1
            except OSError:
                return False
        measure.wait_for(answers, 10, "the TCPRoute does not serve")


def measured(kind, options, weft, say):
    """Rounds, each without them, with them, and without them again: what drifts on the machine is not theirs."""
    ratios, quiet, busy, most = [], [], [], {}
    without = others(say, options.slices)
    for _ in range(options.rounds):
        settle(weft)
        before = held(weft)
        wires = stalled(kind, options.readers)
        settle(weft)
        after = held(weft)
        with_them = others(say, options.slices)
        end(kind, wires)
        settle(weft)
        again = others(say, options.slices)
        ratios.append(with_them / ((without + again) / 2))
        quiet.append((without + again) / 2)
        busy.append(with_them)
        without = again
        each = {name: (after[name] - before[name]) / options.readers for name in before}
        most = {name: max(number, most.get(name, 0)) for name, number in each.items()}
        print(f"{kind}: KiB each: " + ", ".join(f"{name} {number / 1024:.1f}" for name, number in each.items())
              + f"; p99 of others {quiet[-1]:g} us without, {busy[-1]:g} us with them ({ratios[-1]:.2f})", flush=True)
    return {"kind": kind, "readers": options.readers, "rounds": options.rounds, "each": most, "quiet": statistics.median(quiet),
            "busy": statistics.median(busy), "ratios": measure.quartiles(ratios), "commit": measure.commit(), "machine": measure.machine(),
            "day": datetime.date.today().isoformat()}


def met(one):
    return one["each"]["ledger"] <= EACH_MAX and one["each"]["direct"] <= EACH_MAX and one["ratios"][1] <= P99_MAX


def told(found):
    """What was found last of each kind, as a table."""
    kept = {one["kind"]: one for one in json.loads(RESULTS.read_text())} if RESULTS.exists() else {}
    kept |= {one["kind"]: one for one in found if one["readers"] == 1000}
    rows = [kept[kind] for kind in TITLES if kind in kept]
    if not rows:
        return
    columns = list(rows[0]["each"])
    lines = ["# 1,000 who do not read", "",
             f"{rows[-1]['machine']}. KiB for each of 1,000 with {LENGTH >> 20} MiB under way: the most of all rounds; \"kernel\" is what waits in"
             " Weft's own ends, \"all ends\" what the kernel has for TCP, callers and endpoint included. p99 of others: "
             f"{RATE} requests a second on 64 connections, median of the rounds' ratios (quartiles), each round against before and after it.", "",
             "| | " + " | ".join(columns) + " | p99 without, µs | with, µs | ratio | aim: ≤ 128 each by ledger and direct, p99 ≤ 1.2 | Weft |",
             "|---" * (len(columns) + 6) + "|"]
    for one in rows:
        low, middle, high = one["ratios"]
        lines.append(f"| {TITLES[one['kind']]} | " + " | ".join(f"{one['each'][name] / 1024:.0f}" for name in columns)
                     + f" | {one['quiet']:.0f} | {one['busy']:.0f} | {middle:.2f} ({low:.2f}–{high:.2f}) | {'met' if met(one) else 'not met'} | {one['commit']} |")
    RESULTS.write_text(json.dumps(rows, indent=1) + "\n")
    measure.write_result("readers.md", "\n".join(lines) + "\n")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--readers", type=int, default=1000)
    parser.add_argument("--kind", action="append", choices=list(TITLES), help="may be given more than once; all without")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--slices", type=int, default=5, help="of 0.4 s each, three times in a round")
    options = parser.parse_args()
    kinds = options.kind or list(TITLES)
    os.sched_setaffinity(0, {int(LOAD_CORE)})
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, max(soft, options.readers * 4 + 1000)), hard))
    found = []
    with Stage(objects=1000) as stage:
        weft, say = stage.running_weft(), stage.generator.say
        configured(stage, weft, kinds)
        say("session", "weft", PORTS["weft"], "/", 64, stages.OPEN_HOST)
        for rate in (200, 1000, RATE, RATE, RATE, RATE, RATE, RATE):  # the JVM compiles what others use
            say("slice", "weft", rate, 1000)
            say("report", "weft", 1000)
        for kind in kinds:
            end(kind, stalled(kind, options.readers))  # and what these use, once
            found.append(measured(kind, options, weft, say))
        say("end", "weft")
    told(found)
    sys.exit(0 if all(map(met, found)) else 1)


if __name__ == "__main__":
    main()
