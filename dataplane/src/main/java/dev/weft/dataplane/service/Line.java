package dev.weft.dataplane.service;

import java.util.ArrayDeque;

/**
 * Exchanges of one event loop that wait for their turn, the first come first. How many may wait is
 * counted by whoever owns the line, since it holds for all loops together. Its event loop.
 */
public final class Line {
    private final ArrayDeque<Place> places = new ArrayDeque<>();
    private final Runnable left;

    /**
     * @param left told of each that gives up waiting
     */
    public Line(Runnable left) {
        this.left = left;
    }

    private final class Place implements Attendant, Step {
        private final Exchange exchange;
        private final Service then;
        private final Failure late;

        Place(Exchange exchange, Service then, Failure late) {
            this.exchange = exchange;
            this.then = then;
            this.late = late;
        }

        @Override
        public void resume() {}

        @Override
        public void cancel() {
            giveUp();
        }

        @Override
        public void alarmed(Exchange told, Alarm kind) {
            if (giveUp()) {
                exchange.fail(late);
            }
        }

        private boolean giveUp() {
            if (places.remove(this)) {
                left.run();
                return true;
            }
            return false;
        }
    }

    /**
     * Has an exchange wait.
     *
     * @param then what is done with it when its turn has come
     * @param late what it fails with when its patience has ended
     */
    public void add(Exchange exchange, Service then, long patienceNanos, Failure late) {
        var place = new Place(exchange, then, late);
        places.addLast(place);
        exchange.attend(place);
        exchange.arm(Alarm.PAUSE, patienceNanos, place);
    }

    /** Lets the first go on. */
    public void next() {
        Place place = places.pollFirst();
        if (place != null) {
            place.exchange.disarm(Alarm.PAUSE);
            place.then.serve(place.exchange);
        }
    }

    public boolean isEmpty() {
        return places.isEmpty();
    }

    public int size() {
        return places.size();
    }
}
