"""The rows of the table that compare CPU: each is a function of the stage and the options that gives a result. See README.md."""
import contextlib
import json
import time

import measure
import rounds
import stage as stages
from loads import Downloads, H2load, Handshakes, OneByOne, Origin, Wrk, check
from rounds import Contender
from stage import EDGE_FEW, EDGE_TLS, HOST, LOAD_CORE, ONCE, PORTS, Absent, once_name, run, status

ROWS = {}


def row(name, bar):
    def register(function):
        ROWS[name] = (function, bar)
        return function
    return register


def measured(stage, options, reference, makers, warm=("weft",), unit=1.0, warmup=None, cycles=None, seconds=rounds.SLICE):
    """Contenders whose generators stand for the whole row; the one under test is warmed up for longest."""
    with contextlib.ExitStack() as over:
        contenders = {}
        for name, (pid, make) in makers.items():
            load = make()
            over.callback(load.kill)
            contenders[name] = Contender(pid, load, unit)
        for name, contender in contenders.items():
            contender.load.slice((warmup or options.warmup) if name in warm else 0.3)
        found = rounds.paired(contenders, reference, options.rounds, cycles or options.cycles, seconds)
        for contender in contenders.values():
            contender.load.end()
    return found


def ratio(result, name, key="cpu"):
    low, middle, high = result["ratios"][name][key]
    return f"{middle:.2f} ({low:.2f}–{high:.2f})"


def median(result, name, key="cpu"):
    return result["ratios"][name][key][1]


@row("http1", "CPU per request ≤ 0.90 of HAProxy doing the same, ≤ 1.0 of bare HAProxy")
def http1(stage, options):
    stage.running_weft()
    paths = {"bare": "/bare"}
    makers = {name: (stage.pid(name), lambda name=name: Wrk(stage.folder, PORTS[name], paths.get(name, "/")))
              for name in ("haproxy", "weft", "bare", "nginx")}
    found = measured(stage, options, "haproxy", makers)
    split_and_counts(stage)
    result = rounds.summary(found, "haproxy", ("cpu", "user", "rps"))
    bare = rounds.against(found, "weft", "bare")
    for name, (pid, _) in makers.items():
        result["figures"][name] |= saturated(stage, name, pid, paths.get(name, "/")) | {"memory": measure.pss(pid)}
    return result | {"headline": ratio(result, "weft") + f"; {bare:.2f} of bare HAProxy", "met": median(result, "weft") <= 0.9 and bare <= 1}


def saturated(stage, name, pid, path="/", seconds=2):
    """One run of wrk without a stop, for its p50 and p99, and for the rate."""
    counter = stage.folder / "count"
    counter.write_bytes(bytes(4096))
    out = run(LOAD_CORE, measure.tool("wrk"), "-t1", "-c32", f"-d{seconds}s", "-s", stages.HERE / "peers/heads.lua",
              f"http://127.0.0.1:{PORTS[name]}{path}", "--", counter, HOST).stdout
    requests, micros, p50, p99, errors = map(int, next(line for line in out.splitlines() if line.startswith("RESULT")).split()[1:])
    check(errors <= 2 + requests * 1e-5, f"{errors} of {requests} requests through {name} failed")
    return {"p50": p50, "p99": p99, "peak": requests / micros * 1e6}


def split_and_counts(stage):
    """Both ends: the generator counts who answered; every answer carried the right fields and length."""
    for name in ("weft", "haproxy"):
        seen = stage.open_loop(f"split-{name}", PORTS[name], 2000, 3000, 32)
        check(seen["wrong"] <= 1, f"{name}: {seen}")
        share = seen["canary"] / (seen["stable"] + seen["canary"])
        check(abs(share - 0.1) < 0.02, f"{name}: {share:.3f} of the requests went to canary (expected: 0.1)")


@row("mtls", "CPU per request ≤ 0.95 of HAProxy with the same")
def mtls(stage, options):
    weft = stage.running_weft()
    stage.once("mtls", lambda: mutual_tls(stage, weft))
    makers = {"haproxy-mtls": (stage.pid("haproxy-mtls"), lambda: Wrk(stage.folder, PORTS["haproxy-mtls"])),
              "weft": (stage.pid("weft"), lambda: Wrk(stage.folder, PORTS["weft"], host="bench-tls.default"))}
    result = rounds.summary(measured(stage, options, "haproxy-mtls", makers), "haproxy-mtls")
    return result | {"headline": ratio(result, "weft"), "met": median(result, "weft") <= 0.95}


