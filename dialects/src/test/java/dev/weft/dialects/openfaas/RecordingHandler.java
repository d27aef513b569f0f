package dev.weft.dialects.openfaas;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.weft.api.codec.JsonObject;
import dev.weft.dataplane.http.Headers;
import dev.weft.dataplane.route.Refusal;
import dev.weft.dataplane.service.Call;
import dev.weft.dataplane.service.Handler;
import dev.weft.dataplane.service.Peer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Passes calls on, and keeps what was asked and with which status it was answered. */
final class RecordingHandler implements Handler {
    private static final List<String> TOLD = List.of("content-type", "user-agent", "accept");

    private final Handler next;
    private final List<JsonObject> heard = new CopyOnWriteArrayList<>();

    RecordingHandler(Handler next) {
        this.next = next;
    }

    List<JsonObject> heard() {
        return heard;
    }

    @Override
    public void handle(Call call) throws IOException {
        byte[] body = call.body().readAllBytes();
        next.handle(new Recorded(call, body));
    }

    private final class Recorded implements Call {
        private final Call call;
        private final byte[] body;

        Recorded(Call call, byte[] body) {
            this.call = call;
            this.body = body;
        }

        private void answered(int status) {
            var headers = JsonObject.builder();
            for (String name : TOLD) {
                call.headers().first(name).ifPresent(value -> headers.put(name, value));
            }
            heard.add(
                    JsonObject.builder()
                            .put("method", method())
                            .put("path", path())
                            .put("query", query())
                            .put("headers", headers.build())
                            .put("body", new String(body, UTF_8))
                            .put("status", status)
                            .build());
        }

        @Override
        public String method() {
            return call.method();
        }

        @Override
        public String path() {
            return call.path();
        }

        @Override
        public String query() {
            return call.query();
        }

        @Override
        public Headers headers() {
            return call.headers();
        }

        @Override
        public Peer peer() {
            return call.peer();
        }

        @Override
        public InputStream body() {
            return new ByteArrayInputStream(body);
        }

        @Override
        public void answer(int status, Headers headers, byte[] answer) throws IOException {
            answered(status);
            call.answer(status, headers, answer);
        }

        @Override
        public void refuse(Refusal why) throws IOException {
            answered(why.status());
            call.refuse(why);
        }

        @Override
        public OutputStream stream(int status, Headers headers) throws IOException {
            answered(status);
            return call.stream(status, headers);
        }

        @Override
        public boolean clientGone() {
            return call.clientGone();
        }

        @Override
        public void onClientGone(Runnable action) {
            call.onClientGone(action);
        }
    }
}
