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
    private final Early early;
    private final Targets targets;
    private final List<Targets.Attempt> attempts;
    private final long idleNanos;
    private final long endNanos;
    private final Runnable serverFirst;
    private Targets.@Nullable Attempt chosen;
    private long started;
    private boolean spoken;
    private boolean upEnded;
    private boolean downEnded;
    private boolean over;

    /**
     * @param caller with {@code early} as its last handler, and reading off
     * @param serverFirst run when the endpoint is the first to speak
     */
    Relay(Loops loops, Channel caller, Early early, Targets targets, Runnable serverFirst) {
        this.loops = loops;
        this.caller = caller;
        this.early = early;
        this.targets = targets;
        this.serverFirst = serverFirst;
        this.loop = loops.of(caller.eventLoop());
        this.attempts = targets.attempts();
        this.idleNanos = targets.timeouts().lasting().tunnelIdle().toNanos();
        this.started = loop.tick();
        long lasting = targets.timeouts().lasting().tunnel().toNanos();
        this.endNanos = lasting == 0 ? Long.MAX_VALUE : started + lasting;
    }

    void start() {
        caller.closeFuture().addListener(closed -> callerGone());
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
        var pump = new Pump(this, caller, false);
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
        var fromCaller = new Pump(this, fromUpstream.channel(), true);
        caller.pipeline().addLast(fromCaller);
        arm();
        early.release(caller.pipeline().context(fromCaller), fromCaller);
        if (fromUpstream.channel().isWritable()) {
            caller.config().setAutoRead(true);
        }
        fromUpstream.channel().config().setAutoRead(true);
    }

    /** Bytes go through. */
    void moved(boolean up, int bytes) {
        if (!spoken) {
            spoken = true;
            if (!up) {
                serverFirst.run();
            }
        }
        Targets.Attempt used = chosen;
        if (used != null) {
            used.series().moved(loop.index(), up ? bytes : 0, up ? 0 : bytes);
        }
        arm();
    }

    private void arm() {
        long now = loop.tick();
        long idle = idleNanos == 0 ? Long.MAX_VALUE : now + idleNanos;
        long next = endNanos == Long.MAX_VALUE || idle - endNanos < 0 ? idle : endNanos;
        if (next != Long.MAX_VALUE) {
            loop.timers().arm(this, next);
        }
    }

    /** One end has said all it had to say; true when both have. */
    boolean ended(boolean up) {
        upEnded |= up;
        downEnded |= !up;
        return upEnded && downEnded;
    }

    @Override
    protected void expired() {
        reset();
    }

    private void reset() {
        if (caller.isOpen()) {
            caller.config().setOption(ChannelOption.SO_LINGER, 0);
            caller.unsafe().close(caller.voidPromise());
        }
    }

    private void callerGone() {
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
