"""The rows of the table: each is a function of the stage and the options that gives a result. See README.md."""
import json
import pathlib
import re
import statistics
import subprocess
import threading
import time

import measure
import stage as stages
from stage import HOST, LOAD_CORE, PORTS, Absent, run, status

ROWS = {}
ERRORS_MAX = 1e-5  # two endpoints in a row may cut a request off: once in a million


def row(name, bar):
    def register(function):
        ROWS[name] = (function, bar)
        return function
    return register


def wrk(port, path, seconds, pid, connections=32, script=True):
    """Closed loop: CPU of the process tree, divided by the requests that wrk counted."""
    words = [measure.tool("wrk"), "-t1", f"-c{connections}", f"-d{seconds}s", "-s", stages.HERE / "peers/heads.lua",
             f"http://127.0.0.1:{port}{path}"]
    user, kernel = measure.cpu(pid)
    out = run(LOAD_CORE, *words).stdout
    user, kernel = (after - before for after, before in zip(measure.cpu(pid), (user, kernel)))
    requests, micros, p50, p99, errors = map(int, next(line for line in out.splitlines() if line.startswith("RESULT")).split()[1:])
    check(errors <= 2 + requests * ERRORS_MAX, f"{errors} of {requests} requests through port {port} failed")
    return {"cpu": (user + kernel) / requests * 1e6, "user": user / requests * 1e6, "rps": requests / micros * 1e6, "p50": p50, "p99": p99}


def check(right, message):
    if not right:
        raise SystemExit(message)


def paired(options, contenders, reference, measured):
    """Rounds in which all are measured, the reference twice; ratios to the mean of its two figures."""
    rounds = []
    for number in range(options.rounds):
        order = contenders if number % 2 == 0 else contenders[::-1]
        found = {name: measured(name) for name in order}
        again = measured(reference)
        rounds.append({"found": found, "guard": again["cpu"] / found[reference]["cpu"],
                       "base": {key: (found[reference][key] + again[key]) / 2 for key in again}})
    return rounds


def summary(rounds, reference, keys=("cpu",)):
    """Median and quartiles of the rounds' ratios, of each contender to the reference."""
    result = {"guard": measure.quartiles([one["guard"] for one in rounds]), "rounds": len(rounds), "figures": {}, "ratios": {}}
    for name in rounds[0]["found"]:
        result["figures"][name] = {key: statistics.median(one["found"][name][key] for one in rounds) for key in rounds[0]["found"][name]}
        if name != reference:
            result["ratios"][name] = {key: measure.quartiles([one["found"][name][key] / one["base"][key] for one in rounds]) for key in keys}
    return result


@row("http1", "CPU per request ≤ 0.90 of HAProxy doing the same, ≤ 1.0 of bare HAProxy")
def http1(stage, options):
    weft = stage.running_weft()
    paths = {"bare": "/bare"}
    once = lambda name: wrk(PORTS[name], paths.get(name, "/"), options.seconds, stage.pid(name))
    for name in ("haproxy", "bare", "nginx"):
        once(name)
    warm(stage, options, once)
    split_and_counts(stage, weft)
    result = summary(paired(options, ["haproxy", "weft", "bare", "nginx"], "haproxy", once), "haproxy", ("cpu", "user", "rps", "p50", "p99"))
    bare = result["figures"]["weft"]["cpu"] / result["figures"]["bare"]["cpu"]
    result["memory"] = {name: measure.pss(stage.pid(name)) for name in result["figures"]}
    return result | {"headline": ratio(result, "weft", "cpu") + f"; {bare:.2f} of bare HAProxy", "met": median(result, "weft", "cpu") <= 0.9 and bare <= 1}