def tls_backends(stage, name, ports):
    """Services whose endpoints speak TLS, a policy that says so, and a route to them."""
    policy = {"apiVersion": "gateway.networking.k8s.io/v1", "kind": "BackendTLSPolicy", "metadata": {"name": name},
              "spec": {"targetRefs": [{"group": "", "kind": "Service", "name": f"{name}-{group}"} for group in ("stable", "canary")],
                       "validation": {"hostname": HOST, "caCertificateRefs": [{"group": "", "kind": "ConfigMap", "name": "bench-authority"}]}}}
    authority = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "bench-authority"}, "data": {"ca.crt": stage.pem("ca.crt")}}
    backends = [item for item in stages.split_service(name, *ports) if item["kind"] != "TrafficSplit"]
    return [authority, *backends, policy, route(name)]


def mutual_tls(stage, weft):
    """TLS to the backends, and the Gateway's client certificate."""
    secret = {"apiVersion": "v1", "kind": "Secret", "type": "kubernetes.io/tls", "metadata": {"name": "bench-client", "namespace": "weft-system"},
              "stringData": {"tls.crt": stage.pem("client.crt"), "tls.key": stage.pem("client.key")}}
    weft.apply([secret, *tls_backends(stage, "bench-tls", (stages.STABLE_TLS, stages.CANARY_TLS))])
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


def http2_backends(stage, weft):
    """Two groups that speak HTTP/2 in clear, behind an HTTPRoute."""
    items = stages.split_service("bench-h2", stages.STABLE_H2, stages.CANARY_H2, appProtocol="kubernetes.io/h2c")
    weft.apply([item for item in items if item["kind"] != "TrafficSplit" and item["metadata"]["name"] != "bench-h2"] + [route("bench-h2")])
    reaches(PORTS["weft"], "/steady", "bench-h2.default", "a backend that speaks HTTP/2 in clear is not reached")


def http2_row(stage, options, path, carries, more=()):
    weft = stage.running_weft()
    stage.once("h2", lambda: http2_backends(stage, weft))
    parts, headline, met, origin = {}, [], True, Origin()
    for streams in (1, 32):
        makers = {name: (stage.pid(name), lambda name=name: H2load(origin, PORTS[name], path, streams, carries, more)) for name in ("haproxy-h2", "weft")}
        part = rounds.summary(measured(stage, options, "haproxy-h2", makers), "haproxy-h2", ("cpu", "rps"))
        parts[f"{streams} streams"] = part
        headline.append(f"{streams} stream{'s' if streams > 1 else ''}: " + ratio(part, "weft"))
        met = met and median(part, "weft") <= 1.3
    return {"parts": parts, "headline": "; ".join(headline), "met": met}


@row("http2", "CPU per request ≤ 1.3 of HAProxy `proto h2`, aim 1.0")
def http2(stage, options):
    return http2_row(stage, options, "/steady", 128)


@row("grpc", "CPU per call ≤ 1.3 of HAProxy `proto h2`, aim 1.0")
def grpc(stage, options):
    message = stage.folder / "files/empty-message"
    return http2_row(stage, options, "/grpc.Bench/Unary", 5, ("-d", message, "-H", "content-type: application/grpc", "-H", "te: trailers"))


