#!/usr/bin/env python3
"""From the command to an answer, and memory, of the shipped `weft up`. See README.md."""
import argparse
import base64
import pathlib
import shutil
import signal
import socket
import ssl
import statistics
import subprocess
import tempfile
import time

import measure

API, EDGE, CONSOLE = 19443, 19082, 19090


def answer(port, path, tls=None, authorization=""):
    """The status of an answer, or 0 while there is none."""
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=2) as plain:
            with tls.wrap_socket(plain, server_hostname="127.0.0.1") if tls else plain as wire:
                wire.sendall(f"GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n{authorization}\r\n".encode())
                head = wire.recv(200)
                return int(head.split(b" ", 2)[1]) if head.startswith(b"HTTP/1.1 ") else 0
    except OSError:
        return 0


def unverified():
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


class Platform:
    """One `weft up` on ports and a data folder of its own."""

    def __init__(self, data, log):
        self.data = data
        self.began = time.monotonic()
        self.process = subprocess.Popen(
            [measure.ROOT / "weft", "up", "--data", data, "--api", f"127.0.0.1:{API}", "--edge", f"127.0.0.1:{EDGE}", "--outbound", "127.0.0.1:0",
             "--console", f"127.0.0.1:{CONSOLE}"], stdout=log, stderr=subprocess.STDOUT)

    def first_answers(self):
        """Milliseconds from the command until each face gives its first answer, and until all is ready."""
        tls, authorization, seen = unverified(), "", {}
        deadline = self.began + 60
        while len(seen) < 3 and time.monotonic() < deadline:
            if self.process.poll() is not None:
                raise SystemExit("weft up ended by itself: see " + str(self.data))
            if "edge" not in seen and answer(EDGE, "/"):
                seen["edge"] = self.elapsed()
            if "api" not in seen and answer(API, "/livez", tls):
                seen["api"] = self.elapsed()
            if "api" in seen and not authorization:
                password = self.data / "admin-password"
                if password.exists():
                    pair = "admin:" + password.read_text().strip()
                    authorization = "Authorization: Basic " + base64.b64encode(pair.encode()).decode() + "\r\n"
            if "api" in seen and answer(API, "/readyz", tls, authorization) == 200:
                seen["ready"] = self.elapsed()
            time.sleep(0.002)
        return seen

    def elapsed(self):
        return (time.monotonic() - self.began) * 1000

    def end(self):
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(30)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def starts(folder, runs):
    """The first start makes keys and a database; the later ones find them."""
    rows = []
    for number in range(runs + 1):
        with open(folder / "log", "w") as log:
            platform = Platform(folder / "data", log)
            try:
                rows.append(platform.first_answers())
            finally:
                platform.end()
        print(f"  start {number}: " + "  ".join(f"{name} {value:.0f} ms" for name, value in rows[-1].items()), flush=True)
    return rows[0], rows[1:]


def memory(folder, idle, load):
    with open(folder / "log", "w") as log:
        platform = Platform(folder / "data", log)
        try:
            platform.first_answers()
            time.sleep(idle)
            quiet = measure.pss(platform.process.pid)
            subprocess.run([measure.tool("wrk"), "-t1", "-c64", f"-d{load}s", f"http://127.0.0.1:{EDGE}/"],
                           stdout=subprocess.DEVNULL, check=True)
            time.sleep(2)
            return quiet, measure.pss(platform.process.pid)
        finally:
            platform.end()


def version(runs):
    times = []
    for _ in range(runs):
        began = time.monotonic()
        subprocess.run([measure.ROOT / "weft", "version"], stdout=subprocess.DEVNULL, check=True)
        times.append((time.monotonic() - began) * 1000)
    return statistics.median(times)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=7)
    parser.add_argument("--idle", type=int, default=60, help="seconds before memory is looked at")
    parser.add_argument("--load", type=int, default=20, help="seconds of load before it is looked at again")
    options = parser.parse_args()
    subprocess.run([measure.ROOT / "weft", "build"], check=True)
    folder = pathlib.Path(tempfile.mkdtemp(prefix="weft-startup-"))
    try:
        first, later = starts(folder, options.runs)
        quiet, loaded = memory(folder, options.idle, options.load)
        command = version(15)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    lines = [f"# From the command to an answer, {time.strftime('%Y-%m-%d')}", "", f"{measure.machine()}; Weft {measure.commit()}", "",
             f"Milliseconds after the command, median of {options.runs} starts (quartiles); start-up cache in use.", "",
             "| | first start ever | later starts | aim |", "|---|---|---|---|"]
    for name, what, aim in (("edge", "edge answers", 400), ("api", "API answers", 400), ("ready", "controllers run", 800)):
        low, middle, high = measure.quartiles([row[name] for row in later])
        lines.append(f"| {what} | {first[name]:.0f} | {middle:.0f} ({low:.0f}–{high:.0f}) | ≤ {aim} |")
    lines += [f"| `weft version` | | {command:.0f} | ≤ 50 |", "",
              f"Memory (PSS of the process tree): {quiet:.0f} MiB after {options.idle} s without work, "
              f"{loaded:.0f} MiB after {options.load} s of load; aim ≤ 150 MB idle.", ""]
    measure.write_result("startup.md", "\n".join(lines))


if __name__ == "__main__":
    main()
