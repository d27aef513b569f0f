"""Everything that a row of the table stands on: the origin, HAProxy in its forms, Weft, the generators. See README.md."""
import base64
import contextlib
import http.client
import json
import os
import pathlib
import shutil
import socket
import ssl
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request

import measure

HERE = pathlib.Path(__file__).resolve().parent
HOST = "bench.default"
PROXY_CORE, LOAD_CORE = "0", "1"
STABLE, CANARY = range(19101, 19105), range(19105, 19109)
STABLE_H2, CANARY_H2 = range(19111, 19115), range(19115, 19119)
STABLE_TLS, CANARY_TLS = range(19121, 19125), range(19125, 19129)
STABLE_OPEN, CANARY_OPEN = range(19151, 19155), range(19155, 19159)  # served by the open-loop generator itself
GROUPS = {"X25519": "X25519", "P-256": "prime256v1"}
# An origin for handshakes alone, one group and kind each: two stable ports and one canary, no connection kept.
ONCE = {(group, kind): (range(port, port + 2), range(port + 2, port + 3))
        for port, (group, kind) in zip(range(19131, 19160, 3), ((group, kind) for group in GROUPS for kind in ("full", "resumed")))}


def once_name(group, kind):
    return f"once-{group.replace('-', '').lower()}-{kind}"


ORIGIN, ORIGIN_COUNTER = STABLE[0], 19099
OPEN_HOST = "bench-open.default"
EDGE_TLS, EDGE_FEW = 19092, 19093  # further listeners of the Gateway edge
PORTS = {"direct": STABLE_OPEN[0], "weft": 19082, "haproxy": 19080, "haproxy-open": 19081, "bare": 19083, "splice": 19084, "haproxy-h2": 19085,
         "haproxy-mtls": 19086, "haproxy-tls": 19087, "nginx": 19089,
         **{once_name(*key): 19061 + number for number, key in enumerate(ONCE)}}
API, CONSOLE = 19443, 19090
BODY = "weft " * 25 + "end"
QUIET = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}


class Absent(Exception):
    """A row that cannot be measured yet, and why."""


def pinned(core, *command, **options):
    return subprocess.Popen(["taskset", "-c", core, *map(str, command)], **options)


def run(core, *command, **options):
    """Runs it to its end; a minute is more than any load takes."""
    return subprocess.run(["taskset", "-c", core, *map(str, command)], capture_output=True, text=True, **{"timeout": 60, **options})


def status(port, path="/", host=HOST):
    try:
        request = urllib.request.Request(f"http://127.0.0.1:{port}{path}", headers={"Host": host})
        with urllib.request.urlopen(request, timeout=2) as answer:
            return answer.status
    except urllib.error.HTTPError as e:
        return e.code
    except OSError:
        return 0


def tls_status(port, path="/steady", host=HOST):
    """As status(), over TLS to the server of that name, whoever signed its certificate."""
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=2) as plain, context.wrap_socket(plain, server_hostname=host) as wire:
            wire.sendall(f"GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n".encode())
            head = wire.recv(4096)
            return int(head.split(b" ", 2)[1]) if head.startswith(b"HTTP/1.1 ") else 0
    except OSError:
        return 0


def service(name, **spec):
    return {"apiVersion": "v1", "kind": "Service", "metadata": {"name": name},
            "spec": {"clusterIP": "None", "ports": [{"name": "http", "port": 80, **spec}]}}


def slices(name, ports):
    return [{"apiVersion": "discovery.k8s.io/v1", "kind": "EndpointSlice", "addressType": "IPv4",
             "metadata": {"name": f"{name}-{port}", "labels": {"kubernetes.io/service-name": name}},
             "ports": [{"name": "http", "port": port}],
             "endpoints": [{"addresses": ["127.0.0.1"], "conditions": {"ready": True}}]} for port in ports]


def split_service(name, stable, canary, **spec):
    """A service whose calls go 90:10 to two groups of four endpoints."""
    split = {"apiVersion": "split.smi-spec.io/v1alpha4", "kind": "TrafficSplit", "metadata": {"name": name},
             "spec": {"service": name, "backends": [{"service": name + "-stable", "weight": 90},
                                                    {"service": name + "-canary", "weight": 10}]}}
    return [service(name, **spec), service(name + "-stable", **spec), service(name + "-canary", **spec),
            *slices(name + "-stable", stable), *slices(name + "-canary", canary), split]


