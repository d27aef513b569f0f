"""The rows of the table that look at waiting times, memory and starts. See README.md."""
import contextlib
import json
import re
import statistics
import subprocess
import threading
import time

import measure
import rounds
import stage as stages
from loads import ERRORS_MAX, H2load, Handshakes, Origin, Wrk, check
from rounds import Contender
from rows import ROUTES, http2_backends, https_listener, mutual_tls, row
from stage import EDGE_TLS, HOST, LOAD_CORE, OPEN_HOST, PORTS, jdk, run, status

LEAD, SPIN = 20, "spin"  # ms of a slice that are not counted, for what is cold after the others' slices; the generator never sleeps
SHARES = {10: 1.3, 25: 1.3, 50: 1.3, 80: 2}  # of HAProxy's saturation, and the bar for p99


class Guard:
    """HAProxy against itself in the rounds of rows that have too few requests for it: slices at saturation, as elsewhere."""

    def __init__(self, stage, options):
        self.contender = {"haproxy": Contender(stage.pid("haproxy"), Wrk(stage.folder, PORTS["haproxy"]))}
        self.cycles, self.found = options.cycles, []

    def __enter__(self):
        self.contender["haproxy"].load.slice(0.5)
        return self

    def __exit__(self, *failure):
        self.contender["haproxy"].load.kill()

    def round(self):
        one = rounds.paired(self.contender, "haproxy", 1, self.cycles)[0]
        self.found.append(one["again"]["cpu"] / one["haproxy"]["cpu"])
        return (one["haproxy"]["rps"] + one["again"]["rps"]) / 2


def saturation(stage):
    """HAProxy's rate when it is asked for all it can, in the best of three seconds; kept for the whole run."""
    if stage.saturated is None:
        load = Wrk(stage.folder, PORTS["haproxy"])

        def rate():
            began = time.monotonic()
            return load.slice(1) / (time.monotonic() - began)
        try:
            load.slice(0.5)
            stage.saturated = max(rate() for _ in range(3))
        finally:
            load.kill()
    return stage.saturated


@row("latency", "p50 ≤ 1.0 and p99 ≤ 1.3 of HAProxy's at 10, 25, 50 and 80 % of its saturation (at 80 %: p99 ≤ 2)")
def latency(stage, options):
    stage.running_weft()
    stage.pid("haproxy")
    stage.pid("haproxy-open")
    top, say = saturation(stage), stage.generator.say
    parts, headline, met = {}, [], True
    with Guard(stage, options) as guard, contextlib.ExitStack() as over:
        for name in ("direct", "haproxy", "weft", "again"):
            port = PORTS["haproxy-open" if name in ("haproxy", "again") else name]
            say("session", name, port, *(("/steady", 64, OPEN_HOST, "proxied") if name == "direct" else ("/", 64, OPEN_HOST)))
            over.callback(say, "end", name)
        for name in ("haproxy", "again", "weft"):  # warm as after some time of work: the JVM compiles what it sees often
            say("slice", name, int(top / 2), options.warmup * (1000 if name == "weft" else 100), LEAD, SPIN)
            say("report", name, 1000)
        for place, (share, bar) in enumerate(SHARES.items()):
            rate = int(top * share / 100)
            for name, millis in (("direct", 300), ("haproxy", 300), ("again", 300), ("weft", options.warmup * 500)):
                say("slice", name, rate, millis, LEAD, SPIN)
                say("report", name, 1000)
            found = []
            for number in range(options.rounds):
                measure.wait_for_cores()
                found.append(open_round(say, rate, number))
                if number % len(SHARES) == place:
                    guard.round()
            part = tails(found) | {"rate": rate}
            parts[f"{share} %"] = part
            headline.append(f"{share} %: {part['ratios']['p50'][1]:.2f} / {part['ratios']['p99'][1]:.2f}")
            met = met and part["ratios"]["p50"][1] <= 1 and part["ratios"]["p99"][1] <= bar
    return {"parts": parts, "guard": guard.found, "headline": "; ".join(headline), "met": met}


def open_round(say, rate, number, cycles=8, millis=120):
    """One round of short slices at a rate; sessions add up what comes back until they are asked."""
    names = ["direct", "haproxy", "weft", "again"]
    for cycle in range(cycles):
        for name in rounds.turns(names, number * cycles + cycle):
            say("slice", name, rate, millis, LEAD, SPIN)
    found = {name: say("report", name, 1000) for name in names}
    for name, one in found.items():
        check(one["wrong"] <= 2 + one["sent"] * ERRORS_MAX, f"{name} at {rate}/s: {one}")
    return found


