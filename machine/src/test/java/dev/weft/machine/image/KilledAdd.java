package dev.weft.machine.image;

import dev.weft.foundation.time.Clock;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;

/** Adds an image in a process of its own and waits in the middle to be killed. */
final class KilledAdd {
    private KilledAdd() {}

    @SuppressWarnings("SystemOut")
    public static void main(String[] arguments) throws Exception {
        ImageStore store = ImageStore.open(Path.of(arguments[0]), Set::of, Clock.system());
        store.add(
                ImageName.parse("blue:1"),
                new ImageSource(Path.of(arguments[1]), List.of("./serve")),
                bytes -> {
                    if (bytes > 2_000_000) {
                        System.out.println("half");
                        waitForTheEnd();
                    }
                });
    }

    private static void waitForTheEnd() {
        try {
            new CountDownLatch(1).await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