def warm(stage, options, once, name="weft"):
    """Until the compilers have little left to do; the same for every row, so that rows can be run alone."""
    for _ in range(max(1, options.warmup // options.seconds)):
        once(name)


def split_and_counts(stage, weft):
    """Both ends: the generator counts who answered; every answer carried the right fields and length."""
    for name in ("weft", "haproxy"):
        seen = stage.generator.say("open", PORTS[name], "/", 2000, 3, 32)
        check(seen["wrong"] <= 1, f"{name}: {seen}")
        share = seen["canary"] / (seen["stable"] + seen["canary"])
        check(abs(share - 0.1) < 0.02, f"{name}: {share:.3f} of the requests went to canary (expected: 0.1)")


@row("mtls", "CPU per request ≤ 0.95 of HAProxy with the same")
def mtls(stage, options):
    weft = stage.running_weft()
    stage.once("mtls", lambda: mutual_tls(stage, weft))
    once = lambda name: wrk(PORTS[name], "/", options.seconds, stage.pid(name)) if name != "weft-mtls" else wrk_host(
        PORTS["weft"], "bench-tls.default", options.seconds, weft.process.pid)
    once("haproxy-mtls")
    warm(stage, options, once, "weft-mtls")
    result = summary(paired(options, ["haproxy-mtls", "weft-mtls"], "haproxy-mtls", once), "haproxy-mtls")
    return result | {"headline": ratio(result, "weft-mtls", "cpu"), "met": median(result, "weft-mtls", "cpu") <= 0.95}


def mutual_tls(stage, weft):
    """A BackendTLSPolicy on the services, and the Gateway's client certificate."""
    pem = lambda name: (stage.folder / name).read_text()
    if weft.kubectl("get", "gateway", "edge", "-n", "weft-system", check=False).returncode:
        raise Absent("there is no Gateway edge")
    secret = {"apiVersion": "v1", "kind": "Secret", "type": "kubernetes.io/tls", "metadata": {"name": "bench-client", "namespace": "weft-system"},
              "stringData": {"tls.crt": pem("client.crt"), "tls.key": pem("client.key")}}
    authority = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "bench-authority"}, "data": {"ca.crt": pem("ca.crt")}}
    policy = {"apiVersion": "gateway.networking.k8s.io/v1", "kind": "BackendTLSPolicy", "metadata": {"name": "bench-tls"},
              "spec": {"targetRefs": [{"group": "", "kind": "Service", "name": "bench-tls-" + group} for group in ("stable", "canary")],
                       "validation": {"hostname": HOST, "caCertificateRefs": [{"group": "", "kind": "ConfigMap", "name": "bench-authority"}]}}}
    backends = [item for item in stages.split_service("bench-tls", stages.STABLE_TLS, stages.CANARY_TLS) if item["kind"] != "TrafficSplit"]
    weft.apply([secret, authority, *backends, policy, route("bench-tls")])
    patch = {"spec": {"tls": {"backend": {"clientCertificateRef": {"group": "", "kind": "Secret", "name": "bench-client"}}}}}
    weft.kubectl("patch", "gateway", "edge", "-n", "weft-system", "--type=merge", "-p", json.dumps(patch))
    reaches(PORTS["weft"], "/steady", "bench-tls.default", "a backend with mutual TLS is not reached")


def route(name, **spec):
    """An HTTPRoute on the Gateway edge: 90:10 to the two groups."""
    refs = [{"name": name + "-stable", "port": 80, "weight": 90}, {"name": name + "-canary", "port": 80, "weight": 10}]
    return {"apiVersion": "gateway.networking.k8s.io/v1", "kind": "HTTPRoute", "metadata": {"name": name},
            "spec": {"parentRefs": [{"name": "edge", "namespace": "weft-system"}], "hostnames": [name + ".default"],
                     "rules": [{"backendRefs": refs}], **spec}}


def reaches(port, path, host, otherwise, seconds=5):
    deadline = time.monotonic() + seconds
    while status(port, path, host) != 200:
        if time.monotonic() > deadline:
            raise Absent(f"{otherwise} (answer {status(port, path, host)})")
        time.sleep(0.05)


