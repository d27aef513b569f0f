package dev.weft.dataplane.tcp;

import dev.weft.dataplane.event.Series;
import dev.weft.dataplane.route.Address;
import dev.weft.dataplane.route.Timeouts;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** The targets of one listener at one moment. Any thread. */
public final class Targets {
    /** One try. */
    record Attempt(Address address, Series series) {}

    private static final int TRIES_MAX = 3;
    private static final long GOLDEN = 0x9E3779B9L;

    private final List<Target> targets;
    private final Timeouts timeouts;
    private final AtomicInteger turn = new AtomicInteger();

    public Targets(List<Target> targets, Timeouts timeouts) {
        this.targets = List.copyOf(targets);
        this.timeouts = timeouts;
    }

    Timeouts timeouts() {
        return timeouts;
    }

    /** Whom to try for a new connection, in this order. */
    List<Attempt> attempts() {
        int now = turn.getAndIncrement();
        List<Attempt> attempts = new ArrayList<>();
        Target first = drawn(now);
        if (first == null) {
            return attempts;
        }
        add(attempts, first, now);
        for (Target other : targets) {
            if (other != first && other.weight() > 0) {
                add(attempts, other, now);
            }
        }
        return attempts;
    }

    private static void add(List<Attempt> attempts, Target target, int turn) {
        int count = target.ready().size();
        for (int i = 0; i < count && attempts.size() < TRIES_MAX; i++) {
            Address address = target.ready().get(Math.floorMod(turn + i, count));
            attempts.add(new Attempt(address, target.series()));
        }
    }

    private @org.jspecify.annotations.Nullable Target drawn(int now) {
        long sum = targets.stream().mapToLong(Target::weight).sum();
        if (sum == 0) {
            return null;
        }
        long point = ((now * GOLDEN & 0xffffffffL) * (sum & 0x7fffffffL)) >>> 32;
        for (Target target : targets) {
            point -= target.weight();
            if (point < 0) {
                return target;
            }
        }
        return targets.getLast();
    }
}