class Weft:
    """The shipped `weft up`, configured with kubectl."""

    def __init__(self, folder, core=PROXY_CORE):
        self.folder, self.data = folder, folder / "data"
        self.process = pinned(core, measure.ROOT / "weft", "up", "--data", self.data, "--api", f"127.0.0.1:{API}",
                              "--edge", f"127.0.0.1:{PORTS['weft']}", "--outbound", "127.0.0.1:0", "--console", f"127.0.0.1:{CONSOLE}",
                              stdout=open(folder / "weft.log", "w"), stderr=subprocess.STDOUT)

    def wait(self):
        measure.wait_for(lambda: "ready in" in (self.folder / "weft.log").read_text(), 60, "weft up is not ready")
        return self

    def kubectl(self, *arguments, check=True, **options):
        result = run(LOAD_CORE, measure.tool("kubectl-current"), "--kubeconfig", self.data / "kubeconfig", *arguments, **options)
        if check and result.returncode:
            sys.exit("kubectl " + " ".join(map(str, arguments[:2])) + " failed: " + result.stderr[:2000])
        return result

    def apply(self, items):
        self.kubectl("apply", "-f", "-", input=json.dumps({"apiVersion": "v1", "kind": "List", "items": items}))

    def api(self):
        """A connection to the API for what is too much for kubectl: (method, path, body) -> (status, answer)."""
        context = ssl.create_default_context()
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        wire = http.client.HTTPSConnection("127.0.0.1", API, context=context, timeout=30)
        pair = "admin:" + (self.data / "admin-password").read_text().strip()
        headers = {"Authorization": "Basic " + base64.b64encode(pair.encode()).decode()}

        def call(method, path, body=None, kind="application/json"):
            wire.request(method, path, body=json.dumps(body) if body is not None else None, headers=headers | {"Content-Type": kind})
            answer = wire.getresponse()
            return answer.status, answer.read()
        return call

    def listener(self, listener):
        """One more listener of the Gateway edge."""
        patch = [{"op": "add", "path": "/spec/listeners/-", "value": listener}]
        self.kubectl("patch", "gateway", "edge", "-n", "weft-system", "--type=json", "-p", json.dumps(patch))

    def look(self, full=False):
        """What threads have allocated and memory holds, by an agent that is loaded for one look."""
        out = self.folder / f"look-{time.monotonic_ns()}{'.full' if full else ''}"
        run(LOAD_CORE, jdk("jcmd"), self.process.pid, "JVMTI.agent_load", jdk("../lib/libinstrument.so"), f"\"{agent(self.folder)}={out}\"")
        measure.wait_for(out.exists, 20, "the agent says nothing")
        rows = [line.split(" ", 1) for line in out.read_text().splitlines()]
        return [(int(number), name) for number, name in rows]

    def end(self):
        self.process.terminate()
        try:
            self.process.wait(40)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def jdk(program):
    return pathlib.Path((measure.ROOT / ".build/current").read_text().split("\n")[1]) / "bin" / program


def compiled(folder):
    """The generator and the agent, compiled with the JDK that Weft was built with."""
    classes = folder / "classes"
    if not classes.exists():
        subprocess.run([jdk("javac"), "-d", classes, *(HERE / "load").glob("*.java")], check=True)
    return classes


def agent(folder):
    jar = folder / "agent.jar"
    if not jar.exists():
        manifest = folder / "agent.mf"
        manifest.write_text("Agent-Class: ThreadBytes\n")
        subprocess.run([jdk("jar"), "cfm", jar, manifest, "-C", compiled(folder), "ThreadBytes.class"], check=True)
    return jar


def precise():
    """Timers of a process to come: to the microsecond, not to the usual fifty."""
    with contextlib.suppress(OSError), open("/proc/self/timerslack_ns", "w") as file:
        file.write("1000")