def wrk_host(port, host, seconds, pid):
    """As wrk(), to another host: the script's heads with another name in them."""
    script = pathlib.Path(f"/tmp/weft-bench-{host}.lua")
    script.write_text((stages.HERE / "peers/heads.lua").read_text().replace("Host: bench.default", "Host: " + host))
    try:
        user, kernel = measure.cpu(pid)
        out = run(LOAD_CORE, measure.tool("wrk"), "-t1", "-c32", f"-d{seconds}s", "-s", script, f"http://127.0.0.1:{port}/").stdout
        used = sum(measure.cpu(pid)) - user - kernel
    finally:
        script.unlink()
    requests, micros, p50, p99, errors = map(int, next(line for line in out.splitlines() if line.startswith("RESULT")).split()[1:])
    check(errors <= 2 + requests * ERRORS_MAX, f"{errors} of {requests} requests to {host} failed")
    return {"cpu": used / requests * 1e6, "rps": requests / micros * 1e6, "p50": p50, "p99": p99}


def h2load(port, path, streams, seconds, pid, carries, *more):
    """Each right answer carries so many bytes, which tells it from a refusal in gRPC's shape."""
    before = sum(measure.cpu(pid))
    out = run(LOAD_CORE, measure.tool("h2load"), "-t1", "-c8", f"-m{streams}", "-D", seconds, "-H", f":authority: {HOST.replace('bench', 'bench-h2')}",
              *more, f"http://127.0.0.1:{port}{path}").stdout
    used = sum(measure.cpu(pid)) - before
    counts = re.search(r"(\d+) done, (\d+) succeeded, (\d+) failed", out)
    check(counts, "h2load said nothing: " + out[-500:])
    done, right, failed = map(int, counts.groups())
    carried = int(re.search(r"\((\d+)\) data", out).group(1))
    if right < done * 0.99 or not right or carried < right * carries:
        raise Absent(f"h2load through port {port}: {right} of {done} succeeded, with {carried} bytes (expected: {carries} each)")
    return {"cpu": used / right * 1e6, "rps": right / seconds}


def http2_backends(stage, weft):
    """Two groups that speak HTTP/2 in clear, behind an HTTPRoute."""
    items = stages.split_service("bench-h2", stages.STABLE_H2, stages.CANARY_H2, appProtocol="kubernetes.io/h2c")
    weft.apply([item for item in items if item["kind"] != "TrafficSplit" and item["metadata"]["name"] != "bench-h2"] + [route("bench-h2")])
    reaches(PORTS["weft"], "/steady", "bench-h2.default", "a backend that speaks HTTP/2 in clear is not reached")


def http2_row(stage, options, path, carries, more=()):
    weft = stage.running_weft()
    stage.once("h2", lambda: http2_backends(stage, weft))
    port = lambda name: PORTS["weft"] if name == "weft" else PORTS[name]
    parts, headline, met = {}, [], True
    for streams in (1, 32):
        once = lambda name: h2load(port(name), path, streams, options.seconds, stage.pid(name), carries, *more)
        once("haproxy-h2")
        warm(stage, options, once)
        part = summary(paired(options, ["haproxy-h2", "weft"], "haproxy-h2", once), "haproxy-h2", ("cpu", "rps"))
        parts[f"{streams} streams"] = part
        headline.append(f"{streams} stream{'s' if streams > 1 else ''}: " + ratio(part, "weft", "cpu"))
        met = met and median(part, "weft", "cpu") <= 1.3
    return {"parts": parts, "headline": "; ".join(headline), "met": met}


@row("http2", "CPU per request ≤ 1.3 of HAProxy `proto h2`, aim 1.0")
def http2(stage, options):
    return http2_row(stage, options, "/steady", 128)


