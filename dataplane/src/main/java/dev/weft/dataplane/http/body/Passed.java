package dev.weft.dataplane.http.body;

import dev.weft.dataplane.event.Series;
import dev.weft.dataplane.service.Exchange;
import dev.weft.dataplane.service.Note;
import org.jspecify.annotations.Nullable;

/**
 * How many bytes an exchange has carried. Those of a tunnel are counted in its series as they pass,
 * since it may last for days; all others when the exchange is over. Its event loop.
 */
public final class Passed {
    private final int loop;
    private long in;
    private long out;
    private @Nullable Series live;

    /**
     * @param loop the place of the loop's counters
     */
    public Passed(int loop) {
        this.loop = loop;
    }

    public void in(int count) {
        in += count;
        Series counting = live;
        if (counting != null) {
            counting.moved(loop, count, 0);
        }
    }

    public void out(int count) {
        out += count;
        Series counting = live;
        if (counting != null) {
            counting.moved(loop, 0, count);
        }
    }

    public long in() {
        return in;
    }

    public long out() {
        return out;
    }

    /** It is a tunnel from here on: what has passed is counted where the rest will be. */
    public void tunnels(Exchange exchange) {
        if (exchange.note(Note.STANDING) != null
                && exchange.note(Note.SERIES) instanceof Series series) {
            live = series;
            series.moved(loop, in, out);
        }
    }

    public void clear() {
        in = 0;
        out = 0;
        live = null;
    }
}
