package dev.weft.api.request;

import dev.weft.api.client.ApiException;
import dev.weft.api.client.Reason;
import dev.weft.api.model.Resource;
import dev.weft.dataplane.http.Headers;
import dev.weft.dataplane.service.Call;
import dev.weft.foundation.time.Clock;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** Answers {@code GET …/pods/NAME/log}. Any thread. */
final class Logs {
    private final PodLogs logs;
    private final Lasting lasting;
    private final Clock clock;

    Logs(PodLogs logs, Lasting lasting, Clock clock) {
        this.logs = logs;
        this.lasting = lasting;
        this.clock = clock;
    }

    void answer(Request request, Resource pod) throws IOException {
        PodLogs.Wish wish = wish(request.params(), pod);
        Thread reader = Thread.currentThread();
        Runnable end = reader::interrupt;
        request.call().onClientGone(end);
        lasting.enter(end);
        var out = new Late(request.call());
        try {
            logs.write(pod, wish, out);
            out.close();
        } catch (InterruptedException e) {
            // The reader has gone, or the server is closing.
            out.close();
        } finally {
            lasting.leave(end);
        }
    }

    private PodLogs.Wish wish(Params params, Resource pod) {
        return new PodLogs.Wish(
                container(params.text("container"), pod),
                params.flag("follow"),
                params.flag("previous"),
                params.flag("timestamps"),
                notNegative(params, "tailLines"),
                since(params),
                notNegative(params, "limitBytes"));
    }

    private static String container(String wanted, Resource pod) {
        List<String> names =
                java.util.stream.Stream.of("containers", "initContainers")
                        .flatMap(list -> pod.spec().array(list).objects().stream())
                        .map(it -> it.text("name").orElse(""))
                        .toList();
        if (!wanted.isEmpty() && !names.contains(wanted)) {
            throw new ApiException(
                    Reason.BAD_REQUEST,
                    "container %s is not valid for pod %s".formatted(wanted, pod.name()));
        }
        if (wanted.isEmpty() && pod.spec().array("containers").size() > 1) {
            throw new ApiException(
                    Reason.BAD_REQUEST,
                    "a container name must be specified for pod %s, choose one of: [%s]"
                            .formatted(pod.name(), String.join(" ", names)));
        }
        return wanted.isEmpty()
                ? pod.spec().array("containers").objects().stream()
                        .findFirst()
                        .flatMap(it -> it.text("name"))
                        .orElse("")
                : wanted;
    }

    private Optional<Instant> since(Params params) {
        OptionalLong seconds = params.number("sinceSeconds");
        String time = params.text("sinceTime");
        if (seconds.isPresent() && !time.isEmpty()) {
            throw Wishes.bad("at most one of sinceTime or sinceSeconds may be specified");
        }
        if (seconds.isPresent()) {
            return Optional.of(clock.now().minusSeconds(Math.max(0, seconds.getAsLong())));
        }
        try {
            return time.isEmpty() ? Optional.empty() : Optional.of(Instant.parse(time));
        } catch (DateTimeParseException e) {
            throw Wishes.bad("sinceTime: \"" + time + "\" is no time (expected: RFC 3339)");
        }
    }

    private static OptionalLong notNegative(Params params, String name) {
        OptionalLong number = params.number(name);
        if (number.isPresent() && number.getAsLong() < 0) {
            throw Wishes.bad(name + ": Invalid value: must be greater than or equal to 0");
        }
        return number;
    }

    /** Begins the answer with its first byte, so that a refusal before it is a proper one. */
    private static final class Late extends OutputStream {
        private final Call call;
        private @Nullable OutputStream begun;

        Late(Call call) {
            this.call = call;
        }

        @Override
        public void write(int b) throws IOException {
            out().write(b);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            out().write(bytes, offset, length);
        }

        @Override
        public void flush() throws IOException {
            out().flush();
        }

        @Override
        public void close() throws IOException {
            out().close();
        }

        private OutputStream out() throws IOException {
            OutputStream out = begun;
            if (out == null) {
                out = call.stream(200, Headers.of("content-type", "text/plain"));
                begun = out;
            }
            return out;
        }
    }
}
