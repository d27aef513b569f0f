package dev.weft.app.console;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.options.ColorScheme;
import com.microsoft.playwright.options.ReducedMotion;
import dev.weft.testkit.Eventually;
import dev.weft.testkit.Tools;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The page in a real browser, with a split under load. */
final class ConsolePageTest {
    private static final List<String> FLAGS =
            List.of(
                    "--headless",
                    "--no-sandbox",
                    "--disable-gpu",
                    "--disable-quic",
                    "--no-first-run",
                    "--disable-background-networking",
                    "--disable-component-update",
                    "--disable-sync",
                    "--disable-dev-shm-usage");

    @TempDir Path folder;
    private final List<String> complaints = new ArrayList<>();
    private final List<String> asked = new ArrayList<>();

    @Test
    void splitMovesOnThePageInBothSchemesAndOnAPhone() throws Exception {
        Path chromium = Tools.find("chromium");
        try (var console = new ConsoleAtWork(folder);
                var playwright = playwright();
                Browser browser = browser(playwright, chromium)) {
            Page page = page(browser, console);
            emptyPageTeaches(page);
            console.version("root", "127.5.1.1");
            console.version("blue", "127.5.1.2");
            console.version("green", "127.5.1.3");
            console.split(
                    "[{\"service\":\"blue\",\"weight\":500},{\"service\":\"green\",\"weight\":500}]");
            try (var load = new Trickle(console.edge(), "root.default")) {
                load.start();
                Eventually.eventually(() -> assertThat(part(page, "green")).isBetween(45.0, 55.0));
                numbersMoveAndNothingElse(page);
                keysWork(page);
                picture(page, ColorScheme.LIGHT, "console-light.png");
                picture(page, ColorScheme.DARK, "console.png");
                phone(page);
            }
            assertThat(complaints).isEmpty();
            assertThat(asked).allMatch(url -> url.startsWith(console.url()));
        }
    }

