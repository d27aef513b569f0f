#!/usr/bin/env python3
"""The table of what Weft costs, beside HAProxy: all rows or some, in one run. See README.md."""
import argparse
import json
import os
import sys
import time
import traceback

import measure
import readme
import rounds
import tails  # its rows, after those of CPU
from rows import ROWS
from stage import LOAD_CORE, Absent, Stage

GUARD, STEAL = 0.03, 0.01
ORDER = ["http1", "mtls", "http2", "grpc", "latency", "control", "first-second", "bodies", "handshakes", "allocation", "routes", "idle",
         "replaced", "goodput"]
assert set(ORDER) == set(ROWS) and tails


def doubt(result):
    """Why a row's figures may not be believed, or nothing: HAProxy against itself is judged as a row is, by median and quartiles."""
    reasons = []
    for part, one in [("", result), *result.get("parts", {}).items()]:
        low, middle, high = measure.quartiles(one["guard"]) if "guard" in one else (1, 1, 1)
        if low < 1 - GUARD or high > 1 + GUARD:
            reasons.append(f"HAProxy against itself left 1.00 ± 0.03: {part + ', ' if part else ''}{middle:.3f} ({low:.3f}–{high:.3f})")
    if result["steal"] > STEAL:
        reasons.append(f"the hypervisor took {result['steal'] * 100:.1f} % of the time")
    return "; ".join(reasons)


def judged(name, stage, options):
    """Runs a row and says whether its figures may be believed: no round is ever left out."""
    function, bar = ROWS[name]
    others = measure.Others(stage)
    began, stolen, waited = time.monotonic(), measure.steal(), dict(measure.waited)
    result = {"row": name, "bar": bar, "at": time.strftime("%Y-%m-%d %H:%M"), "weft": measure.commit(), "rounds_asked": options.rounds}
    try:
        result |= function(stage, options)
    except Absent as e:
        return result | {"absent": str(e)}
    except (Exception, SystemExit) as e:
        traceback.print_exc()
        return result | {"failed": str(e)[:300] or repr(e)}
    took = time.monotonic() - began
    apart = {key: measure.waited[key] - waited[key] for key in waited}
    result |= {"seconds": round(took), "others": others.share(),
               "steal": (measure.steal() - stolen - apart["steal"]) / (took - apart["seconds"]) / measure.CORES}
    result["void"] = doubt(result)
    return result


def said(result):
    if "absent" in result:
        return "not there yet: " + result["absent"]
    if "failed" in result:
        return "failed: " + result["failed"]
    verdict = "void: " + result["void"] if result.get("void") else "met" if result["met"] else "MISSED"
    guards = [one for part in [result, *result.get("parts", {}).values()] for one in part.get("guard", [])]
    spread = f", HAProxy against itself {min(guards):.3f}–{max(guards):.3f}" if guards else ""
    return f"{result['headline']}  [{verdict}{spread}; steal {result['steal'] * 100:.2f} %, other programs {result['others'] * 100:.1f} %, {result['seconds']} s]"


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=10, help="paired rounds of each row")
    parser.add_argument("--cycles", type=int, default=rounds.CYCLES, help="turns of all contenders in a round")
    parser.add_argument("--warmup", type=int, default=8, help="seconds of load before a row's first round")
    parser.add_argument("--objects", type=int, default=10_000, help="stored in the API beside the routes")
    parser.add_argument("--attempts", type=int, default=3, help="a row that is void or failed is measured again as a whole, this many times in all")
    parser.add_argument("--minutes", type=float, default=40, help="no row is begun again after so long")
    parser.add_argument("--only", action="append", choices=ORDER, metavar="ROW", help="this row alone; may be given again")
    parser.add_argument("--part", action="append", metavar="TEXT", help="of handshakes only the parts with this in their names, such as "
                        "server or client; may be given again; the others keep what was found before")
    parser.add_argument("--list", action="store_true", help="names the rows")
    parser.add_argument("--readme", action="store_true", help="puts the table into the project's README as well")
    options = parser.parse_args()
    if options.list:
        for name in ORDER:
            print(f"{name:14} {ROWS[name][1]}")
        return
    os.sched_setaffinity(0, {int(LOAD_CORE)})
    options.kept = {one["row"]: one for one in found_before()}
    results, before = {}, {}
    began, todo = time.monotonic(), [name for name in ORDER if name in (options.only or ORDER)]
    with Stage(options.objects) as stage:
        for attempt in range(options.attempts):
            for name in todo:
                if attempt and time.monotonic() - began > options.minutes * 60:
                    break
                measure.wait_until_idle()
                print(f"{name:14} …", end="\r", flush=True)
                result = judged(name, stage, options)
                kept = before.setdefault(name, [])
                results[name] = result | {"attempts": list(kept)}
                if bad(result):
                    kept.append(result.get("void") or result.get("failed"))
                print(f"{name:14} {said(result)}", flush=True)
                save(results)
            todo = [name for name in todo if bad(results[name])]
    if options.readme:
        readme.write()
    sys.exit(1 if any("failed" in one for one in results.values()) else 0)


def bad(result):
    return bool(result.get("void")) or "failed" in result


FOLDER = measure.ROOT / "benchmarks/results"
LATEST = FOLDER / "latest.json"


def here():
    return {"machine": measure.machine(), "peers": measure.peers()}


def found_before():
    """Rows of earlier runs on this machine, beside the same peers."""
    kept = json.loads(LATEST.read_text()) if LATEST.exists() else {}
    return kept.get("rows", []) if all(kept.get(key) == value for key, value in here().items()) else []


def save(results):
    """Rows that were not run keep what an earlier run found, and say of which commit."""
    FOLDER.mkdir(exist_ok=True)
    merged = {one["row"]: one for one in found_before()} | results
    found = here() | {"weft": measure.commit(), "rows": [merged[name] for name in ORDER if name in merged]}
    LATEST.write_text(json.dumps(found, indent=1))
    (FOLDER / "latest.md").write_text(readme.table(found))


if __name__ == "__main__":
    main()
