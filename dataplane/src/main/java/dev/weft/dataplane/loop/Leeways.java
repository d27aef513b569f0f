package dev.weft.dataplane.loop;

import io.netty.channel.Channel;
import java.util.ArrayList;
import java.util.List;

/**
 * The connections of a loop of which the kernel may keep much, and how many they may be: together
 * they are bounded, whatever callers do. Its event loop.
 */
public final class Leeways {
    private static final int WIDE_MAX = 32;

    private final Transport transport;
    private final List<Leeway> wide = new ArrayList<>();

    Leeways(Transport transport) {
        this.transport = transport;
    }

    public Leeway of(Channel connection) {
        return new Leeway(connection, this);
    }

    void closed(Leeway one) {
        wide.remove(one);
    }

    boolean widen(Leeway one, long now) {
        if (!one.channel().isActive() || (wide.size() == WIDE_MAX && !narrowOne(now))) {
            return false;
        }
        wide.add(one);
        transport.keep(one.channel(), Leeway.MUCH);
        return true;
    }

    private boolean narrowOne(long now) {
        for (Leeway one : wide) {
            if (one.unused(now)) {
                wide.remove(one);
                one.narrow();
                transport.keep(one.channel(), Leeway.LITTLE);
                return true;
            }
        }
        return false;
    }
}