def tails(found):
    figures = {name: {key: statistics.median(one[name][key] for one in found) for key in ("p50", "p99", "max")} for name in found[0]}
    mean = lambda one, key: (one["haproxy"][key] + one["again"][key]) / 2
    return {"figures": figures,
            "ratios": {key: measure.quartiles([one["weft"][key] / mean(one, key) for one in found]) for key in ("p50", "p99")},
            "itself": {key: measure.quartiles([one["again"][key] / one["haproxy"][key] for one in found]) for key in ("p50", "p99")}}


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
            code, _ = call("PUT", f"/api/v1/namespaces/default/configmaps/bench-{number}",
                           {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": f"bench-{number}", "labels": {"app": "bench"}},
                            "data": {"key": f"value {self.applies} " * 20}})
            self.applies += code == 200
            due += 0.02
            time.sleep(max(0, due - time.monotonic()))

    def list(self):
        call = self.weft.api()
        while not self.over.is_set():
            began = time.monotonic()
            code, _ = call("GET", "/api/v1/namespaces/default/configmaps?limit=5000")
            self.lists += code == 200
            self.over.wait(max(0, 1 - (time.monotonic() - began)))


def quiet_and_busy(stage, options, rate, seconds, busy):
    """Rounds of the same load without and with something else to do; the order changes with each round."""
    say, found = stage.generator.say, []

    def load():
        say("slice", "weft", rate, seconds * 1000)
        return say("report", "weft", 1000)
    with Guard(stage, options) as guard:
        say("session", "weft", PORTS["weft"], "/", 64, OPEN_HOST)
        try:
            say("slice", "weft", rate, options.warmup * 500)
            say("report", "weft", 1000)
            for number in range(options.rounds):
                measure.wait_for_cores()
                one = {}
                for name in ("quiet", "busy") if number % 2 else ("busy", "quiet"):
                    if name == "quiet":
                        one[name] = load()
                    else:
                        with busy() as work:
                            time.sleep(0.2)
                            one[name] = load()
                        one["work"] = work
                    time.sleep(0.2)
                found.append(one)
                guard.round()
        finally:
            say("end", "weft")
    ratios = measure.quartiles([one["busy"]["p99"] / one["quiet"]["p99"] for one in found])
    figures = {name: {key: statistics.median(one[name][key] for one in found) for key in ("p50", "p99", "max")} for name in ("quiet", "busy")}
    return found, {"guard": guard.found, "rounds": len(found), "figures": figures, "ratios": {"weft": {"p99": ratios}}}


@row("control", "p99 at 25 % ≤ 2 × quiet while 50 applies a second and a list of 5,000 objects each second are served")
def control(stage, options):
    weft = stage.running_weft()
    stage.pid("haproxy")
    seconds = 2
    found, result = quiet_and_busy(stage, options, int(saturation(stage) * 0.25), seconds, lambda: Control(weft))
    for one in found:
        check(one["busy"]["wrong"] <= 2, f"requests failed while the API was busy: {one['busy']}")
    applies = statistics.median(one["work"].applies for one in found) / (seconds + 0.2)
    check(applies >= 40, f"only {applies:.0f} applies a second were served")
    low, middle, high = result["ratios"]["weft"]["p99"]
    worst = max(one["busy"]["max"] for one in found) / 1000
    return result | {"headline": f"{middle:.2f} ({low:.2f}–{high:.2f}) with {applies:.0f} applies/s; longest wait {worst:.0f} ms", "met": middle <= 2}


REPLACED, RULES, MATCHES = 40, 16, 8  # 40 HTTPRoutes of the greatest size the Gateway API allows: 5,120 routes


class Replacing:
    """All 5,120 routes replaced each second, at an even pace: HTTPRoutes whose rules all change what they add to a request."""

    def __init__(self, weft):
        self.call, self.over, self.done, self.took, self.failed = weft.api(), threading.Event(), 0, 0.0, ""
        self.thread = threading.Thread(target=self.work, daemon=True)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *failure):
        self.over.set()
        self.thread.join(30)

    def work(self):
        began = time.monotonic()
        while not self.over.is_set():
            number = self.done % REPLACED
            code, body = self.call("PATCH", f"{ROUTES}/replaced-{number}", {"spec": large_route(number, str(time.monotonic_ns()))["spec"]},
                                   "application/merge-patch+json")
            if code >= 300:
                self.failed = str(body[:200])
            self.done += 1
            self.over.wait(max(0, began + self.done / REPLACED - time.monotonic()))
        self.took = time.monotonic() - began

    def rate(self):
        return (self.done - 1) * RULES * MATCHES / self.took


