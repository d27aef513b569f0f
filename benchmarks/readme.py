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
    "replaced": "5,000 routes replaced each second, p99 against none",
    "goodput": "goodput at three times the load, of the peak",
}


def table(found):
    lines = [f"Measured on {found['machine']}; Weft {found['weft']}; {found['peers']}. Ratios to HAProxy doing the nearest equivalent on the "
             "same core, median of the rounds (quartiles).", "", "| work | aim | measured | |", "|---|---|---|---|"]
    for one in found["rows"]:
        older = f" (Weft {one['weft']})" if one.get("weft", found["weft"]) != found["weft"] else ""
        lines.append(f"| {NAMES[one['row']]} | {one['bar']} | {measured(one)}{older} | {verdict(one)} |")
    when = sorted(one["at"] for one in found["rows"])
    asked = ", ".join(sorted({str(one["rounds_asked"]) for one in found["rows"]}))
    lines += ["", f"Between {when[0]} and {when[-1]} UTC with `benchmarks/run.py`, {asked} rounds. {believed(found['rows'])}"]
    for one in found["rows"]:
        if "failed" not in one and "absent" not in one:
            lines += {"http1": figures, "latency": waits}.get(one["row"], lambda it: [])(one)
    return "\n".join(lines) + "\n"


def believed(all_rows):
    """How steady the machine was, and what had to be measured again."""
    guards = [guard for one in all_rows if not one.get("void") for part in [one, *one.get("parts", {}).values()] for guard in part.get("guard", [])]
    again = {one["row"]: one["attempts"] for one in all_rows if one.get("attempts")}
    text = f"HAProxy against itself lay between {min(guards):.3f} and {max(guards):.3f} in the {len(guards)} rounds of rows that count, each of them counted." if guards else ""
    if again:
        text += " Void before, and measured again as a whole: " + ", ".join(f"{name} ({len(reasons)}×)" for name, reasons in again.items()) + "."
    return text


def figures(one):
    """What each proxy did, as medians of the rounds."""
    lines = ["", f"{NAMES[one['row']].split(':')[0]}, each on one core, medians; p50, p99 and the rate of a run without stops:", "",
             "| | CPU µs (user) | requests/s | p50 ms | p99 ms | PSS MiB |", "|---|---|---|---|---|---|"]
    called = {"weft": "Weft", "haproxy": "HAProxy", "bare": "HAProxy, bare", "nginx": "nginx"}
    for name, it in one["figures"].items():
        lines.append(f"| {called[name]} | {it['cpu']:.1f} ({it['user']:.1f}) | {it['peak']:,.0f} | {it['p50'] / 1000:.2f} | {it['p99'] / 1000:.2f} | {it['memory']:.0f} |")
    return lines


def waits(one):
    """Waiting times in milliseconds beside those without a proxy."""
    lines = ["", "Open loop, p50 / p99 in ms, from the intended send; medians of the rounds:", "",
             "| rate | no proxy | HAProxy | Weft | HAProxy against itself (quartiles) |", "|---|---|---|---|---|"]
    for share, part in one["parts"].items():
        shown = [f"{part['figures'][name]['p50'] / 1000:.2f} / {part['figures'][name]['p99'] / 1000:.2f}" for name in ("direct", "haproxy", "weft")]
        spread = " / ".join(f"{part['itself'][key][0]:.2f}–{part['itself'][key][2]:.2f}" for key in ("p50", "p99"))
        lines.append(f"| {share}: {part['rate']:,}/s | " + " | ".join(shown) + f" | {spread} |")
    return lines


def measured(one):
    if "absent" in one:
        return "not measured: " + one["absent"].replace("|", "/")
    return one.get("headline", one.get("failed", "")).replace("|", "/").replace("\n", " ")


def verdict(one):
    if "absent" in one:
        return "–"
    if "failed" in one:
        return "failed"
    if one.get("void"):
        return "void: " + one["void"] + f"; {'met' if one['met'] else 'missed'} otherwise"
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
