package dev.weft.machine.pod;

import dev.weft.api.codec.Json;
import dev.weft.api.model.Types;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;

/** A platform of its own process with pods that run, which waits to be killed. */
final class CrashingMachine {
    private CrashingMachine() {}

    @SuppressWarnings("SystemOut")
    public static void main(String[] arguments) throws Exception {
        Machine machine = Machine.start(Path.of(arguments[0]));
        int pods = Integer.parseInt(arguments[1]);
        for (int i = 0; i < pods; i++) {
            machine.create(
                    Types.POD,
                    """
                    metadata: {name: pod-%d}
                    spec:
                      terminationGracePeriodSeconds: 1
                      containers:
                      - name: main
                        image: weft.dev/host
                        command: [sh, -c, %s]
                        readinessProbe: {exec: {command: ['true']}, periodSeconds: 30}
                    """
                            .formatted(i, Json.of("echo begun; exec sleep 300")));
        }
        for (int i = 0; i < pods; i++) {
            if (arguments.length > 2) {
                break;
            }
            machine.awaitReady("pod-" + i);
        }
        System.out.println("up");
        new CountDownLatch(1).await();
    }
}
