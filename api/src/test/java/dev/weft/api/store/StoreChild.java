package dev.weft.api.store;

import dev.weft.api.client.ApiException;
import dev.weft.api.codec.JsonObject;
import dev.weft.api.model.Key;
import dev.weft.foundation.fault.Faults;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Optional;

/**
 * A store in a process of its own, that a test can kill, trace and starve: MODE FILE WRITERS COUNT.
 * Says {@code ack NAME VERSION} in one write to its output for each write that was acknowledged.
 */
final class StoreChild {
    static final String MAPS = "configmaps";

    private static final FileOutputStream OUT = new FileOutputStream(FileDescriptor.out);

    private StoreChild() {}

    public static void main(String[] arguments) throws Exception {
        int writers = Integer.parseInt(arguments[2]);
        int count = Integer.parseInt(arguments[3]);
        Store store;
        try {
            store = Store.open(Path.of(arguments[1]), new DeadlyFaults());
        } catch (ApiException e) {
            say("cannot open: " + e.getMessage());
            return;
        }
        say("open " + store.image().version());
        var threads = new ArrayList<Thread>();
        for (int writer = 0; writer < writers; writer++) {
            String prefix = ProcessHandle.current().pid() + "-" + writer + "-";
            threads.add(Thread.ofVirtual().start(() -> write(store, arguments[0], prefix, count)));
        }
        for (Thread thread : threads) {
            thread.join();
        }
        say("done");
        store.close();
        say("closed");
    }

    private static void write(Store store, String mode, String prefix, int count) {
        for (int i = 0; i < count; i++) {
            boolean synced =
                    switch (mode) {
                        case "durable", "silent", "large" -> true;
                        case "rebuildable" -> false;
                        default -> i % 3 != 2;
                    };
            String name = (synced ? "d" : "r") + prefix + i;
            int size = mode.equals("large") ? 64 << 10 : 100;
            try {
                long version = put(store, name, size, synced);
                if (!mode.equals("silent")) {
                    say("ack " + name + " " + version);
                }
            } catch (ApiException e) {
                say("refused " + e.code() + " " + e.getMessage());
                return;
            }
        }
    }

    private static long put(Store store, String name, int size, boolean synced) {
        JsonObject tree =
                JsonObject.builder().put("name", name).put("value", "x".repeat(size)).build();
        var write =
                new Write(
                        MAPS,
                        new Key("default", name),
                        0,
                        Optional.of(tree),
                        synced,
                        Write.Guard.none());
        return switch (store.write(write)) {
            case Outcome.Written written -> written.change().version();
            case Outcome.Stale stale -> throw new AssertionError("stale: " + stale);
        };
    }

    private static synchronized void say(String line) {
        try {
            OUT.write((line + "\n").getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Ends the process, as the platform does. */
    private static final class DeadlyFaults implements Faults {
        @Override
        public void report(String what, Throwable cause) {
            say("fault: " + what + ": " + cause);
        }

        @Override
        public void fatal(String what, Throwable cause) {
            say("fatal: " + what);
            Runtime.getRuntime().halt(70);
        }
    }
}
