"""Generators that are held between slices with their connections open: see rounds.py."""
import json
import mmap
import re
import select
import signal
import socket
import subprocess
import time

import measure
import stage as stages
from stage import LOAD_CORE, pinned, run

ERRORS_MAX = 1e-5  # two endpoints in a row may cut a request off: once in a million


def check(right, message):
    if not right:
        raise SystemExit(message)


class Wrk:
    """wrk, stopped by signal between slices; its script counts requests in a file that is mapped here."""

    def __init__(self, folder, port, path="/", host=stages.HOST, connections=32, routes=None, scheme="http"):
        self.port, self.host = port, host
        counter = folder / f"count-{port}-{time.monotonic_ns()}"
        counter.write_bytes(bytes(4096))
        with open(counter, "r+b") as file:
            self.counter = mmap.mmap(file.fileno(), 4096)
        words = [measure.tool("wrk"), "-t1", f"-c{connections}", "-d7200s", "--timeout", "6s", "-s", stages.HERE / "peers/heads.lua",
                 f"{scheme}://127.0.0.1:{port}{path}", "--", counter, host, *([routes] if routes else [])]
        self.process = pinned(LOAD_CORE, *words, stdout=subprocess.PIPE, text=True)
        measure.wait_for(lambda: self.count() > connections * 2, 10, f"no answers to wrk through port {port}")
        self.process.send_signal(signal.SIGSTOP)

    def count(self):
        return int.from_bytes(self.counter[:8], "little")

    def slice(self, seconds):
        before = self.count()
        self.process.send_signal(signal.SIGCONT)
        time.sleep(seconds)
        self.process.send_signal(signal.SIGSTOP)
        return self.count() - before

    def end(self):
        """Errors that wrk saw, all slices together: more than two in a million are a failure of the row."""
        if self.process.poll() is not None:
            raise SystemExit(f"wrk to port {self.port} ended by itself")
        self.process.send_signal(signal.SIGCONT)
        self.process.send_signal(signal.SIGINT)
        out, _ = self.process.communicate(timeout=30)
        line = next((line for line in out.splitlines() if line.startswith("RESULT")), None)
        check(line, f"wrk to port {self.port} said nothing: {out[-300:]}")
        requests, _, _, _, errors = map(int, line.split()[1:])
        check(errors <= 2 + requests * ERRORS_MAX, f"{errors} of {requests} requests through port {self.port} to {self.host} failed")

    def kill(self):
        self.process.kill()
        self.process.wait()


class Origin:
    """How many requests the origin has seen, by its own counter, on one kept connection."""

    def __init__(self):
        self.wire = socket.create_connection(("127.0.0.1", stages.ORIGIN_COUNTER))
        self.asked = 0

    def count(self):
        self.wire.sendall(b"GET / HTTP/1.1\r\nHost: counter\r\n\r\n")
        self.asked += 1
        text = self.wire.recv(4096)
        return int(re.search(rb"requests\s*\n\s*\d+ \d+ (\d+)", text).group(1)) - self.asked


class H2load:
    """h2load, stopped by signal between slices; requests are counted at the origin, which sees each of them once."""

    def __init__(self, origin, port, path, streams, carries, more=(), host="bench-h2.default"):
        self.origin = origin
        words = [measure.tool("h2load"), "-t1", "-c8", f"-m{streams}", "-H", f":authority: {host}", *more]
        target = f"http://127.0.0.1:{port}{path}"
        self.checked = lambda: answers(run(LOAD_CORE, *words, "-n", "2000", target).stdout, port, carries)
        self.checked()
        self.process = pinned(LOAD_CORE, *words, "-D", "7200", target, **stages.QUIET)
        before = origin.count()
        measure.wait_for(lambda: origin.count() > before + 100, 10, f"no answers to h2load through port {port}")
        self.process.send_signal(signal.SIGSTOP)

    def slice(self, seconds):
        before = self.origin.count()
        self.process.send_signal(signal.SIGCONT)
        time.sleep(seconds)
        self.process.send_signal(signal.SIGSTOP)
        time.sleep(0.001)
        return self.origin.count() - before

    def end(self):
        check(self.process.poll() is None, "h2load ended by itself")
        self.kill()
        self.checked()

    def kill(self):
        self.process.kill()
        self.process.wait()


def answers(out, port, carries):
    """Each right answer carries so many bytes, which tells it from a refusal in gRPC's shape."""
    counts = re.search(r"(\d+) done, (\d+) succeeded, (\d+) failed", out)
    check(counts, "h2load said nothing: " + out[-500:])
    done, right, _ = map(int, counts.groups())
    carried = int(re.search(r"\((\d+)\) data", out).group(1))
    check(right == done == 2000 and carried >= right * carries,
          f"h2load through port {port}: {right} of {done} succeeded, with {carried} bytes (expected: {carries} each)")


