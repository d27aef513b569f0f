package dev.weft.dataplane.loop;

import java.util.LinkedHashSet;

/**
 * How full the {@link Ledger} is, as one loop sees it, and who waits on this loop until there is
 * room. Looks while the loop is at work and, once there is no room, until there is. Its event loop.
 */
public final class Pressure extends Timer {
    private static final long LOOK_NANOS = 10_000_000L;

    private final Ledger ledger;
    private final Loop loop;
    private final LinkedHashSet<Waiting> waiting = new LinkedHashSet<>();
    private Ledger.Level level = Ledger.Level.ROOM;
    private long due;

    /** Somebody who has stopped reading. */
    public interface Waiting {
        /** There is room again. */
        void roomCame();
    }

    Pressure(Ledger ledger, Loop loop, long now) {
        this.ledger = ledger;
        this.loop = loop;
        this.due = ledger.isBounded() ? now : Long.MAX_VALUE;
    }

    /** The clock was read. */
    void at(long now) {
        if (now >= due) {
            look(now);
        }
    }

    private void look(long now) {
        due = now + LOOK_NANOS;
        level = ledger.look();
        if (level != Ledger.Level.ROOM) {
            loop.shortTimers().arm(this, due);
        } else if (!waiting.isEmpty()) {
            Waiting[] all = waiting.toArray(Waiting[]::new);
            waiting.clear();
            // not in the midst of what reads the clock
            loop.executor()
                    .execute(
                            () -> {
                                for (Waiting one : all) {
                                    one.roomCame();
                                }
                            });
        }
    }

    @Override
    protected void expired() {
        loop.tick();
    }

    /** Whether no more of callers' bodies is to be read. */
    public boolean stopsReading() {
        return level != Ledger.Level.ROOM;
    }

    /** Whether this request, or this connection, is to be refused; counts it. */
    public boolean sheds() {
        boolean sheds = level == Ledger.Level.SHEDDING;
        if (sheds) {
            ledger.shed();
        }
        return sheds;
    }

    /** Has somebody told when there is room, once. */
    public void await(Waiting who) {
        waiting.add(who);
    }

    /** It waits no more. */
    public void leave(Waiting who) {
        if (!waiting.isEmpty()) {
            waiting.remove(who);
        }
    }
}