def large_route(number, note):
    rules = [{"matches": [{"path": {"type": "Exact", "value": f"/replaced/{rule}/{match}"}} for match in range(MATCHES)],
              "filters": [{"type": "RequestHeaderModifier", "requestHeaderModifier": {"set": [{"name": "x-note", "value": note}]}}],
              "backendRefs": [{"name": "bench-stable", "port": 80}]} for rule in range(RULES)]
    return {"apiVersion": "gateway.networking.k8s.io/v1", "kind": "HTTPRoute", "metadata": {"name": f"replaced-{number}"},
            "spec": {"parentRefs": [{"name": "edge", "namespace": "weft-system", "sectionName": "http"}],
                     "hostnames": [f"replaced{number}.example"], "rules": rules}}


@row("replaced", "5,000 routes replaced each second under load: used by every loop ≤ 10 ms after they are handed over; p99 ≤ 1.2 × none; no failed request")
def replaced(stage, options):
    weft = stage.running_weft()
    stage.pid("haproxy")
    stage.once("replaced", lambda: post_large(weft))
    seconds = 3
    found, result = quiet_and_busy(stage, options, int(saturation(stage) * 0.25), seconds, lambda: Replacing(weft))
    for one in found:
        check(one["busy"]["wrong"] <= 2, f"requests failed while routes were replaced: {one['busy']}")
        check(one["work"].done and not one["work"].failed, f"routes were not replaced: {one['work'].failed}")
    each = statistics.median(one["work"].rate() for one in found)
    taken = handed_over(stage, weft)
    low, middle, high = result["ratios"]["weft"]["p99"]
    return result | {"handed_over": taken, "met": middle <= 1.2 and taken["p99"] <= 10 and each >= 5000,
                     "headline": f"p99 {middle:.2f} ({low:.2f}–{high:.2f}) at {each:.0f} routes/s; in use after {taken['p50']:.1f} ms"
                                 f" (p99 {taken['p99']:.1f}, longest {taken['max']:.1f}; {taken['count']} times)"}


def post_large(weft):
    call = weft.api()
    for number in range(REPLACED):
        code, body = call("POST", ROUTES, large_route(number, "first"))
        check(code < 300, f"a route was refused: {body[:200]}")


def handed_over(stage, weft, seconds=5):
    """How long the data plane takes for a snapshot, by the JVM's own tracing of that method: when it returns, every loop uses it."""
    jcmd = lambda *words: run(LOAD_CORE, jdk("jcmd"), weft.process.pid, *words).stdout
    recording = stage.folder / "replaced.jfr"
    jcmd("JFR.start", "name=bench", "settings=default", "method-trace=dev.weft.dataplane.proxy.DataPlane::apply")
    with Replacing(weft):
        stage.generator.say("session", "beside", PORTS["weft"], "/", 64, OPEN_HOST)
        stage.generator.say("slice", "beside", int(saturation(stage) * 0.25), seconds * 1000)
        stage.generator.say("end", "beside")
    said = jcmd("JFR.stop", "name=bench", f"filename={recording}")
    check(recording.exists(), f"no recording: {said[-300:]}")
    out = subprocess.run([jdk("jfr"), "print", "--json", "--events", "jdk.MethodTrace", recording], capture_output=True, text=True).stdout
    events = json.loads(out)["recording"]["events"]
    millis = sorted(float(re.fullmatch(r"PT([\d.E-]+)S", one["values"]["duration"]).group(1)) * 1000 for one in events)
    check(len(millis) >= 3, f"only {len(millis)} snapshots were handed over in {seconds} s")
    return {"p50": statistics.median(millis), "p99": millis[min(len(millis) - 1, int(len(millis) * 0.99))], "max": millis[-1], "count": len(millis)}


