package dev.weft.app.console;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.weft.dataplane.http.Headers;
import dev.weft.dataplane.service.Call;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.zip.CRC32;

/** The page's files, from the program itself. Any thread. */
final class Pages {
    private static final Map<String, String> TYPES =
            Map.of(
                    "index.html", "text/html; charset=utf-8",
                    "console.css", "text/css; charset=utf-8",
                    "console.js", "text/javascript; charset=utf-8",
                    "icon.svg", "image/svg+xml");

    private static final String POLICY =
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self';"
                    + " connect-src 'self'; base-uri 'none'; form-action 'none';"
                    + " frame-ancestors 'none'";

    private final Map<String, Page> pages = new ConcurrentHashMap<>();

    /** A file and what tells it from another version of it. */
    private record Page(byte[] bytes, String tag) {}

    /** The headers that every answer carries, so that a browser does nothing unforeseen with it. */
    static Headers guarded(String type) {
        return Headers.of("content-type", type)
                .with("content-security-policy", POLICY)
                .with("x-content-type-options", "nosniff")
                .with("referrer-policy", "no-referrer")
                .with("cross-origin-opener-policy", "same-origin")
                .with("cross-origin-resource-policy", "same-origin");
    }

    void answer(Call call) throws IOException {
        String name = call.path().equals("/") ? "index.html" : call.path().substring(1);
        String type = TYPES.get(name);
        if (type == null) {
            call.answer(
                    404,
                    guarded("text/plain; charset=utf-8").with("weft-cause", "no-such-page"),
                    "There is no such page. The console is at /.\n".getBytes(UTF_8));
            return;
        }
        Page page = pages.computeIfAbsent(name, Pages::load);
        Headers headers = guarded(type).with("cache-control", "no-cache").with("etag", page.tag());
        boolean known =
                call.headers().first("if-none-match").filter(page.tag()::equals).isPresent();
        call.answer(known ? 304 : 200, headers, known ? new byte[0] : page.bytes());
    }

    private static Page load(String name) {
        try (InputStream in = Pages.class.getResourceAsStream("/console/" + name)) {
            if (in == null) {
                throw new IllegalStateException("the program lacks console/" + name);
            }
            byte[] bytes = in.readAllBytes();
            var crc = new CRC32();
            crc.update(bytes);
            return new Page(bytes, "\"" + HexFormat.of().toHexDigits(crc.getValue()) + "\"");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
