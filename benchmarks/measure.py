"""What the scripts here share: tools, process trees, memory, medians, the machine."""
import os
import pathlib
import platform
import shutil
import statistics
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
TICK = os.sysconf("SC_CLK_TCK")


def tool(name):
    """The path of an outside tool: $WEFT_TOOLS, its default folder, or the path."""
    folder = pathlib.Path(os.environ.get("WEFT_TOOLS", pathlib.Path.home() / ".cache/weft-tools"))
    own = folder / "bin" / name
    if own.exists():
        return str(own)
    found = shutil.which(name)
    if not found:
        sys.exit(f"{name} is missing: run .ci/tools/install, or put it on the path")
    return found


def tree(pid):
    """A process and all that descend from it."""
    children = {}
    for entry in pathlib.Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                fields = (entry / "stat").read_text().rsplit(")", 1)[1].split()
                children.setdefault(int(fields[1]), []).append(int(entry.name))
            except OSError:
                pass
    todo, seen = [pid], []
    while todo:
        here = todo.pop()
        seen.append(here)
        todo += children.get(here, [])
    return seen


def cpu(pid):
    """(user, kernel) seconds that a process tree has used."""
    user = kernel = 0
    for member in tree(pid):
        try:
            fields = pathlib.Path(f"/proc/{member}/stat").read_text().rsplit(")", 1)[1].split()
            user += int(fields[11])
            kernel += int(fields[12])
        except OSError:
            pass
    return user / TICK, kernel / TICK


def pss(pid):
    """MiB of memory that a process tree holds, shared pages counted in part."""
    total = 0
    for member in tree(pid):
        try:
            for line in pathlib.Path(f"/proc/{member}/smaps_rollup").read_text().splitlines():
                if line.startswith("Pss:"):
                    total += int(line.split()[1])
        except OSError:
            pass
    return total / 1024


def steal():
    """Seconds that the hypervisor kept from this machine, all cores together."""
    return int(pathlib.Path("/proc/stat").read_text().split("\n", 1)[0].split()[8]) / TICK


def quartiles(values):
    if len(values) < 2:
        return values[0], values[0], values[0]
    low, middle, high = statistics.quantiles(values, n=4, method="inclusive")
    return low, middle, high


def machine():
    model = next((line.split(":", 1)[1].strip() for line in open("/proc/cpuinfo") if line.startswith("model name")), "")
    commit = subprocess.run(["git", "-C", ROOT, "log", "-1", "--format=%h of %cs"], capture_output=True, text=True).stdout.strip()
    return f"{os.cpu_count()} cores, {model}, Linux {platform.release()}; Weft {commit}"


def peers():
    """The versions of what Weft is compared with."""
    said = subprocess.run([tool("haproxy"), "-vv"], capture_output=True, text=True).stdout
    version = said.split("\n", 1)[0].split(" ")[2]
    openssl = next((line.split(":", 1)[1].strip() for line in said.splitlines() if line.startswith("Running on OpenSSL")), "no TLS")
    return f"HAProxy {version} with {openssl}"


def wait_for(condition, seconds, what):
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if condition():
            return
        time.sleep(0.02)
    sys.exit(f"gave up after {seconds} s: {what}")


def write_result(name, text):
    folder = ROOT / "benchmarks" / "results"
    folder.mkdir(exist_ok=True)
    (folder / name).write_text(text)
    print(text)
