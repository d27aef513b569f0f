package dev.weft.api.store;

import dev.weft.foundation.fault.Faults;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Keeps what was reported. */
final class RecordingFaults implements Faults {
    final List<String> reported = new CopyOnWriteArrayList<>();
    final List<String> fatal = new CopyOnWriteArrayList<>();

    @Override
    public void report(String what, Throwable cause) {
        reported.add(what + ": " + cause);
    }

    @Override
    public void fatal(String what, Throwable cause) {
        fatal.add(what + ": " + cause);
    }
}
