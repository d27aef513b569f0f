package dev.weft.machine.sandbox;

import dev.weft.foundation.log.LateLogger;
import dev.weft.foundation.task.Pause;
import dev.weft.foundation.time.Clock;
import dev.weft.machine.log.LogWriter;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A run as a process of this machine. One virtual thread keeps it: moves its output into the log,
 * sees its end, ends it when asked. Everybody else leaves a word under the lock and wakes it.
 */
final class ProcessRun implements Run {
    private static final Logger LOG = LateLogger.of(ProcessRun.class);
    private static final Duration LOOK_AGAIN = Duration.ofSeconds(2);
    private static final Duration LOOK_OFTEN = Duration.ofMillis(100);
    private static final Duration GATHER = Duration.ofMillis(10);
    private static final Duration DYING = Duration.ofMillis(5);
    private static final int CODE_KILLED = 137;

    private final ProcessSandbox sandbox;
    private final RunDirectory directory;
    private final RunDirectory.Record record;
    private final boolean adopted;
    private final Clock clock;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final List<Runnable> waiting = new ArrayList<>();
    private boolean outputGrew = true;
    private boolean urgent;
    private @Nullable Long stopBy;
    private @Nullable RunEnd end;

    ProcessRun(
            ProcessSandbox sandbox,
            RunDirectory directory,
            RunDirectory.Record record,
            boolean adopted,
            Clock clock) {
        this.sandbox = sandbox;
        this.directory = directory;
        this.record = record;
        this.adopted = adopted;
        this.clock = clock;
        this.end = directory.end().orElse(null);
    }

    @Override
    public RunName name() {
        return record.name();
    }

    @Override
    public Map<String, String> labels() {
        return record.labels().texts();
    }

    @Override
    public Instant startedAt() {
        return record.startedAt();
    }

    @Override
    public boolean isAdopted() {
        return adopted;
    }

    @Override
    public OptionalLong pid() {
        if (end().isPresent()) {
            return OptionalLong.empty();
        }
        return directory
                .main()
                .filter(ProcessTable::isAlive)
                .map(it -> OptionalLong.of(it.pid()))
                .orElse(OptionalLong.empty());
    }

    @Override
    public Set<Long> pids() {
        return end().isPresent()
                ? Set.of()
                : members().stream().map(ProcessId::pid).collect(Collectors.toUnmodifiableSet());
    }