@row("grpc", "CPU per call ≤ 1.3 of HAProxy `proto h2`, aim 1.0")
def grpc(stage, options):
    message = stage.folder / "files/empty-message"
    return http2_row(stage, options, "/grpc.Bench/Unary", 5, ("-d", message, "-H", "content-type: application/grpc", "-H", "te: trailers"))


def ratio(result, name, key):
    low, middle, high = result["ratios"][name][key]
    return f"{middle:.2f} ({low:.2f}–{high:.2f})"


def median(result, name, key):
    return result["ratios"][name][key][1]


def saturation(stage, options):
    """HAProxy's rate when it is asked for all it can, kept for the whole run."""
    if not hasattr(stage, "saturated"):
        stage.haproxy("haproxy")
        wrk(PORTS["haproxy"], "/", 1, stage.pid("haproxy"))
        stage.saturated = wrk(PORTS["haproxy"], "/", options.seconds, stage.pid("haproxy"))["rps"]
    return stage.saturated


@row("latency", "p50 ≤ 1.0 and p99 ≤ 1.3 of HAProxy's at 10, 25, 50 and 80 % of its saturation (at 80 %: p99 ≤ 2)")
def latency(stage, options):
    weft = stage.running_weft()
    warm(stage, options, lambda name: wrk(PORTS[name], "/", options.seconds, weft.process.pid))
    top = saturation(stage, options)
    parts, headline, met = {}, [], True
    for share in (10, 25, 50, 80):
        rate = int(top * share / 100)
        found = {name: [] for name in ("direct", "haproxy", "weft")}
        for number in range(options.rounds):
            for name in list(found)[:: 1 if number % 2 else -1]:
                one = stage.generator.say("open", PORTS[name], "/bare" if name == "direct" else "/", rate, options.seconds, 64)
                check(one["wrong"] <= 2 + rate * options.seconds * ERRORS_MAX, f"{name} at {rate}/s: {one}")
                found[name].append(one)
        part = {"rate": rate, "figures": {name: {key: statistics.median(one[key] for one in all) for key in ("p50", "p99", "max")} for name, all in found.items()}}
        part["ratios"] = {key: measure.quartiles([weft[key] / haproxy[key] for weft, haproxy in zip(found["weft"], found["haproxy"])]) for key in ("p50", "p99")}
        parts[f"{share} %"] = part
        headline.append(f"{share} %: {part['ratios']['p50'][1]:.2f} / {part['ratios']['p99'][1]:.2f}")
        met = met and part["ratios"]["p50"][1] <= 1 and part["ratios"]["p99"][1] <= (2 if share == 80 else 1.3)
    return {"parts": parts, "headline": "; ".join(headline), "met": met}


class Control:
    """50 applies a second and a list of 5,000 objects each second, from threads of their own."""

    def __init__(self, weft):
        self.weft, self.over, self.applies, self.lists = weft, threading.Event(), 0, 0
        self.threads = [threading.Thread(target=work, daemon=True) for work in (self.apply, self.list)]

    def __enter__(self):
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *failure):
        self.over.set()
        for thread in self.threads:
            thread.join(30)

    def apply(self):
        call, due = self.weft.api(), time.monotonic()
        while not self.over.is_set():
            number = self.applies % 1000
            call("PUT", f"/api/v1/namespaces/default/configmaps/bench-{number}",
                 {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": f"bench-{number}", "labels": {"app": "bench"}},
                  "data": {"key": f"value {self.applies} " * 20}})
            self.applies += 1
            due += 0.02
            time.sleep(max(0, due - time.monotonic()))

    def list(self):
        call = self.weft.api()
        while not self.over.is_set():
            began = time.monotonic()
            call("GET", "/api/v1/namespaces/default/configmaps?limit=5000")
            self.lists += 1
            self.over.wait(max(0, 1 - (time.monotonic() - began)))


