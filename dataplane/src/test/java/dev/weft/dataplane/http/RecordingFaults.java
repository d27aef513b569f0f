package dev.weft.dataplane.http;

import dev.weft.foundation.fault.Faults;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Keeps what was reported, so that a test can say that nothing was. */
public final class RecordingFaults implements Faults {
    private final List<String> reported = new CopyOnWriteArrayList<>();

    @Override
    public void report(String what, Throwable cause) {
        reported.add(what + ": " + cause);
        cause.printStackTrace();
    }

    @Override
    public void fatal(String what, Throwable cause) {
        report("fatal: " + what, cause);
    }

    public List<String> reported() {
        return reported;
    }
}
