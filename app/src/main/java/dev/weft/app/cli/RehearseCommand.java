package dev.weft.app.cli;

import dev.weft.app.data.DataDirectory;
import dev.weft.app.data.Holder;
import dev.weft.foundation.task.Pause;
import dev.weft.foundation.time.Clock;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.ToIntFunction;

/**
 * {@code weft rehearse}: what the build runs once against a platform of its own, so that the JVM
 * writes down what the frequent commands and the first requests load. Of no use to a person.
 */
final class RehearseCommand implements Command {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Duration LOOK = Duration.ofMillis(20);
    private static final int ROUNDS = 10;
    private static final int REQUESTS = 3000;

    private final ToIntFunction<List<String>> commands;

    RehearseCommand(ToIntFunction<List<String>> commands) {
        this.commands = commands;
    }

    @Override
    public int run(List<String> arguments, Context context) {
        Flags.Given given = Flags.ofClient().parse("rehearse", arguments);
        Path data = Session.data(context, given);
        try {
            Holder platform = await(data);
            Path manifests = data.resolve("rehearsal.yaml");
            Files.writeString(manifests, manifests(platform));
            for (int round = 0; round < ROUNDS; round++) {
                rehearse(data, manifests);
            }
            call(platform.edge(), "rehearsal.default");
            call(platform.edge(), "rehearsal-split.default");
            call(platform.console(), "localhost");
            return 0;
        } catch (IOException e) {
            throw Failure.of("the rehearsal failed", "seen: " + e, "");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Failure.INTERRUPTED;
        }
    }

    private static Holder await(Path data) throws IOException, InterruptedException {
        long deadline = Clock.system().nanos() + PATIENCE.toNanos();
        while (true) {
            Optional<Holder> holder = DataDirectory.holderOf(data).filter(Holder::answers);
            if (holder.isPresent()) {
                return holder.get();
            }
            if (Clock.system().nanos() - deadline > 0) {
                throw new IOException("no platform answers on " + data);
            }
            Pause.of(LOOK);
        }
    }

    private void rehearse(Path data, Path manifests) {
        for (List<String> command :
                List.of(
                        List.of("version"),
                        List.of("--help"),
                        List.of("status"),
                        List.of("apply", "-f", manifests.toString()),
                        List.of("get", "pods,deployments", "-A"),
                        List.of("get", "services", "-o", "wide"),
                        List.of("get", "deploy/rehearsal", "-o", "yaml"),
                        List.of("get", "deploy", "-o", "json"),
                        List.of("get", "deploy", "-o", "jsonpath={.items[*].metadata.name}"),
                        List.of("get", "nothing-of-that-name"),
                        List.of("logs", "deploy/rehearsal"),
                        List.of("stack", "rehearsal"),
                        List.of("kubeconfig"),
                        List.of("image", "list"))) {
            var words = new ArrayList<>(command);
            words.add("--data");
            words.add(data.toString());
            int unused = commands.applyAsInt(words);
        }
    }

    /** Services whose endpoint is the platform's own console, a split, and a pod that waits. */
    private static String manifests(Holder platform) throws IOException {
        try (InputStream text =
                RehearseCommand.class.getResourceAsStream("/dev/weft/app/rehearsal.yaml")) {
            if (text == null) {
                throw new IOException("rehearsal.yaml is missing from the class path");
            }
            String port = platform.console().substring(platform.console().lastIndexOf(':') + 1);
            return new String(text.readAllBytes(), StandardCharsets.UTF_8).replace("PORT", port);
        }
    }

    /** Asks for the health of what is behind a host, over one connection, many times. */
    private static void call(String address, String host) throws IOException {
        int colon = address.lastIndexOf(':');
        byte[] request =
                ("GET /healthz HTTP/1.1\r\nHost: " + host + "\r\nAccept: */*\r\n\r\n")
                        .getBytes(StandardCharsets.US_ASCII);
        try (var socket = new Socket()) {
            socket.connect(
                    new InetSocketAddress(
                            address.substring(0, colon),
                            Integer.parseInt(address.substring(colon + 1))));
            socket.setSoTimeout((int) PATIENCE.toMillis());
            var in = new BufferedInputStream(socket.getInputStream());
            byte[] buffer = new byte[16 * 1024];
            for (int i = 0; i < REQUESTS; i++) {
                socket.getOutputStream().write(request);
                if (in.read(buffer) < 0) {
                    return;
                }
            }
        }
    }
}