@row("control", "p99 at 25 % ≤ 2 × quiet while 50 applies a second and a list of 5,000 objects each second are served")
def control(stage, options):
    weft = stage.running_weft()
    rate = int(saturation(stage, options) * 0.25)
    warm(stage, options, lambda name: wrk(PORTS[name], "/", options.seconds, weft.process.pid))
    seconds = max(options.seconds, 2)
    ratios, busy, quiet = [], [], []
    for _ in range(options.rounds):
        quiet.append(stage.generator.say("open", PORTS["weft"], "/", rate, seconds, 64))
        with Control(weft):
            time.sleep(0.2)
            busy.append(stage.generator.say("open", PORTS["weft"], "/", rate, seconds, 64))
        ratios.append(busy[-1]["p99"] / quiet[-1]["p99"])
    low, middle, high = measure.quartiles(ratios)
    worst = max(one["max"] for one in busy) / 1000
    return {"ratios": {"weft": {"p99": (low, middle, high)}}, "figures": {"quiet": quiet, "busy": busy},
            "headline": f"{middle:.2f} ({low:.2f}–{high:.2f}); longest wait {worst:.0f} ms", "met": middle <= 2}


@row("first-second", "requests in the second after ready ≥ 0.35 of HAProxy's steady rate, ready ≤ 400 ms")
def first_second(stage, options):
    steady = saturation(stage, options)
    if stage.weft:
        stage.weft.end()
    shares, readies = [], []
    for _ in range(min(options.rounds, 5) + 1):
        stage.weft = stages.Weft(stage.folder, "0,1").wait()
        said = re.search(r"ready in ([\d.]+) s", (stage.folder / "weft.log").read_text())
        if not (stage.folder / "data/configured").exists():
            stage.weft.apply(stages.split_service("bench", stages.STABLE, stages.CANARY))
            (stage.folder / "data/configured").touch()
            measure.wait_for(lambda: status(PORTS["weft"], "/steady") == 200, 10, "Weft does not route")
            stage.weft.end()
            continue
        measure.wait_for(lambda: status(PORTS["weft"], "/steady") == 200, 10, "Weft does not route after a restart")
        shares.append(wrk(PORTS["weft"], "/", 1, stage.weft.process.pid)["rps"] / steady)
        readies.append(float(said.group(1)))
        stage.weft.end()
    stage.weft = stages.Weft(stage.folder).wait()
    measure.wait_for(lambda: status(PORTS["weft"], "/steady") == 200, 10, "Weft does not route after a restart")
    low, middle, high = measure.quartiles(shares)
    ready = statistics.median(readies)
    return {"figures": {"shares": shares, "ready": readies}, "headline": f"{middle:.2f} ({low:.2f}–{high:.2f}); ready in {ready * 1000:.0f} ms",
            "met": middle >= 0.35 and ready <= 0.4}


@row("bodies", "CPU per GiB ≤ 1.1 of HAProxy as installed; with splicing printed")
def bodies(stage, options):
    stage.running_weft()
    parts, headline, met = {}, [], True
    for name, size in (("64k", 64 << 10), ("16m", 16 << 20)):
        def once(who):
            found = wrk(PORTS[who], f"/files/{name}", options.seconds, stage.pid(who), connections=8)
            return {"cpu": found["cpu"] / 1e6 / size * (1 << 30), "rps": found["rps"] * size / (1 << 30)}
        for who in ("haproxy", "splice"):
            once(who)
        warm(stage, options, once)
        part = summary(paired(options, ["haproxy", "weft", "splice"], "haproxy", once), "haproxy")
        parts[name] = part
        headline.append(f"{name}: {ratio(part, 'weft', 'cpu')}, HAProxy splicing {median(part, 'splice', 'cpu'):.2f}")
        met = met and median(part, "weft", "cpu") <= 1.1
    return {"parts": parts, "headline": "; ".join(headline), "met": met}


