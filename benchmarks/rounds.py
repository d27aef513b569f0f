"""Paired rounds made of short slices: all contenders in turn, many times over, so that what drifts hits all alike.

A round is CYCLES turns of all contenders, in an order that is drawn, and then in that order turned round; HAProxy stands
in it twice, as A and B, the same process and the same load. CPU and requests are summed over a round. See README.md.
"""
import random
import statistics
import time

import measure

CYCLES, SLICE = 240, 0.006  # README.md says how they were chosen; CYCLES is for five contenders, fewer have more turns
SETTLE, SETTLED, SETTLE_MAX = 0.0007, 0.00005, 0.006  # after a slice what is under way is answered, and counts


class Sum:
    """What one contender did in one round."""

    def __init__(self):
        self.cpu = self.user = self.kernel = self.seconds = 0.0
        self.done = 0

    def figures(self):
        split = self.user + self.kernel or 1
        cpu = self.cpu / self.done * 1e6
        return {"cpu": cpu, "user": cpu * self.user / split, "rps": self.done / self.seconds}


class Contender:
    """A process under a load: load.slice(seconds) gives what was done, of requests or whatever is counted."""

    def __init__(self, pid, load, unit=1.0):
        self.meter, self.load, self.unit = measure.Meter(pid), load, unit

    def slice(self, seconds, into):
        before, (user, kernel) = self.meter.seconds(), self.meter.split()
        began = time.monotonic()
        done = self.load.slice(seconds)
        into.seconds += time.monotonic() - began
        into.cpu += self.settled() - before
        now = self.meter.split()
        into.user += now[0] - user
        into.kernel += now[1] - kernel
        into.done += done * self.unit


    def settled(self):
        """The CPU clock, once it all but stands still."""
        deadline, last = time.monotonic() + SETTLE_MAX, self.meter.seconds()
        while True:
            time.sleep(SETTLE)
            now = self.meter.seconds()
            if now - last < SETTLED or time.monotonic() > deadline:
                return now
            last = now


def turns(names, cycle):
    """The order of one cycle. It is drawn, so that all have the same neighbours in the long run: what one leaves in caches and
    buffers is found by the next. Each second cycle is the one before it turned round, against what drifts."""
    order = random.Random(cycle // 2).sample(names, len(names))
    return order if cycle % 2 == 0 else order[::-1]


def paired(contenders, reference, rounds, cycles=CYCLES, seconds=SLICE):
    """Rounds of {name: figures}; the reference is measured twice, under its name and under "again"."""
    names, found = [*contenders, "again"], []
    cycles = max(1, round(cycles * min(1.5, 5 / len(names))))
    for number in range(rounds):
        measure.wait_for_cores()
        sums = {name: Sum() for name in names}
        stolen, began = measure.steal(), time.monotonic()
        for cycle in range(cycles):
            for name in turns(names, number * cycles + cycle):
                contenders[reference if name == "again" else name].slice(seconds, sums[name])
        took = time.monotonic() - began
        found.append({name: one.figures() for name, one in sums.items()} | {"steal": (measure.steal() - stolen) / took / measure.CORES})
    return found


def summary(found, reference, keys=("cpu",)):
    """Medians and quartiles of the rounds' ratios to the mean of the reference's two figures; all of HAProxy against itself."""
    names = [name for name in found[0] if name not in ("again", "steal")]
    base = [{key: (one[reference][key] + one["again"][key]) / 2 for key in one[reference]} for one in found]
    result = {"guard": [one["again"]["cpu"] / one[reference]["cpu"] for one in found], "steal_rounds": [one["steal"] for one in found],
              "rounds": len(found), "figures": {}, "ratios": {}}
    for name in names:
        result["figures"][name] = {key: statistics.median(one[name][key] for one in found) for key in found[0][name]}
        if name != reference:
            result["ratios"][name] = {key: measure.quartiles([one[name][key] / under[key] for one, under in zip(found, base)]) for key in keys}
    return result


def against(found, name, other, key="cpu"):
    """Median of the rounds' ratios of two contenders, neither of which need be the reference."""
    return statistics.median(one[name][key] / one[other][key] for one in found)