    @Override
    public Optional<RunEnd> end() {
        lock.lock();
        try {
            return Optional.ofNullable(end);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void onEnd(Runnable told) {
        lock.lock();
        try {
            if (end == null) {
                waiting.add(told);
                return;
            }
        } finally {
            lock.unlock();
        }
        told.run();
    }

    @Override
    public void stop(Duration grace) {
        long by = clock.nanos() + grace.toNanos();
        lock.lock();
        try {
            if (stopBy == null || by - stopBy < 0) {
                stopBy = by;
            }
            urgent = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public ExecResult exec(List<String> command, Duration patience) throws InterruptedException {
        return sandbox.execute(this, command, patience);
    }

    @Override
    public void forget() {
        if (end().isEmpty()) {
            throw new IllegalStateException("run " + name() + " has not ended");
        }
        sandbox.forget(this);
    }

    RunDirectory directory() {
        return directory;
    }

    String token() {
        return record.token();
    }

    void outputGrew() {
        wake(false);
    }

    /** Something other than output may have happened. */
    void look() {
        wake(true);
    }

    /** The keeper's life. An interrupt ends it and leaves the process alone. */
    void keep() {
        Optional<DirectoryWatch.Registration> watching = sandbox.watch(this);
        try (var spool = new Spool(directory.output(), this::openLog, sandbox::reclaim)) {
            attend(spool, watching.isPresent() ? LOOK_AGAIN : LOOK_OFTEN);
            endLeftovers();
            RunEnd seen = seenEnd();
            sandbox.step("processes gone");
            drain(spool);
            sandbox.step("log complete");
            record(seen);
            sandbox.step("end recorded");
            ended(seen);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            watching.ifPresent(DirectoryWatch.Registration::cancel);
        }
    }

    private LogWriter openLog() throws IOException {
        return LogWriter.open(record.logs(), record.name().attempt(), sandbox.bounds());
    }

    /** Where it cannot be written down, the next platform finds out again. */
    private void record(RunEnd seen) throws InterruptedException {
        try {
            directory.writeEnd(seen);
        } catch (IOException e) {
            if (Thread.currentThread().isInterrupted()) {
                throw new InterruptedException();
            }
            LOG.log(Level.WARNING, "run {0}: cannot record its end: {1}", name(), e.getMessage());
        }
    }

    /** Moves output and carries out what is asked, until the process has ended. */
    private void attend(Spool spool, Duration lookAgain) throws InterruptedException {
        boolean asked = false;
        while (!processEnded()) {
            spool.move(clock.now());
            long left = left();
            if (left != Long.MAX_VALUE && !asked) {
                asked = askToStop();
            }
            if (left <= 0) {
                killAll();
                Pause.of(DYING);
                continue;
            }
            await(Math.min(left, lookAgain.toNanos()));
        }
    }

    private boolean processEnded() {
        if (directory.exitCode().isPresent()) {
            return true;
        }
        boolean sameBoot = record.bootId().equals(sandbox.bootId());
        return !sameBoot || !directory.supervisor().map(ProcessTable::isAlive).orElse(false);
    }

    /** Whether there was somebody to ask. */
    private boolean askToStop() {
        try {
            directory.markStop();
        } catch (IOException e) {
            LOG.log(Level.WARNING, "run {0}: cannot mark its stop: {1}", name(), e.getMessage());
        }
        Optional<ProcessId> main = directory.main();
        main.ifPresent(it -> ProcessTable.signal(it, false));
        return main.isPresent();
    }

    /** The process has ended; what it started and left is asked if there is time, then killed. */
    private void endLeftovers() throws InterruptedException {
        Set<ProcessId> left = members();
        if (!left.isEmpty() && left() != Long.MAX_VALUE && left() > 0) {
            left.forEach(it -> ProcessTable.signal(it, false));
        }
        while (!left.isEmpty()) {
            if (left() == Long.MAX_VALUE || left() <= 0) {
                left.forEach(it -> ProcessTable.signal(it, true));
            }
            Pause.of(DYING);
            left = members();
        }
        if (record.bootId().equals(sandbox.bootId())) {
            directory.supervisor().ifPresent(it -> ProcessTable.signal(it, true));
        }
    }

    private void killAll() {
        Set<ProcessId> members = members();
        members.forEach(it -> ProcessTable.signal(it, true));
        if (members.isEmpty() && directory.main().isEmpty()) {
            // It was never given the word, or was ended before it could write down who it is.
            directory.supervisor().ifPresent(it -> ProcessTable.signal(it, true));
        }
    }

    private Set<ProcessId> members() {
        if (!record.bootId().equals(sandbox.bootId())) {
            return Set.of();
        }
        return ProcessTable.members(ProcessSandbox.TOKEN, token(), directory.supervisor());
    }

    private RunEnd seenEnd() {
        Instant now = clock.now();
        return directory
                .exitCode()
                .map(code -> new RunEnd(code, directory.exitTime(now), true))
                .orElseGet(() -> new RunEnd(CODE_KILLED, now, false));
    }

    private void drain(Spool spool) throws InterruptedException {
        for (int tries = 0; !spool.finish(clock.now()) && tries < 10; tries++) {
            Pause.of(LOOK_OFTEN);
        }
    }

    private void ended(RunEnd how) {
        List<Runnable> told;
        lock.lock();
        try {
            end = how;
            told = List.copyOf(waiting);
            waiting.clear();
        } finally {
            lock.unlock();
        }
        told.forEach(Runnable::run);
    }

    private long left() {
        lock.lock();
        try {
            return stopBy == null ? Long.MAX_VALUE : stopBy - clock.nanos();
        } finally {
            lock.unlock();
        }
    }

    private void wake(boolean now) {
        lock.lock();
        try {
            outputGrew = true;
            urgent |= now;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Waits for a change; output alone is gathered for a moment, so that many lines cost one. */
    private void await(long nanos) throws InterruptedException {
        lock.lock();
        try {
            long left = Math.min(nanos, GATHER.toNanos());
            while (!urgent && left > 0) {
                left = changed.awaitNanos(left);
            }
            left = nanos - GATHER.toNanos();
            while (!urgent && !outputGrew && left > 0) {
                left = changed.awaitNanos(left);
            }
            urgent = false;
            outputGrew = false;
        } finally {
            lock.unlock();
        }
    }
}