@row("handshakes", "CPU per handshake as server ≤ 1.0 of HAProxy's, full and resumed, X25519 and P-256")
def handshakes(stage, options):
    weft = stage.running_weft()
    stage.once("https", lambda: https_listener(stage, weft))
    ports = {"weft": 19092, "haproxy-tls": PORTS["haproxy-tls"]}
    parts, headline, met = {}, [], True
    for group in ("X25519", "P-256"):
        for kind in ("new", "reuse"):
            once = lambda name: handshaken(stage, ports[name], group, kind, options.seconds, stage.pid(name))
            once("haproxy-tls")
            warm(stage, options, once)
            part = summary(paired(options, ["haproxy-tls", "weft"], "haproxy-tls", once), "haproxy-tls")
            parts[f"{group} {kind}"] = part
            headline.append(f"{group} {'full' if kind == 'new' else 'resumed'}: " + ratio(part, "weft", "cpu"))
            met = met and median(part, "weft", "cpu") <= 1
    return {"parts": parts, "headline": "; ".join(headline), "met": met}


def https_listener(stage, weft):
    """A second listener of the Gateway edge, with a certificate from a Secret."""
    pem = lambda name: (stage.folder / name).read_text()
    weft.apply([{"apiVersion": "v1", "kind": "Secret", "type": "kubernetes.io/tls", "metadata": {"name": "bench-server", "namespace": "weft-system"},
                 "stringData": {"tls.crt": pem("server.crt"), "tls.key": pem("server.key")}}])
    listener = {"name": "https", "port": 19092, "protocol": "HTTPS", "allowedRoutes": {"namespaces": {"from": "All"}},
                "tls": {"mode": "Terminate", "certificateRefs": [{"group": "", "kind": "Secret", "name": "bench-server"}]}}
    patch = [{"op": "add", "path": "/spec/listeners/-", "value": listener}]
    if weft.kubectl("patch", "gateway", "edge", "-n", "weft-system", "--type=json", "-p", json.dumps(patch), check=False).returncode:
        raise Absent("the Gateway edge takes no HTTPS listener")
    deadline = time.monotonic() + 5
    while "Verify return code" not in run(LOAD_CORE, "openssl", "s_client", "-connect", "127.0.0.1:19092", "-servername", HOST, input="").stdout:
        if time.monotonic() > deadline:
            raise Absent("the HTTPS listener does not answer")
        time.sleep(0.2)


def handshaken(stage, port, group, kind, seconds, pid):
    """One connection after another, each with one small request, so that session tickets arrive."""
    settings = stage.folder / f"openssl-{group}.cnf"
    settings.write_text(f"openssl_conf = all\n[all]\nssl_conf = ssl\n[ssl]\nsystem_default = tls\n[tls]\nGroups = {group}\n")
    before = sum(measure.cpu(pid))
    out = run(LOAD_CORE, "openssl", "s_time", "-connect", f"127.0.0.1:{port}", f"-{kind}", "-time", max(1, int(seconds)), "-www", "/",
              env={"PATH": "/usr/bin:/bin", "OPENSSL_CONF": str(settings)})
    used = sum(measure.cpu(pid)) - before
    counted = re.search(r"(\d+) connections in [\d.]+ real seconds", out.stdout)
    if not counted or not int(counted.group(1)):
        raise Absent(f"no handshake with port {port}: {(out.stderr or out.stdout)[-200:]}")
    return {"cpu": used / int(counted.group(1)) * 1e6}


@row("allocation", "≤ 100 B per proxied HTTP/1 request, by the threads' own counters; with HTTP/2 ≤ 1 KiB")
def allocation(stage, options):
    weft = stage.running_weft()

    def per_request(load):
        load(), load(), load()
        before = edge_bytes(weft)
        requests = load()
        return (edge_bytes(weft) - before) / requests

    def over_http1():
        return wrk(PORTS["weft"], "/", 3, weft.process.pid)["rps"] * 3

    def over_http2():
        stage.once("h2", lambda: http2_backends(stage, weft))
        return h2load(PORTS["weft"], "/steady", 32, 3, weft.process.pid, 128)["rps"] * 3
    found = {"HTTP/1": per_request(over_http1)}
    try:
        found["HTTP/2"] = per_request(over_http2)
    except Absent:
        pass
    return {"figures": found, "headline": "; ".join(f"{name}: {value:.0f} B" for name, value in found.items()),
            "met": found["HTTP/1"] <= 100 and found.get("HTTP/2", 0) <= 1024}


