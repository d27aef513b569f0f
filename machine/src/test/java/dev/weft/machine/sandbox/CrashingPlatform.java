package dev.weft.machine.sandbox;

import dev.weft.foundation.time.Clock;
import dev.weft.machine.log.LogBounds;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;

/**
 * A platform of its own process that starts one run, ends it, and says each step that it took. At
 * the step that is named it waits to be killed.
 */
final class CrashingPlatform {
    private CrashingPlatform() {}

    @SuppressWarnings("SystemOut")
    public static void main(String[] arguments) throws Exception {
        Path directory = Path.of(arguments[0]);
        String last = arguments[1];
        var sandbox =
                ProcessSandbox.open(
                        directory.resolve("sandbox"),
                        LogBounds.USUAL,
                        Clock.system(),
                        new FailingFaults(),
                        step -> {
                            System.out.println("at " + step);
                            if (step.equals(last)) {
                                waitForTheEnd();
                            }
                        });
        Run run =
                sandbox.start(
                        Sandboxes.name(0),
                        Sandboxes.shell(directory, "echo begun; exec sleep 1000"));
        while (run.pid().isEmpty()) {
            Thread.onSpinWait();
        }
        if (last.equals("running")) {
            System.out.println("at running");
            waitForTheEnd();
        }
        run.stop(java.time.Duration.ofSeconds(30));
        waitForTheEnd();
    }

    private static void waitForTheEnd() {
        try {
            new CountDownLatch(1).await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
