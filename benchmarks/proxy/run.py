#!/usr/bin/env python3
"""CPU per proxied request of the shipped `weft up`, beside HAProxy and nginx. See ../README.md."""
import argparse
import json
import pathlib
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
import measure

HERE = pathlib.Path(__file__).resolve().parent
HOST = "bench.default.svc.cluster.local"
PROXY_CORE, LOAD_CORE = "0", "1"
ORIGIN_PORTS = range(19101, 19109)
PORTS = {"haproxy": 19080, "nginx": 19081, "weft": 19082}
GUARD = 0.03


def pinned(core, *command, **options):
    return subprocess.Popen(["taskset", "-c", core, *map(str, command)], **options)


def fill(name, folder, **values):
    text = (HERE / name).read_text()
    for key, value in values.items():
        text = text.replace(f"@{key}@", str(value))
    path = folder / name
    path.write_text(text)
    return path


def answers(port):
    def look():
        request = urllib.request.Request(f"http://127.0.0.1:{port}/", headers={"Host": HOST})
        try:
            return urllib.request.urlopen(request, timeout=1).status == 200
        except OSError:
            return False
    return look


def start_peers(folder):
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    listens = "\n".join(f"        listen 127.0.0.1:{port};" for port in ORIGIN_PORTS)
    origin = pinned(LOAD_CORE, measure.tool("nginx"), "-c",
                    fill("nginx-origin.conf", folder, DIR=folder, LISTENS=listens, BODY="weft " * 25 + "end"), **quiet)
    (folder / "hosts.map").write_text(f"{HOST} bench\n")
    servers = "\n".join(f"    server s{port} 127.0.0.1:{port}" for port in ORIGIN_PORTS)
    haproxy = pinned(PROXY_CORE, measure.tool("haproxy"), "-db", "-f",
                     fill("haproxy.cfg", folder, DIR=folder, PORT=PORTS["haproxy"], SERVERS=servers), **quiet)
    upstream = "\n".join(f"        server 127.0.0.1:{port};" for port in ORIGIN_PORTS)
    nginx = pinned(PROXY_CORE, measure.tool("nginx"), "-c",
                   fill("nginx-proxy.conf", folder, DIR=folder, PORT=PORTS["nginx"], SERVERS=upstream), **quiet)
    return {"origin": origin, "haproxy": haproxy, "nginx": nginx}


def start_weft(folder):
    data = folder / "data"
    subprocess.run([measure.ROOT / "weft", "build"], check=True)
    weft = pinned(PROXY_CORE, measure.ROOT / "weft", "up", "--data", data, "--api", "127.0.0.1:19443",
                  "--edge", f"127.0.0.1:{PORTS['weft']}", "--console", "127.0.0.1:19090",
                  stdout=open(folder / "weft.log", "w"), stderr=subprocess.STDOUT)
    measure.wait_for((data / "kubeconfig").exists, 30, "weft up writes no kubeconfig")
    measure.wait_for(lambda: kubectl(data, "get", "--raw", "/readyz", check=False).returncode == 0, 30, "the API is not ready")
    return weft, data


def kubectl(data, *arguments, check=True, **options):
    command = ["taskset", "-c", LOAD_CORE, measure.tool("kubectl-current"), "--kubeconfig", data / "kubeconfig", *arguments]
    return subprocess.run(command, check=check, capture_output=True, text=True, **options)


def configure(data, objects):
    """The route, as a user would make it, and a store that is not empty."""
    service = {"apiVersion": "v1", "kind": "Service", "metadata": {"name": "bench"},
               "spec": {"ports": [{"name": "http", "port": 80}]}}
    slices = [{"apiVersion": "discovery.k8s.io/v1", "kind": "EndpointSlice", "addressType": "IPv4",
               "metadata": {"name": f"bench-{port}", "labels": {"kubernetes.io/service-name": "bench"}},
               "ports": [{"name": "http", "port": port}],
               "endpoints": [{"addresses": ["127.0.0.1"], "conditions": {"ready": True}}]} for port in ORIGIN_PORTS]
    apply(data, [service, *slices])
    for first in range(0, objects, 500):
        apply(data, [{"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": f"bench-{i}", "labels": {"app": "bench"}},
                      "data": {"key": f"value {i} " * 20}} for i in range(first, min(first + 500, objects))])
    measure.wait_for(answers(PORTS["weft"]), 10, "Weft does not route to the origin")


def apply(data, items):
    document = json.dumps({"apiVersion": "v1", "kind": "List", "items": items})
    result = kubectl(data, "create", "-f", "-", check=False, input=document)
    if result.returncode:
        sys.exit("kubectl create failed: " + result.stderr[:2000])