def edge_bytes(weft):
    return sum(number for number, name in weft.look() if name.startswith("weft-edge"))


@row("routes", "CPU per request with 10,000 mixed routes, drawn uniformly, ≤ 1.05 of 10 routes")
def routes(stage, options):
    weft = stage.running_weft()
    if weft.kubectl("get", "gateway", "edge", "-n", "weft-system", check=False).returncode:
        raise Absent("there is no Gateway edge")
    stage.once("routes", lambda: mixed_routes(weft, range(1250)))
    reaches(PORTS["weft"], "/exact/9998", "r1249.bench.example", "the last of 10,000 routes is not served", 30)
    once = lambda name: wrk_routes(10 if name == "weft" else 10_000, options.seconds, weft.process.pid)
    warm(stage, options, once)
    warm(stage, options, once, "weft-many")
    result = summary(paired(options, ["weft", "weft-many"], "weft", once), "weft")
    return result | {"headline": ratio(result, "weft-many", "cpu"), "met": median(result, "weft-many", "cpu") <= 1.05}


def mixed_route(number, note=""):
    """Eight rules: exact paths, prefixes, a header, a query and an expression."""
    base = number * 8
    paths = lambda kind, value: {"path": {"type": kind, "value": value}}
    matches = [paths("Exact", f"/exact/{base + i}") for i in range(0, 8, 2)]
    matches += [paths("PathPrefix", f"/prefix/{base + 1}"), {**paths("PathPrefix", f"/header/{base + 3}"), "headers": [{"name": "x-kind", "value": "a"}]},
                {**paths("PathPrefix", f"/query/{base + 5}"), "queryParams": [{"name": "item", "value": "1"}]},
                paths("RegularExpression", f"/expression/{base + 7}/[a-z]+")]
    rules = [{"matches": [match], "backendRefs": [{"name": "bench-stable", "port": 80}]} for match in matches]
    return {"apiVersion": "gateway.networking.k8s.io/v1", "kind": "HTTPRoute", "metadata": {"name": f"r{number}", "annotations": {"note": note}},
            "spec": {"parentRefs": [{"name": "edge", "namespace": "weft-system"}], "hostnames": [f"r{number}.bench.example"], "rules": rules}}


def mixed_routes(weft, numbers, method="POST", note=""):
    call = weft.api()
    for number in numbers:
        name = "" if method == "POST" else f"/r{number}"
        code, body = call(method, "/apis/gateway.networking.k8s.io/v1/namespaces/default/httproutes" + name, mixed_route(number, note),
                          "application/json" if method == "POST" else "application/merge-patch+json")
        if code >= 300:
            raise Absent(f"a route was refused: {body[:200]}")


