#!/usr/bin/env python3
"""Puts the last measured table between the markers of the project's README: wins and losses alike."""
import json

import measure

BEGIN, END = "<!-- measured: begin (benchmarks/readme.py writes this) -->", "<!-- measured: end -->"
NAMES = {
    "http1": "HTTP/1.1, 32 connections, routing, split, fields, retry, accrual: CPU per request",
    "mtls": "the same with mutual TLS to the backend",
    "http2": "HTTP/2 in clear on both sides, 8 connections: CPU per request",
    "grpc": "gRPC unary, 8 connections: CPU per call",
    "latency": "open loop, p50 / p99 at a share of HAProxy's saturation",
    "control": "p99 at 25 % while the API is busy, against quiet",
    "first-second": "requests in the second after ready, of HAProxy's steady rate",
    "bodies": "bodies, CPU per GiB",
    "handshakes": "TLS handshakes, CPU each",
    "allocation": "allocated per proxied request",
    "routes": "10,000 mixed routes against 10: CPU per request",
    "idle": "10,000 idle connections, memory each",
    "replaced": "p99 while thousands of routes are replaced each second, against none",
}


def table(found):
    lines = [f"Measured on {found['machine']}; {found['peers']}. Ratios to HAProxy doing the nearest equivalent on the same core, median of the rounds (quartiles).",
             "", "| work | aim | measured | |", "|---|---|---|---|"]
    for one in found["rows"]:
        lines.append(f"| {NAMES.get(one['row'], one['row'])} | {one['bar']} | {measured(one)} | {verdict(one)} |")
    when = sorted(one["at"] for one in found["rows"])
    lines += ["", f"Between {when[0]} and {when[-1]} UTC with `benchmarks/run.py`, "
              f"{', '.join(sorted({str(one['rounds_asked']) for one in found['rows']}))} rounds."]
    lines += [line for one in found["rows"] if "memory" in one for line in ("", *figures(one))]
    return "\n".join(lines) + "\n"


def figures(one):
    """What each proxy did in a row, as medians of the rounds."""
    lines = [f"{NAMES[one['row']].split(':')[0]}, each on one core, medians:", "",
             "| | CPU µs (user) | requests/s | p50 ms | p99 ms | PSS MiB |", "|---|---|---|---|---|---|"]
    called = {"weft": "Weft", "haproxy": "HAProxy", "bare": "HAProxy, bare", "nginx": "nginx"}
    for name, it in one["figures"].items():
        lines.append(f"| {called[name]} | {it['cpu']:.1f} ({it['user']:.1f}) | {it['rps']:,.0f} | {it['p50'] / 1000:.2f} | {it['p99'] / 1000:.2f} | {one['memory'][name]:.0f} |")
    return lines


def measured(one):
    if "absent" in one:
        return "not measured: " + one["absent"].replace("|", "/")
    return one.get("headline", one.get("failed", "")).replace("|", "/")


def verdict(one):
    if "absent" in one:
        return "–"
    if "failed" in one:
        return "failed"
    if "void" in one:
        return "void: " + one["void"]
    return "met" if one["met"] else "**missed**"


def write():
    file = measure.ROOT / "README.md"
    text = file.read_text()
    before, rest = text.split(BEGIN)
    _, after = rest.split(END)
    found = json.loads((measure.ROOT / "benchmarks/results/latest.json").read_text())
    startup = measure.ROOT / "benchmarks/results/startup.md"
    more = startup.read_text().partition("\n\n")[2] + "\n" if startup.exists() else ""
    file.write_text(before + BEGIN + "\n" + table(found) + "\n" + more + END + after)


if __name__ == "__main__":
    write()