@row("bodies", "CPU per GiB ≤ 1.1 of HAProxy as installed; with splicing printed")
def bodies(stage, options):
    stage.running_weft()
    parts, headline, met = {}, [], True
    for name, size in (("64k", 64 << 10), ("16m", 16 << 20)):
        def make(who):
            path = f"/files/{name}"
            return Wrk(stage.folder, PORTS[who], path, connections=8) if name == "64k" else Downloads(PORTS[who], path, size)
        makers = {who: (stage.pid(who), lambda who=who: make(who)) for who in ("haproxy", "weft", "splice")}
        large = {"cycles": max(1, options.cycles // 3), "seconds": rounds.SLICE * 3} if name == "16m" else {}
        part = rounds.summary(measured(stage, options, "haproxy", makers, unit=size / (1 << 30), **large), "haproxy")
        parts[name] = part
        headline.append(f"{name}: {ratio(part, 'weft')}, HAProxy splicing {median(part, 'splice'):.2f}")
        met = met and median(part, "weft") <= 1.1
    return {"parts": parts, "headline": "; ".join(headline), "met": met}


@row("handshakes", "CPU per handshake ≤ 1.0 of HAProxy's, as server and as client, full and resumed, X25519 and P-256")
def handshakes(stage, options):
    weft = stage.running_weft()
    stage.once("https", lambda: https_listener(stage, weft))
    names = {f"{side}, {group}, {kind}": (side, group, kind) for side in ("server", "client") for group, kind in ONCE}
    wanted = [name for name in names if not options.part or any(part in name for part in options.part)]
    check(wanted, "no part of the row has such a name: " + ", ".join(names))
    if any(names[name][0] == "client" for name in wanted):
        stage.once("once", lambda: once_backends(stage, weft))
    found = {name: {"server": as_server, "client": as_client}[names[name][0]](stage, options, *names[name][1:]) for name in wanted}
    found = {name: part | {"weft": measure.commit()} for name, part in found.items()}
    older = options.kept.get("handshakes", {}).get("parts", {})  # parts that were not asked for keep what they had
    parts = {name: found.get(name) or older[name] for name in names if name in found or name in older}
    headline = "; ".join(f"{name}: {ratio(part, 'weft')}" for name, part in parts.items())
    if len(parts) < len(names):
        headline += f" ({len(parts)} of {len(names)} parts measured)"
    return {"parts": parts, "headline": headline, "met": len(parts) == len(names) and all(median(part, "weft") <= 1 for part in parts.values())}


HANDSHAKES_WARM = 15_000  # by then the JVM has compiled what each of them runs once: before, its compiler takes as much CPU as they do


def warmed(load):
    done = 0
    while done < HANDSHAKES_WARM:
        done += load.slice(2)
    load.kill()


def as_server(stage, options, group, kind):
    """Callers that make a connection for each request; a slice is so many of them."""
    stage.once("warm as server", lambda: warmed(Handshakes(stage.folder, EDGE_TLS, "X25519", "full", 50)))
    each = 4 if kind == "full" else 8
    makers = {name: (stage.pid(name), lambda port=port: Handshakes(stage.folder, port, stages.GROUPS[group], kind, each))
              for name, port in (("haproxy-tls", PORTS["haproxy-tls"]), ("weft", EDGE_TLS))}
    return rounds.summary(measured(stage, options, "haproxy-tls", makers, warmup=3, cycles=max(1, options.cycles // 2)), "haproxy-tls")


def as_client(stage, options, group, kind):
    """An origin that closes after each answer; a slice is so many requests."""
    name = once_name(group, kind)
    resumed_as_meant(name, kind)
    stage.once("warm as client", lambda: warmed(Wrk(stage.folder, PORTS["weft"], "/", name + ".default", connections=8)))
    each = 4 if kind == "full" else 8
    makers = {name: (stage.pid(name), lambda: OneByOne(PORTS[name], HOST, each)),
              "weft": (stage.pid("weft"), lambda: OneByOne(PORTS["weft"], name + ".default", each))}
    return rounds.summary(measured(stage, options, name, makers, warmup=3, cycles=max(1, options.cycles // 2)), name)


def once_backends(stage, weft):
    """Backends to which each request is a connection and a handshake of its own."""
    for key, ports in ONCE.items():
        weft.apply(tls_backends(stage, once_name(*key), ports))
        reaches(PORTS["weft"], "/", once_name(*key) + ".default", "a backend that closes after each answer is not reached")
        stage.haproxy(once_name(*key))


def resumed_as_meant(name, kind):
    """The origin says whether a session was resumed: by far most must be, or none."""
    import http.client
    for port, host in ((PORTS["weft"], name + ".default"), (PORTS[name], HOST)):
        said = []
        for _ in range(20):
            wire = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
            wire.request("GET", "/", headers={"Host": host})
            said.append(wire.getresponse().getheader("x-resumed"))
            wire.close()
        resumed = said.count("r")
        check(resumed >= 12 if kind == "resumed" else resumed == 0, f"{name} through port {port}: {resumed} of 20 sessions were resumed")


def https_listener(stage, weft):
    """A second listener of the Gateway edge, with a certificate from a Secret."""
    weft.apply([{"apiVersion": "v1", "kind": "Secret", "type": "kubernetes.io/tls", "metadata": {"name": "bench-server", "namespace": "weft-system"},
                 "stringData": {"tls.crt": stage.pem("server.crt"), "tls.key": stage.pem("server.key")}}])
    weft.listener({"name": "https", "port": EDGE_TLS, "protocol": "HTTPS", "allowedRoutes": {"namespaces": {"from": "All"}},
                   "tls": {"mode": "Terminate", "certificateRefs": [{"group": "", "kind": "Secret", "name": "bench-server"}]}})
    deadline = time.monotonic() + 5
    while "Verify return code" not in run(LOAD_CORE, "openssl", "s_client", "-connect", f"127.0.0.1:{EDGE_TLS}", "-servername", HOST, input="").stdout:
        if time.monotonic() > deadline:
            raise Absent("the HTTPS listener does not answer")
        time.sleep(0.2)
    # The Service's own host name is the edge's alone; on a further listener it needs a route.
    weft.apply([route("bench", hostnames=[HOST], parentRefs=[{"name": "edge", "namespace": "weft-system", "sectionName": "https"}])])
    measure.wait_for(lambda: stages.tls_status(EDGE_TLS) == 200, 5, "the HTTPS listener does not route")


@row("routes", "CPU per request with 10,000 mixed routes, drawn uniformly, ≤ 1.05 of 10 routes")
def routes(stage, options):
    weft = stage.running_weft()
    stage.once("routes", lambda: mixed_routes(weft, range(1250)))
    stage.once("few", lambda: few_routes(weft))
    reaches(PORTS["weft"], "/exact/9998", "r1249.bench.example", "the last of 10,000 routes is not served", 30)
    makers = {"haproxy": (stage.pid("haproxy"), lambda: Wrk(stage.folder, PORTS["haproxy"])),
              "few": (stage.pid("weft"), lambda: Wrk(stage.folder, EDGE_FEW, host="few.example", routes=10)),
              "weft": (stage.pid("weft"), lambda: Wrk(stage.folder, PORTS["weft"], host="bench.example", routes=10_000))}
    found = measured(stage, options, "haproxy", makers, warm=("few", "weft"))
    result = rounds.summary(found, "haproxy")
    low, middle, high = result["ratios"]["weft"]["few"] = measure.quartiles([one["weft"]["cpu"] / one["few"]["cpu"] for one in found])
    return result | {"headline": f"{middle:.2f} ({low:.2f}–{high:.2f})", "met": middle <= 1.05}


def few_routes(weft):
    """A listener of its own in the same process, so that both are in the same rounds: ten routes, and a table for them alone."""
    weft.listener({"name": "few", "port": EDGE_FEW, "protocol": "HTTP", "allowedRoutes": {"namespaces": {"from": "All"}}})
    call = weft.api()
    for number in (0, 1):
        it = mixed_route(number)
        it["metadata"]["name"] = f"few{number}"
        it["spec"]["hostnames"] = [f"r{number}.few.example"]
        it["spec"]["parentRefs"][0]["sectionName"] = "few"
        it["spec"]["rules"] = it["spec"]["rules"][: 8 if number == 0 else 2]
        code, body = call("POST", ROUTES, it)
        check(code < 300, f"a route was refused: {body[:200]}")
    reaches(EDGE_FEW, "/exact/8", "r1.few.example", "the listener with ten routes does not serve", 10)


ROUTES = "/apis/gateway.networking.k8s.io/v1/namespaces/default/httproutes"


def mixed_route(number):
    """Eight rules: exact paths, prefixes, a header, a query and an expression."""
    base = number * 8
    paths = lambda kind, value: {"path": {"type": kind, "value": value}}
    matches = [paths("Exact", f"/exact/{base}"), paths("PathPrefix", f"/prefix/{base + 1}"), paths("Exact", f"/exact/{base + 2}"),
               {**paths("PathPrefix", f"/header/{base + 3}"), "headers": [{"name": "x-kind", "value": "a"}]}, paths("Exact", f"/exact/{base + 4}"),
               {**paths("PathPrefix", f"/query/{base + 5}"), "queryParams": [{"name": "item", "value": "1"}]}, paths("Exact", f"/exact/{base + 6}"),
               paths("RegularExpression", f"/expression/{base + 7}/[a-z]+")]
    rules = [{"matches": [match], "backendRefs": [{"name": "bench-stable", "port": 80}]} for match in matches]
    return {"apiVersion": "gateway.networking.k8s.io/v1", "kind": "HTTPRoute", "metadata": {"name": f"r{number}"},
            "spec": {"parentRefs": [{"name": "edge", "namespace": "weft-system", "sectionName": "http"}],
                     "hostnames": [f"r{number}.bench.example"], "rules": rules}}


def mixed_routes(weft, numbers):
    call = weft.api()
    for number in numbers:
        code, body = call("POST", ROUTES, mixed_route(number))
        check(code < 300, f"a route was refused: {body[:200]}")
