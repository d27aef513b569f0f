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
import rows
from stage import Absent, Stage

GUARD = 0.03
STEAL = 0.01


def judged(name, stage, options):
    """Runs a row and says whether its figures may be believed."""
    function, bar = rows.ROWS[name]
    began, stolen = time.monotonic(), measure.steal()
    result = {"row": name, "bar": bar, "at": time.strftime("%Y-%m-%d %H:%M")}
    try:
        result |= function(stage, options)
    except Absent as e:
        return result | {"absent": str(e)}
    except (Exception, SystemExit) as e:
        traceback.print_exc()
        return result | {"failed": str(e)[:300] or repr(e)}
    took = time.monotonic() - began
    result |= {"seconds": round(took), "steal": (measure.steal() - stolen) / took / os.cpu_count()}
    guards = [part["guard"] for part in [result, *result.get("parts", {}).values()] if "guard" in part]
    if any(abs(one - 1) > GUARD for guard in guards for one in guard):
        result["void"] = "HAProxy against itself: " + ", ".join(f"{middle:.3f} ({low:.3f}–{high:.3f})" for low, middle, high in guards)
    elif result["steal"] > STEAL:
        result["void"] = f"the hypervisor took {result['steal'] * 100:.1f} % of the time"
    return result


def said(result):
    if "absent" in result:
        return "not there yet: " + result["absent"]
    if "failed" in result:
        return "failed: " + result["failed"]
    verdict = "void (" + result["void"] + ")" if "void" in result else "met" if result["met"] else "MISSED"
    return f"{result['headline']}  [{verdict}, {result['seconds']} s]"


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=10, help="paired rounds of each row")
    parser.add_argument("--seconds", type=int, default=2, help="of load, for each contender in each round")
    parser.add_argument("--warmup", type=int, default=8, help="seconds of load before a row's first round")
    parser.add_argument("--objects", type=int, default=10_000, help="stored in the API beside the routes")
    parser.add_argument("--only", action="append", choices=list(rows.ROWS), metavar="ROW", help="this row alone; may be given again")
    parser.add_argument("--list", action="store_true", help="names the rows")
    parser.add_argument("--readme", action="store_true", help="puts the table into the project's README as well")
    options = parser.parse_args()
    if options.list:
        for name, (_, bar) in rows.ROWS.items():
            print(f"{name:14} {bar}")
        return
    results = []
    with Stage(options.objects) as stage:
        for name in options.only or rows.ROWS:
            print(f"{name:14} …", end="\r", flush=True)
            results.append(judged(name, stage, options))
            print(f"{name:14} {said(results[-1])}", flush=True)
            save(results, options)
    if options.readme:
        readme.write()
    sys.exit(1 if any("failed" in one for one in results) else 0)


def save(results, options):
    """Rows that were not run keep what an earlier run of the same commit found."""
    folder = measure.ROOT / "benchmarks/results"
    folder.mkdir(exist_ok=True)
    file = folder / "latest.json"
    now = {"machine": measure.machine(), "peers": measure.peers()}
    kept = json.loads(file.read_text()) if file.exists() else {}
    older = kept.get("rows", []) if {key: kept.get(key) for key in now} == now else []
    fresh = {one["row"]: one | {"rounds_asked": options.rounds, "seconds_asked": options.seconds} for one in results}
    merged = {one["row"]: one for one in older} | fresh
    ordered = [merged[name] for name in rows.ROWS if name in merged]
    file.write_text(json.dumps(now | {"rows": ordered}, indent=1))
    (folder / "latest.md").write_text(readme.table(json.loads(file.read_text())))


if __name__ == "__main__":
    main()