@row("first-second", "requests in the second after ready ≥ 0.35 of HAProxy's steady rate, ready ≤ 400 ms")
def first_second(stage, options):
    """Starts in a home of the work's own objects, by which it is judged, and in the usual one, which has many more; in turn."""
    stage.running_weft().end()
    homes = {"own": own_objects(stage), "more": stage.folder}
    found, problems = {name: {"shares": [], "ready": []} for name in homes}, []
    with Guard(stage, options) as guard:
        for number in range(max(3, min(options.rounds, 7))):
            steady = guard.round()
            for name in list(homes)[::-1 if number % 2 else 1]:
                stage.weft = stages.Weft(homes[name], "0,1").wait()
                found[name]["ready"].append(float(re.search(r"ready in ([\d.]+) s", (homes[name] / "weft.log").read_text()).group(1)))
                found[name]["shares"].append(first_requests(stage, problems) / steady)
                stage.weft.end()
        stage.weft = stages.Weft(stage.folder).wait()
        measure.wait_for(lambda: status(PORTS["weft"], "/steady") == 200, 10, "Weft does not route after a restart")
    said, ready = {}, {}
    for name, one in found.items():
        low, middle, high = measure.quartiles(one["shares"])
        ready[name] = statistics.median(one["ready"])
        said[name] = f"{middle:.2f} ({low:.2f}–{high:.2f}); ready in {ready[name] * 1000:.0f} ms"
    return {"guard": guard.found, "figures": {**found, "problems": problems},
            "headline": f"{said['own']}. With {stage.objects:,} objects more: {said['more']}",
            "met": statistics.median(found["own"]["shares"]) >= 0.35 and ready["own"] <= 0.4}


def own_objects(stage):
    """A home that has what the work needs in its store, and no more: the split and its endpoints."""
    home = stage.folder / "own"
    home.mkdir(exist_ok=True)
    stage.weft = stages.Weft(home).wait()
    stage.weft.apply(stages.split_service("bench", stages.STABLE, stages.CANARY))
    measure.wait_for(lambda: status(PORTS["weft"], "/steady") == 200, 20, "Weft does not route in a home of its own")
    stage.weft.end()
    return home


def first_requests(stage, problems):
    """One second of wrk from the moment at which it is ready; what was answered otherwise than 200 does not count."""
    counter = stage.folder / "count"
    counter.write_bytes(bytes(4096))
    out = run(LOAD_CORE, measure.tool("wrk"), "-t1", "-c32", "-d1s", "-s", stages.HERE / "peers/heads.lua",
              f"http://127.0.0.1:{PORTS['weft']}/", "--", counter, HOST).stdout
    requests, micros, _, _, errors = map(int, next(line for line in out.splitlines() if line.startswith("RESULT")).split()[1:])
    if errors:
        problems.append(errors)
    return (requests - errors) / micros * 1e6


@row("allocation", "≤ 100 B per proxied HTTP/1 request, by the threads' own counters; with TLS or HTTP/2 ≤ 1 KiB")
def allocation(stage, options):
    weft = stage.running_weft()
    stage.once("h2", lambda: http2_backends(stage, weft))
    stage.once("https", lambda: https_listener(stage, weft))
    stage.once("mtls", lambda: mutual_tls(stage, weft))
    loads = {"HTTP/1": lambda: Wrk(stage.folder, PORTS["weft"]),
             "TLS from the caller": lambda: Wrk(stage.folder, EDGE_TLS, scheme="https"),
             "mutual TLS to the backend": lambda: Wrk(stage.folder, PORTS["weft"], host="bench-tls.default"),
             "HTTP/2": lambda: H2load(Origin(), PORTS["weft"], "/steady", 32, 128)}
    found = {}
    for name, make in loads.items():
        load = make()
        try:
            load.slice(options.warmup)
            before = edge_bytes(weft)
            requests = load.slice(3)
            time.sleep(0.05)
            found[name] = (edge_bytes(weft) - before) / requests
            load.end()
        finally:
            load.kill()
    return {"figures": found, "headline": "; ".join(f"{name}: {value:.0f} B" for name, value in found.items()),
            "met": all(value <= (100 if name == "HTTP/1" else 1024) for name, value in found.items())}


def edge_bytes(weft):
    return sum(number for number, name in weft.look() if name.startswith("weft-edge"))


