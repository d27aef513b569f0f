package dev.weft.api.contract;

import dev.weft.api.client.ApiException;
import dev.weft.api.client.Reason;
import dev.weft.api.client.Watch;
import dev.weft.api.client.WatchEvent;
import dev.weft.foundation.chance.Chance;
import dev.weft.foundation.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;

/** A watch that is late, repeats itself, and breaks off. Belongs to the watcher's thread. */
final class HostileWatch implements Watch {
    /** How many later events come before an echo. */
    private static final int ECHO_AFTER = 2;

    private final Watch inner;
    private final Chance chance;
    private final Ills ills;
    private final long lagNanos;
    private final Clock clock;
    private final Deque<Late> late = new ArrayDeque<>();
    private Optional<WatchEvent> echo = Optional.empty();
    private int untilEcho;
    private Optional<ApiException> end = Optional.empty();

    private record Late(WatchEvent event, long due) {}

    HostileWatch(Watch inner, Chance chance, Ills ills, Duration lag, Clock clock) {
        this.inner = inner;
        this.chance = chance;
        this.ills = ills;
        this.lagNanos = lag.toNanos();
        this.clock = clock;
    }

    @Override
    public Optional<WatchEvent> next(Duration patience) throws InterruptedException {
        long deadline = clock.nanos() + patience.toNanos();
        while (true) {
            take(Duration.ZERO);
            long now = clock.nanos();
            if (!late.isEmpty() && late.element().due() - now <= 0) {
                return Optional.of(deliver());
            }
            if (late.isEmpty() && end.isPresent()) {
                throw end.get();
            }
            if (deadline - now <= 0) {
                return Optional.empty();
            }
            long until = late.isEmpty() ? deadline : Math.min(deadline, late.element().due());
            take(Duration.ofNanos(Math.max(1, until - now)));
        }
    }

    @Override
    public void close() {
        inner.close();
    }

    /** Takes what has come; what is to be told of it is told later. */
    private void take(Duration patience) throws InterruptedException {
        if (end.isPresent()) {
            dev.weft.foundation.task.Pause.of(patience);
            return;
        }
        try {
            Optional<WatchEvent> event = inner.next(patience);
            while (event.isPresent()) {
                late.add(new Late(event.get(), clock.nanos() + lagNanos));
                event = inner.next(Duration.ZERO);
            }
        } catch (ApiException e) {
            end = Optional.of(e);
        }
    }

    private WatchEvent deliver() {
        if (echo.isPresent() && untilEcho-- <= 0) {
            WatchEvent again = echo.get();
            echo = Optional.empty();
            return again;
        }
        WatchEvent event = late.element().event();
        if (chance.percent(ills.ended())) {
            throw broken(Reason.CLOSED, "hostile: the connection broke");
        }
        if (chance.percent(ills.expired())) {
            throw broken(Reason.EXPIRED, "hostile: events were lost");
        }
        late.remove();
        boolean aboutAnObject =
                !(event instanceof WatchEvent.Bookmark || event instanceof WatchEvent.InitialEnd);
        if (aboutAnObject && echo.isEmpty() && chance.percent(ills.repeated())) {
            echo = Optional.of(event);
            untilEcho = chance.below(ECHO_AFTER + 1);
        }
        return event;
    }

    private ApiException broken(Reason reason, String message) {
        var refusal = new ApiException(reason, message);
        late.clear();
        echo = Optional.empty();
        end = Optional.of(refusal);
        inner.close();
        return refusal;
    }
}