def load(port, seconds, pid, connections):
    user, kernel = measure.cpu(pid)
    out = subprocess.run(["taskset", "-c", LOAD_CORE, measure.tool("wrk"), "-t1", f"-c{connections}", f"-d{seconds}s",
                          "-s", HERE / "requests.lua", f"http://127.0.0.1:{port}/"], capture_output=True, text=True).stdout
    user, kernel = (after - before for after, before in zip(measure.cpu(pid), (user, kernel)))
    line = next(line for line in out.splitlines() if line.startswith("RESULT")).split()
    requests, micros, p50, p99, errors = map(int, line[1:])
    return {"cpu": (user + kernel) / requests * 1e6, "user": user / requests * 1e6, "rps": requests / micros * 1e6,
            "p50": p50, "p99": p99, "errors": errors}


def pid_of(process):
    return process.pid


def measure_rounds(options, processes):
    rounds = []
    for number in range(options.rounds):
        stolen = measure.steal()
        row = {}
        for who in ("haproxy", "weft", "haproxy again", "nginx"):
            name = who.split()[0]
            row[who] = load(PORTS[name], options.seconds, pid_of(processes[name]), options.connections)
            if row[who]["errors"]:
                sys.exit(f"{who} answered {row[who]['errors']} requests wrongly")
        row["guard"] = row["haproxy again"]["cpu"] / row["haproxy"]["cpu"]
        row["steal"] = measure.steal() - stolen
        both = {key: (row["haproxy"][key] + row["haproxy again"][key]) / 2 for key in row["haproxy"]}
        row["ratio"] = {name: {key: row[name][key] / both[key] for key in ("cpu", "rps", "p50", "p99")} for name in ("weft", "nginx")}
        rounds.append(row)
        print(f"  round {number + 1:2}: weft {row['ratio']['weft']['cpu']:.3f}  nginx {row['ratio']['nginx']['cpu']:.3f}  "
              f"haproxy against itself {row['guard']:.3f}  steal {row['steal']:.2f} s", flush=True)
    return rounds


def report(options, rounds, processes, void):
    lines = [f"# A proxied HTTP/1.1 request, {time.strftime('%Y-%m-%d')}", "", measure.machine(), "",
             f"{options.connections} connections, keep-alive, 128-byte answers, {len(ORIGIN_PORTS)} endpoints, "
             f"{options.objects} other objects stored, {options.rounds} rounds of {options.seconds} s, proxy on one core.", ""]
    if void:
        lines += ["**Void: HAProxy differed from itself by more than 3 % in " + f"{void} of {len(rounds)} rounds.**", ""]
    lines += ["| | CPU µs/request | of it user | requests/s | p50 µs | p99 µs | PSS MiB |", "|---|---|---|---|---|---|---|"]
    for name in ("haproxy", "weft", "nginx"):
        middle = {key: statistics.median(row[name][key] for row in rounds) for key in ("cpu", "user", "rps", "p50", "p99")}
        lines.append(f"| {name} | {middle['cpu']:.1f} | {middle['user']:.1f} | {middle['rps']:.0f} | {middle['p50']:.0f} | "
                     f"{middle['p99']:.0f} | {measure.pss(pid_of(processes[name])):.0f} |")
    lines += ["", "Median of the rounds' ratios to HAProxy (quartiles):", "",
              "| | CPU | requests/s | p50 | p99 |", "|---|---|---|---|---|"]
    for name in ("weft", "nginx"):
        cells = []
        for key in ("cpu", "rps", "p50", "p99"):
            low, middle, high = measure.quartiles([row["ratio"][name][key] for row in rounds])
            cells.append(f"{middle:.2f} ({low:.2f}–{high:.2f})")
        lines.append(f"| {name} | " + " | ".join(cells) + " |")
    low, middle, high = measure.quartiles([row["guard"] for row in rounds])
    lines += ["", f"HAProxy against itself: {middle:.3f} ({low:.3f}–{high:.3f})", ""]
    return "\n".join(lines)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=10)
    parser.add_argument("--seconds", type=int, default=6, help="of load, for each proxy and round")
    parser.add_argument("--warmup", type=int, default=10, help="seconds of load before the first round")
    parser.add_argument("--connections", type=int, default=32)
    parser.add_argument("--objects", type=int, default=10_000, help="stored beside the route")
    options = parser.parse_args()
    folder = pathlib.Path(tempfile.mkdtemp(prefix="weft-bench-"))
    processes = {}
    try:
        processes = start_peers(folder)
        processes["weft"], data = start_weft(folder)
        configure(data, options.objects)
        for name in PORTS:
            measure.wait_for(answers(PORTS[name]), 10, f"{name} does not answer")
            load(PORTS[name], options.warmup, pid_of(processes[name]), options.connections)
        rounds = measure_rounds(options, processes)
        void = sum(abs(row["guard"] - 1) > GUARD for row in rounds)
        name = "proxy-void.md" if void else "proxy.md"
        measure.write_result(name, report(options, rounds, processes, void))
        sys.exit(3 if void else 0)
    finally:
        for process in processes.values():
            process.terminate()
        for process in processes.values():
            try:
                process.wait(40)
            except subprocess.TimeoutExpired:
                process.kill()
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