class OpenLoop:
    """The generator of our own, kept running between commands so that it stays warm."""

    def __init__(self, folder):
        # It goes before all else on its core, and sleeps to the microsecond, where the user may ask for that.
        first = ["nice", "-n", "-10"] if os.geteuid() == 0 else []
        self.process = pinned(LOAD_CORE, *first, jdk("java"), "--enable-native-access=ALL-UNNAMED", "-XX:+UseSerialGC", "-Xmn128m",
                              "-cp", compiled(folder), "Load", stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, preexec_fn=precise)
        self.process.stdout.readline()
        self.say("origin", STABLE_OPEN[0], len(STABLE_OPEN))

    def say(self, *words):
        self.process.stdin.write(" ".join(map(str, words)) + "\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        if not line:
            sys.exit("the generator ended: " + " ".join(map(str, words)))
        answer = json.loads(line)
        if "error" in answer:
            raise SystemExit(f"the generator, {' '.join(map(str, words))}: {answer['error']}")
        return answer

    def end(self):
        self.process.stdin.close()
        self.process.wait(10)


class Stage:
    """Processes and files of one run; everything ends with it."""

    def __init__(self, objects=10_000):
        self.objects = objects
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="weft-bench-"))
        self.processes = {}
        self.weft = None
        self.generator = None
        self.prepared = set()
        self.saturated = None

    def __enter__(self):
        subprocess.run([measure.ROOT / "weft", "build", "--quiet"], check=True)
        self.make_files()
        self.certificates()
        self.start_origin()
        self.generator = OpenLoop(self.folder)
        return self

    def __exit__(self, *failure):
        for end in [self.weft and self.weft.end, self.generator and self.generator.end]:
            with contextlib.suppress(Exception):
                end and end()
        for process in self.processes.values():
            process.kill()
            process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)

    def fill(self, name, target=None, **values):
        text = (HERE / "peers" / name).read_text()
        for key, value in {"DIR": self.folder, **values}.items():
            text = text.replace(f"@{key}@", str(value))
        path = self.folder / (target or name)
        path.write_text(text)
        return path

    def make_files(self):
        files = self.folder / "files"
        files.mkdir()
        (files / "64k").write_bytes(os.urandom(64 * 1024))
        (files / "16m").write_bytes(os.urandom(16 * 1024 * 1024))
        (files / "empty-message").write_bytes(bytes(5))
        (self.folder / "hosts.map").write_text(f"bench.default bench\n{OPEN_HOST} bench\nbench-h2.default bench\nbench-tls.default bench\n"
                                              + "".join(f"{once_name(*key)}.default bench\n" for key in ONCE))

    def certificates(self):
        """An authority, a server's and a client's certificate (ECDSA P-256), as PEM."""
        def openssl(*words):
            subprocess.run(["openssl", *map(str, words)], check=True, cwd=self.folder, **QUIET)
        openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
                "-keyout", "ca.key", "-out", "ca.crt", "-subj", "/CN=bench")
        for name, names in (("server", f"DNS:{HOST},DNS:bench-tls.default,DNS:localhost,IP:127.0.0.1"), ("client", "DNS:client")):
            openssl("req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", f"{name}.key",
                    "-out", f"{name}.csr", "-subj", f"/CN={name}")
            (self.folder / f"{name}.ext").write_text(f"subjectAltName={names}\n")
            openssl("x509", "-req", "-in", f"{name}.csr", "-CA", "ca.crt", "-CAkey", "ca.key", "-CAcreateserial", "-days", "2",
                    "-extfile", f"{name}.ext", "-out", f"{name}.crt")
            (self.folder / f"{name}.pem").write_text((self.folder / f"{name}.crt").read_text() + (self.folder / f"{name}.key").read_text())

    def start_origin(self):
        groups = " ".join(f"{port} {name};" for name, ports in (("stable", [*STABLE, *STABLE_H2, *STABLE_TLS, *(port for one, _ in ONCE.values() for port in one)]),
                                                                ("canary", [*CANARY, *CANARY_H2, *CANARY_TLS, *(port for _, one in ONCE.values() for port in one)])) for port in ports)
        listens = [f"        listen 127.0.0.1:{port} backlog=4096;" for port in (*STABLE, *CANARY)]
        listens += [f"        listen 127.0.0.1:{port} http2 backlog=4096;" for port in (*STABLE_H2, *CANARY_H2)]
        listens += [f"        listen 127.0.0.1:{port} ssl backlog=4096;" for port in (*STABLE_TLS, *CANARY_TLS)]
        once = "\n".join(self.once_server(group, kind) for group, kind in ONCE)
        tls = (f"ssl_certificate {self.folder}/server.crt; ssl_certificate_key {self.folder}/server.key; ssl_protocols TLSv1.3;"
               f" ssl_client_certificate {self.folder}/ca.crt; ssl_verify_client optional; ssl_session_tickets off;")
        conf = self.fill("origin.conf", GROUPS=groups, LISTENS="\n".join(listens), TLS=tls, BODY=BODY, ONCE=once,
                         COUNTER=ORIGIN_COUNTER)
        self.processes["origin"] = pinned(LOAD_CORE, measure.tool("nginx"), "-c", conf, stdout=subprocess.DEVNULL,
                                          stderr=open(self.folder / "origin.err", "w"))
        measure.wait_for(lambda: status(ORIGIN, "/bare") == 200, 10, "the origin does not answer")

    def once_server(self, group, kind):
        """Answers one request on each TLS connection, with one key agreement, and says whether the session was resumed."""
        stable, canary = ONCE[group, kind]
        tickets = "on" if kind == "resumed" else "off"
        return f"""    server {{
        {" ".join(f"listen 127.0.0.1:{port} ssl backlog=4096;" for port in (*stable, *canary))}
        keepalive_timeout 0; ssl_session_tickets {tickets}; ssl_session_cache off; ssl_ecdh_curve {GROUPS[group]};
        ssl_verify_client off; add_header x-resumed $ssl_session_reused always; add_header x-backend $group always;
        location / {{ default_type text/plain; return 200 "{BODY}"; }}
    }}"""

    def haproxy(self, name):
        """HAProxy in one of its forms, started when first asked for; its process id."""
        if name in self.processes:
            return self.processes[name].pid
        form = {"bind": "", "server": "", "options": "", "ports": (STABLE, CANARY)}
        form |= {
            "bare": {"template": "haproxy-bare.cfg"},
            "splice": {"options": "option splice-auto           # bodies by splice()"},
            "haproxy-open": {"ports": (STABLE_OPEN, CANARY_OPEN)},
            "haproxy-h2": {"bind": "proto h2", "server": "proto h2", "ports": (STABLE_H2, CANARY_H2)},
            "haproxy-mtls": {"server": f"ssl verify required ca-file {self.folder}/ca.crt crt {self.folder}/client.pem sni str({HOST})",
                             "ports": (STABLE_TLS, CANARY_TLS)},
            **{once_name(*key): {"server": f"ssl verify required ca-file {self.folder}/ca.crt sni str({HOST})", "ports": ports}
               for key, ports in ONCE.items()},
            "haproxy-tls": {"bind": f"ssl crt {self.folder}/server.pem ssl-min-ver TLSv1.3"},
        }.get(name, {})
        servers = ["\n".join(f"    server s{port} 127.0.0.1:{port} {form['server']}" for port in ports) for ports in form["ports"]]
        conf = self.fill(form.get("template", "haproxy.cfg"), f"{name}.cfg", NAME=name, PORT=PORTS[name], BIND=form["bind"],
                         OPTIONS=form["options"], STABLE=servers[0], CANARY=servers[1])
        self.processes[name] = pinned(PROXY_CORE, measure.tool("haproxy"), "-db", "-f", conf, stdout=subprocess.DEVNULL,
                                      stderr=open(self.folder / f"{name}.err", "w"))
        time.sleep(0.3)
        if self.processes[name].poll() is not None:
            sys.exit(f"{name} ended: " + (self.folder / f"{name}.err").read_text()[:2000])
        return self.processes[name].pid

    def nginx(self):
        """nginx as a proxy, started when first asked for; its process id."""
        if "nginx" not in self.processes:
            servers = ["\n".join(f"        server 127.0.0.1:{port} max_fails=0;" for port in ports) for ports in (STABLE, CANARY)]
            conf = self.fill("nginx.conf", PORT=PORTS["nginx"], STABLE=servers[0], CANARY=servers[1])
            self.processes["nginx"] = pinned(PROXY_CORE, measure.tool("nginx"), "-c", conf, stdout=subprocess.DEVNULL,
                                             stderr=open(self.folder / "nginx.err", "w"))
            measure.wait_for(lambda: status(PORTS["nginx"]) == 200, 10, "nginx does not answer as a proxy")
        return self.processes["nginx"].pid

    def running_weft(self):
        """Weft with the 90:10 split and a store that is not empty, started when first asked for."""
        if self.weft is None:
            self.weft = Weft(self.folder).wait()
            self.weft.apply(split_service("bench", STABLE, CANARY) + split_service("bench-open", STABLE_OPEN, CANARY_OPEN))
            for host in (HOST, OPEN_HOST):
                measure.wait_for(lambda: status(PORTS["weft"], "/steady", host) == 200, 20, f"Weft does not route to the endpoints of {host}")
            call = self.weft.api()
            for i in range(self.objects):
                call("POST", "/api/v1/namespaces/default/configmaps",
                     {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": f"bench-{i}", "labels": {"app": "bench"}},
                      "data": {"key": f"value {i} " * 20}})
        return self.weft

    def pid(self, name):
        if name.startswith("weft"):
            return self.running_weft().process.pid
        return self.nginx() if name == "nginx" else self.haproxy(name)

    def pem(self, name):
        return (self.folder / name).read_text()

    def open_loop(self, name, port, rate, millis, connections, host=HOST):
        """So long of requests at a rate, on connections of their own."""
        self.generator.say("session", name, port, "/", connections, host)
        try:
            self.generator.say("slice", name, rate, millis)
            return self.generator.say("report", name, 1000)
        finally:
            self.generator.say("end", name)

    def once(self, what, action):
        """Does a preparation once in this run."""
        if what not in self.prepared:
            action()
            self.prepared.add(what)
