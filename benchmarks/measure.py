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
CORES = os.cpu_count()


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


class Meter:
    """CPU of a process tree, to the nanosecond: by the kernel's CPU clock of each process, which counts ended threads too."""

    def __init__(self, pid):
        self.pids = tree(pid)

    def seconds(self):
        return sum(time.clock_gettime_ns((~pid << 3) | 2) for pid in self.pids) / 1e9

    def split(self):
        """(user, kernel), in ticks: good for their proportion over a whole run."""
        user = kernel = 0
        for pid in self.pids:
            with open(f"/proc/{pid}/stat") as file:
                fields = file.read().rsplit(")", 1)[1].split()
            user += int(fields[11])
            kernel += int(fields[12])
        return user, kernel


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


def pss_outside(pid, low, high):
    """Bytes of memory that a process holds outside of some addresses."""
    total, counts = 0, True
    for line in pathlib.Path(f"/proc/{pid}/smaps").read_text().splitlines():
        first = line.split(" ", 1)[0]
        if first == "Pss:":
            total += int(line.split()[1]) * 1024 if counts else 0
        elif "-" in first and not first.endswith(":"):
            start = int(first.split("-")[0], 16)
            counts = not low <= start < high
    return total


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
    return f"{CORES} cores, {model}, Linux {platform.release()}"


def commit():
    return subprocess.run(["git", "-C", ROOT, "log", "-1", "--format=%h of %cs"], capture_output=True, text=True).stdout.strip()


def busy():
    """Seconds of work of all cores, whoever did it."""
    fields = [int(one) for one in pathlib.Path("/proc/stat").read_text().split("\n", 1)[0].split()[1:]]
    return (sum(fields[:3]) + fields[5] + fields[6]) / TICK


def wait_until_idle(most=0.05, patience=60):
    """Until this machine does little else: builds and the like end, or patience does."""
    deadline = time.monotonic() + patience
    while time.monotonic() < deadline:
        before = busy()
        time.sleep(1)
        if (busy() - before) / CORES < most:
            return


waited = {"seconds": 0.0, "steal": 0.0}  # before rounds, so far: none of it belongs to a row's figures


def wait_for_cores(most=0.005, patience=8):
    """Until the hypervisor leaves this machine its cores, as half a second of work on all of them shows, or until patience ends.

    Nothing is left out by it: the round that follows counts, whatever it is like."""
    began, before = time.monotonic(), steal()
    while time.monotonic() - began < patience:
        at, taken = time.monotonic(), steal()
        workers = [work_on(core, 0.5) for core in range(CORES)]
        for pid in workers:
            os.waitpid(pid, 0)
        if steal() - taken <= most * CORES * (time.monotonic() - at):
            break
        time.sleep(0.5)
    waited["seconds"] += time.monotonic() - began
    waited["steal"] += steal() - before


def work_on(core, seconds):
    """A process of its own that does nothing for so long, and as much as it can of it."""
    pid = os.fork()
    if pid == 0:
        try:
            os.sched_setaffinity(0, {core})
            deadline = time.monotonic() + seconds
            while time.monotonic() < deadline:
                pass
        finally:
            os._exit(0)
    return pid


class Others:
    """The share of this machine that programs took which are none of the benchmark's, since this was made."""

    def __init__(self, stage):
        self.began, self.busy, self.own = time.monotonic(), busy(), self.used()

    @staticmethod
    def used():
        """Of this process and all below it, with those that have ended and were waited for."""
        total = 0
        for pid in tree(os.getpid()):
            try:
                fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
                total += sum(int(one) for one in fields[11:15])
            except OSError:
                pass
        return total / TICK

    def share(self):
        took = (time.monotonic() - self.began) * CORES
        return max(0.0, (busy() - self.busy) - (self.used() - self.own)) / took


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