class OneByOne:
    """Requests on one kept connection, the next when the one before was answered: nothing is under way when a slice ends."""

    def __init__(self, port, host, each):
        self.each, self.port = each, port
        self.head = f"GET / HTTP/1.1\r\nHost: {host}\r\nAccept: */*\r\n\r\n".encode()
        self.wire = socket.create_connection(("127.0.0.1", port), timeout=10)
        self.wire.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def slice(self, seconds):
        deadline, done = time.monotonic() + max(0, seconds - 1), 0
        while True:  # more than one burst only while warming up
            for _ in range(self.each):
                self.request()
            done += self.each
            if time.monotonic() >= deadline:
                return done

    def request(self):
        self.wire.sendall(self.head)
        answer = b""
        while not answer.endswith(stages.BODY.encode()):
            more = self.wire.recv(4096)
            check(more and (answer + more).startswith(b"HTTP/1.1 200"), f"a request through port {self.port} was answered {answer + more}")
            answer += more

    def end(self):
        self.kill()

    def kill(self):
        self.wire.close()


class Handshakes:
    """Callers that make a new TLS connection for each request; a slice is so many handshakes, however long they take."""

    def __init__(self, folder, port, group, kind, each, name=stages.HOST):
        settings = folder / f"openssl-{group}.cnf"
        settings.write_text(f"openssl_conf = all\n[all]\nssl_conf = ssl\n[ssl]\nsystem_default = tls\n[tls]\nGroups = {group}\n")
        self.each, self.kind, self.port = each, kind, port
        self.process = pinned(LOAD_CORE, "python3", stages.HERE / "load/tls.py", port, name, kind, stdin=subprocess.PIPE,
                              stdout=subprocess.PIPE, text=True, env={"PATH": "/usr/bin:/bin", "OPENSSL_CONF": str(settings)})
        self.say("HAND", 3)

    def say(self, *words):
        self.process.stdin.write(" ".join(map(str, words)) + "\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        check(line, "the TLS caller ended")
        answer = json.loads(line)
        check("error" not in answer, f"TLS caller to port {self.port}: {answer}")
        return answer

    def slice(self, seconds):
        deadline, done = time.monotonic() + max(0, seconds - 1), 0
        while True:  # more than one burst only while warming up
            answer = self.say("HAND", self.each)
            check(answer["reused"] == (self.each if self.kind == "resumed" else 0), f"{self.kind} handshakes with port {self.port}: {answer}")
            done += self.each
            if time.monotonic() >= deadline:
                return done

    def end(self):
        self.process.stdin.close()
        self.process.wait(10)

    def kill(self):
        self.process.kill()
        self.process.wait()


class Downloads:
    """Bodies too large to count by requests: bytes are counted as they are read here; between slices nobody reads."""

    def __init__(self, port, path, size, connections=8):
        self.size, self.poll, self.wires = size, select.epoll(), {}
        self.head = f"GET {path} HTTP/1.1\r\nHost: {stages.HOST}\r\n\r\n".encode()
        self.buffer = bytearray(1 << 18)
        for _ in range(connections):
            wire = socket.socket()
            wire.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 18)
            wire.connect(("127.0.0.1", port))
            wire.setblocking(False)
            wire.sendall(self.head)
            self.wires[wire.fileno()] = [wire, -1]  # what is left of its answer; -1: not even the head has come
            self.poll.register(wire.fileno(), select.EPOLLIN)

    def slice(self, seconds):
        deadline, total = time.monotonic() + seconds, 0
        while time.monotonic() < deadline:
            for number, _ in self.poll.poll(0.05):
                total += self.read(self.wires[number])
        time.sleep(0.003)  # until the proxy has filled what lies between
        return total / self.size

    def read(self, one):
        got = one[0].recv_into(self.buffer)
        check(got > 0, "a download was closed")
        if one[1] < 0:
            end = self.buffer.find(b"\r\n\r\n", 0, got)
            check(self.buffer.startswith(b"HTTP/1.1 200") and end > 0, f"a download was answered {bytes(self.buffer[:40])}")
            got -= end + 4
            one[1] = self.size
        one[1] -= got
        if one[1] == 0:
            one[1] = -1
            one[0].sendall(self.head)
        return got

    def end(self):
        self.kill()

    def kill(self):
        for wire, _ in self.wires.values():
            wire.close()
        self.wires = {}
        self.poll.close()
