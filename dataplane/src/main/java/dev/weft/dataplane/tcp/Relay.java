package dev.weft.dataplane.tcp;

import dev.weft.dataplane.loop.Loop;
import dev.weft.dataplane.loop.Loops;
import dev.weft.dataplane.loop.Timer;
import dev.weft.dataplane.service.Outcome;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One connection that is passed on: tries endpoints until one stands, then lets bytes through both
 * ways, each at the pace of the other end. Its event loop; both ends are on the same.
 */
final class Relay extends Timer {
    private final Loops loops;
    private final Loop loop;
    private final Channel caller;
    private final Targets targets;
    private final List<Targets.Attempt> attempts;
    private final long idleNanos;
    private Targets.@Nullable Attempt chosen;
    private long started;
    private boolean over;

    Relay(Loops loops, Channel caller, Targets targets) {
        this.loops = loops;
        this.caller = caller;
        this.targets = targets;
        this.loop = loops.of(caller.eventLoop());
        this.attempts = targets.attempts();
        this.idleNanos = targets.timeouts().idle().toNanos();
    }

    void start() {
        started = loop.tick();
        caller.closeFuture().addListener(closed -> ended());
        attempt(0);
    }

    private void attempt(int number) {
        if (number >= attempts.size()) {
            // there is no way to say why to somebody whose protocol is not known
            reset();
            return;
        }
        Targets.Attempt next = attempts.get(number);
        if (chosen != null) {
            chosen.series().left(loop.index());
            chosen.series().retried(loop.index());
        }
        chosen = next;
        next.series().started(loop.index());
        int millis = (int) Math.min(Integer.MAX_VALUE, targets.timeouts().connect().toMillis());
        var pump = new Pump(this, caller);
        new Bootstrap()
                .group(loop.eventLoop())
                .channelFactory(loops.transport().clients())
                .option(ChannelOption.TCP_NODELAY, true)
                .option(ChannelOption.AUTO_READ, false)
                .option(ChannelOption.ALLOW_HALF_CLOSURE, true)
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, Math.max(1, millis))
                .handler(pump)
                .connect(next.address().socket())
                .addListener(
                        future -> {
                            if (!caller.isActive()) {
                                pump.close();
                            } else if (future.isSuccess()) {
                                join(pump);
                            } else {
                                attempt(number + 1);
                            }
                        });
    }

    private void join(Pump fromUpstream) {
        caller.pipeline().addLast(new Pump(this, fromUpstream.channel()));
        caller.config().setAutoRead(true);
        fromUpstream.channel().config().setAutoRead(true);
        moved();
    }

    /** Bytes went through. */
    void moved() {
        if (idleNanos > 0) {
            loop.timers().arm(this, loop.tick() + idleNanos);
        }
    }

    @Override
    protected void expired() {
        reset();
    }

    private void reset() {
        if (caller.isOpen()) {
            caller.config().setOption(ChannelOption.SO_LINGER, 0);
            var unused = caller.close();
        }
    }

    private void ended() {
        if (over) {
            return;
        }
        over = true;
        loop.timers().remove(this);
        Targets.Attempt used = chosen;
        if (used != null) {
            long nanos = loop.tick() - started;
            used.series().ended(loop.index(), Outcome.COMPLETE, 200, false, nanos);
        }
    }
}