@row("idle", "10,000 idle keep-alive connections that each carried a request: ≤ 8 KiB each of heap, direct and native memory; TLS printed")
def idle(stage, options):
    weft, count = stage.running_weft(), 10_000
    stage.once("https", lambda: https_listener(stage, weft))

    def plain(number):
        opened = stage.generator.say("idle", PORTS["weft"], "/steady", number)
        check(opened["open"] == number, f"{opened}")

    def tls(number):
        check(callers.say("HOLD", number)["open"] == number, "TLS connections were refused")
    callers = Handshakes(stage.folder, EDGE_TLS, "X25519", "full", 1)
    try:
        found = {"plain": each_idle(weft, count, plain, lambda: stage.generator.say("release")),
                 "with TLS": each_idle(weft, count, tls, lambda: callers.say("RELEASE"))}
    finally:
        callers.kill()
    total = {name: one["heap"] + one["native"] for name, one in found.items()}
    said = [f"{name} {total[name] / 1024:.1f} KiB (heap {one['heap'] / 1024:.1f}, direct and native {one['native'] / 1024:.1f})" for name, one in found.items()]
    return {"figures": found, "headline": "; ".join(said), "met": total["plain"] <= 8192}


def each_idle(weft, count, hold, release):
    """What a held connection costs, in live heap and in all memory outside of the heap; a hundred came and went before."""
    hold(100)
    release()
    before = settled_memory(weft)
    hold(count)
    after = settled_memory(weft)
    release()
    time.sleep(2)
    return {name: (after[name] - before[name]) / count for name in after}


def settled_memory(weft):
    """Live heap, the JVM's direct buffers, and what is resident outside of the heap, which has the direct buffers in it."""
    time.sleep(2)
    found = {name: number for number, name in weft.look(full=True) if name in ("heap", "direct")}
    said = run(LOAD_CORE, jdk("jcmd"), weft.process.pid, "GC.heap_info").stdout
    spans = [[int(one, 16) for one in span] for span in re.findall(r"\[0x([0-9a-f]+), 0x[0-9a-f]+, 0x([0-9a-f]+)\)", said)]
    check(spans, f"the heap does not say where it is: {said[:200]}")
    low, high = min(one[0] for one in spans[:2]), max(one[1] for one in spans[:2])  # young and old; metaspace is not the heap
    return found | {"native": measure.pss_outside(weft.process.pid, low, high)}


@row("goodput", "goodput at three times the load ≥ 0.9 of the peak")
def goodput(stage, options):
    """Endpoints of known capacity behind a concurrency limit; an answer counts that came within 250 ms of its intended send."""
    weft = stage.running_weft()
    ports, permits, millis, deadline = range(19171, 19175), 8, 10, 250
    process = stages.pinned(LOAD_CORE, jdk("java"), "-XX:+UseSerialGC", "-cp", stages.compiled(stage.folder), "Slow",
                            ",".join(map(str, ports)), permits, millis, stdout=subprocess.PIPE, text=True)
    try:
        process.stdout.readline()
        stage.once("slow", lambda: limited_service(weft, ports, permits))
        measure.wait_for(lambda: status(PORTS["weft"], "/", "bench-slow.default") == 200, 10, "the slow origin is not reached")
        return overloaded(stage, options, len(ports) * permits * 1000 / millis, deadline)
    finally:
        process.kill()
        process.wait()


def limited_service(weft, ports, permits):
    policy = {"apiVersion": "weft.dev/v1alpha1", "kind": "TrafficPolicy", "metadata": {"name": "bench-slow"},
              "spec": {"targetRefs": [{"kind": "Service", "name": "bench-slow"}],
                       "concurrency": {"limit": len(ports) * permits, "queue": len(ports) * permits, "wait": "100ms"}}}
    weft.apply([stages.service("bench-slow"), *stages.slices("bench-slow", ports), policy])


def overloaded(stage, options, capacity, deadline):
    say = stage.generator.say
    say("session", "slow", PORTS["weft"], "/", 1024, "bench-slow.default")

    def good(share, millis=1500):
        say("slice", "slow", int(capacity * share), millis)
        return say("report", "slow", deadline)["good"] / millis * 1000
    try:
        good(0.5, 3000)
        shares, peaks, heavies = [], [], []
        for _ in range(options.rounds):
            measure.wait_for_cores()
            peak, best = max((good(share), share) for share in (0.85, 0.95, 1.05))
            heavy = good(best * 3)
            peaks.append(peak)
            heavies.append(heavy)
            shares.append(heavy / peak)
    finally:
        say("end", "slow")
    low, middle, high = measure.quartiles(shares)
    return {"figures": {"capacity": capacity, "peak": statistics.median(peaks), "heavy": statistics.median(heavies)}, "rounds": len(shares),
            "headline": f"{middle:.2f} ({low:.2f}–{high:.2f}): {statistics.median(heavies):.0f} of {statistics.median(peaks):.0f} a second", "met": middle >= 0.9}