def wrk_routes(count, seconds, pid):
    """Requests drawn uniformly over routes: host, path, header and query of each match."""
    script = pathlib.Path(f"/tmp/weft-bench-routes-{count}.lua")
    script.write_text("""
local count, heads, seed = %d, {}, 7
local kinds = { [0] = "/exact/%%d", [1] = "/prefix/%%d/x", [2] = "/exact/%%d", [3] = "/header/%%d", [4] = "/exact/%%d", [5] = "/query/%%d?item=1", [6] = "/exact/%%d", [7] = "/expression/%%d/abc" }
for i = 0, count - 1 do
  heads[i] = string.format("GET " .. kinds[i %% 8] .. " HTTP/1.1\\r\\nHost: r%%d.bench.example\\r\\nx-kind: a\\r\\nAccept: */*\\r\\n\\r\\n", i, math.floor(i / 8))
end
request = function() seed = (seed * 1103515245 + 12345) %% 2147483648; return heads[math.floor(seed / 65536) %% count] end
done = function(s, latency) io.write(string.format("RESULT %%d %%d %%d\\n", s.requests, s.duration, s.errors.connect + s.errors.read + s.errors.write + s.errors.status + s.errors.timeout)) end
""" % count)
    try:
        before = sum(measure.cpu(pid))
        out = run(LOAD_CORE, measure.tool("wrk"), "-t1", "-c32", f"-d{seconds}s", "-s", script, f"http://127.0.0.1:{PORTS['weft']}/").stdout
        used = sum(measure.cpu(pid)) - before
    finally:
        script.unlink()
    requests, micros, errors = map(int, next(line for line in out.splitlines() if line.startswith("RESULT")).split()[1:])
    check(errors <= 2 + requests * 0.002, f"{errors} of {requests} requests over {count} routes failed")
    return {"cpu": used / requests * 1e6, "rps": requests / micros * 1e6}


@row("idle", "10,000 idle keep-alive connections that each carried a request: ≤ 8 KiB each of heap, direct and native memory")
def idle(stage, options):
    weft, count = stage.running_weft(), 10_000
    memory = lambda: {name: number for number, name in weft.look(full=True) if name in ("heap", "metadata", "direct")} | {
        "resident": measure.pss(weft.process.pid) * (1 << 20)}
    stage.generator.say("idle", PORTS["weft"], "/steady", 100)
    stage.generator.say("release")
    before = memory()
    opened = stage.generator.say("idle", PORTS["weft"], "/steady", count)
    check(opened["open"] == count, f"{opened}")
    after = memory()
    stage.generator.say("release")
    each = {name: (after[name] - before[name]) / count for name in after}
    total = each["heap"] + each["direct"]
    whole = max(total, each["resident"])
    return {"figures": each, "headline": f"{total / 1024:.1f} KiB heap and direct, {each['resident'] / 1024:.1f} KiB resident", "met": whole <= 8192}


@row("replaced", "5,000 routes replaced each second under load: p99 ≤ 1.2 × none, no failed request")
def replaced(stage, options):
    weft = stage.running_weft()
    if weft.kubectl("get", "gateway", "edge", "-n", "weft-system", check=False).returncode:
        raise Absent("there is no Gateway edge")
    stage.once("routes", lambda: mixed_routes(weft, range(1250)))
    rate = int(saturation(stage, options) * 0.25)
    seconds, ratios, reached, replaced_each = max(options.seconds, 3), [], [], []
    for number in range(options.rounds):
        quiet = stage.generator.say("open", PORTS["weft"], "/", rate, seconds, 64)
        over, done = threading.Event(), [0]

        def replace():
            while not over.is_set():
                began = time.monotonic()
                for half in (0, 1):
                    mixed_routes(weft, range(half, 625, 2), "PATCH", f"{number} {done[0]}")
                done[0] += 1
                over.wait(max(0, 1 - (time.monotonic() - began)))
        thread = threading.Thread(target=replace, daemon=True)
        thread.start()
        busy = stage.generator.say("open", PORTS["weft"], "/", rate, seconds, 64)
        over.set()
        thread.join(30)
        check(busy["wrong"] <= 2, f"requests failed while routes were replaced: {busy}")
        check(done[0], "no round of replacing was finished")
        ratios.append(busy["p99"] / quiet["p99"])
        replaced_each.append(done[0] * 5000 / seconds)
    low, middle, high = measure.quartiles(ratios)
    return {"ratios": {"weft": {"p99": (low, middle, high)}}, "headline": f"p99 {middle:.2f} ({low:.2f}–{high:.2f}) at {statistics.median(replaced_each):.0f} routes/s",
            "met": middle <= 1.2}