    private static Playwright playwright() {
        return Playwright.create(
                new Playwright.CreateOptions()
                        .setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
    }

    private static Browser browser(Playwright playwright, Path chromium) {
        return playwright
                .chromium()
                .launch(new BrowserType.LaunchOptions().setExecutablePath(chromium).setArgs(FLAGS));
    }

    private Page page(Browser browser, ConsoleAtWork console) {
        Page page =
                browser.newPage(
                        new Browser.NewPageOptions()
                                .setViewportSize(1200, 900)
                                .setReducedMotion(ReducedMotion.REDUCE)
                                .setColorScheme(ColorScheme.LIGHT));
        page.onConsoleMessage(
                message -> {
                    if (message.type().equals("error")) {
                        complaints.add(message.text());
                    }
                });
        page.onPageError(complaints::add);
        page.onRequest(request -> asked.add(request.url()));
        page.navigate(console.url() + "/");
        return page;
    }

    private static void emptyPageTeaches(Page page) {
        page.waitForFunction("() => document.getElementById('live').textContent === 'live'");
        assertThat(page.isVisible("#splits-empty")).isTrue();
        assertThat(page.innerText("#splits-empty code"))
                .isEqualTo("kubectl apply -f examples/split");
        assertThat(page.isVisible("#workloads-empty")).isTrue();
        assertThat(page.innerText("#headline")).isEqualTo("Nothing runs yet");
    }

    private static double part(Page page, String backend) {
        String text = page.innerText(".split tr." + backend + " td.seen");
        return text.equals("–") ? -1 : Double.parseDouble(text.replace("%", "").strip());
    }

    private static void numbersMoveAndNothingElse(Page page) {
        String places =
                "() => JSON.stringify([...document.querySelectorAll('h2, h3, th, td')].map(e => {"
                        + " const b = e.getBoundingClientRect();"
                        + " return [Math.round(b.x), Math.round(b.y), Math.round(b.width)]; }))";
        String lines =
                "() => [...document.querySelectorAll('polyline')].map(e =>"
                        + " e.getAttribute('points')).join('|')";
        Object places1 = page.evaluate(places);
        Object lines1 = page.evaluate(lines);
        Object ticks = page.evaluate("() => Number(document.documentElement.dataset.ticks)");
        page.waitForFunction(
                "before => Number(document.documentElement.dataset.ticks) >= before + 3", ticks);
        assertThat(page.evaluate(lines)).isNotEqualTo(lines1);
        assertThat(page.evaluate(places)).isEqualTo(places1);
        assertThat(page.innerText(".split tr.blue td.success")).isEqualTo("100 %");
        assertThat(page.innerText(".split tr.blue td.wanted")).isEqualTo("50.0 %");
        assertThat(page.innerText("#headline")).isEqualTo("3 workloads, all ready");
        assertThat(page.innerText(".split tr.blue td.p99")).endsWith("ms");
    }

    private static void keysWork(Page page) {
        page.keyboard().press("/");
        assertThat(page.evaluate("() => document.activeElement.id")).isEqualTo("search");
        page.keyboard().type("green");
        page.waitForFunction(
                "() => document.querySelectorAll('#workload-table tbody tr').length === 1");
        page.keyboard().press("Escape");
        page.waitForFunction(
                "() => document.querySelectorAll('#workload-table tbody tr').length === 3");
        page.keyboard().press("?");
        assertThat(page.isVisible("#help")).isTrue();
        page.keyboard().press("Escape");
        assertThat(page.isVisible("#help")).isFalse();
        page.keyboard().press("g");
        page.keyboard().press("w");
        assertThat(page.evaluate("() => document.activeElement.id")).isEqualTo("workloads");
        page.evaluate("() => scrollTo(0, 0)");
    }

    private static void picture(Page page, ColorScheme scheme, String name) throws IOException {
        page.emulateMedia(new Page.EmulateMediaOptions().setColorScheme(scheme));
        assertThat(contrasts(page)).as(name).isEmpty();
        Path folder =
                System.getProperty("golden", "check").equals("write")
                        ? Tools.root().resolve("docs/images")
                        : Path.of("target");
        Files.createDirectories(folder);
        page.screenshot(new Page.ScreenshotOptions().setPath(folder.resolve(name)));
    }

    /** Texts whose contrast with what is behind them is below 4.5. */
    private static List<?> contrasts(Page page) {
        return (List<?>)
                page.evaluate(
                        """
                        () => {
                          const parse = c => (c.match(/[\\d.]+/g) || []).map(Number);
                          const light = ([r, g, b]) => [r, g, b].map(v => v / 255)
                            .map(v => v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
                            .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
                          const behind = e => {
                            for (; e; e = e.parentElement) {
                              const c = parse(getComputedStyle(e).backgroundColor);
                              if (c.length === 3 || c[3] > 0.99) return c;
                            }
                            return [255, 255, 255];
                          };
                          const low = [];
                          for (const e of document.querySelectorAll('body *')) {
                            const own = [...e.childNodes].some(
                              n => n.nodeType === 3 && n.textContent.trim());
                            if (!own || !e.checkVisibility()) continue;
                            const a = light(parse(getComputedStyle(e).color));
                            const b = light(behind(e));
                            const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
                            if (ratio < 4.5) low.push(e.className + ': ' + ratio.toFixed(2));
                          }
                          return low;
                        }\
                        """);
    }

    private static void phone(Page page) {
        page.setViewportSize(390, 844);
        page.waitForFunction("() => innerWidth === 390");
        assertThat(page.evaluate("() => document.documentElement.scrollWidth")).isEqualTo(390);
        assertThat(page.isVisible(".split tr.green td.seen")).isTrue();
        page.screenshot(
                new Page.ScreenshotOptions()
                        .setPath(Path.of("target/console-phone.png"))
                        .setFullPage(true));
    }

    /** A caller who asks some hundred times a second. */
    private static final class Trickle implements AutoCloseable {
        private final InetSocketAddress edge;
        private final String host;
        private final Thread thread = new Thread(this::run, "trickle");
        private volatile boolean stopped;

        Trickle(InetSocketAddress edge, String host) {
            this.edge = edge;
            this.host = host;
        }

        void start() {
            thread.start();
        }

        private void run() {
            byte[] request =
                    "GET / HTTP/1.1\r\nHost: %s\r\n\r\n"
                            .formatted(host)
                            .getBytes(StandardCharsets.US_ASCII);
            byte[] into = new byte[4096];
            try (var socket = new Socket(edge.getAddress(), edge.getPort())) {
                socket.setTcpNoDelay(true);
                while (!stopped) {
                    socket.getOutputStream().write(request);
                    int got = socket.getInputStream().read(into);
                    if (got < 0) {
                        return;
                    }
                    Thread.sleep(4);
                }
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }

        @Override
        public void close() throws InterruptedException {
            stopped = true;
            thread.join();
        }
    }
}
