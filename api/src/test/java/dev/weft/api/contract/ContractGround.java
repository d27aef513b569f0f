package dev.weft.api.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.weft.api.client.ApiException;
import dev.weft.api.client.Patch;
import dev.weft.api.client.Query;
import dev.weft.api.client.Reason;
import dev.weft.api.client.ResourceClient;
import dev.weft.api.client.Watch;
import dev.weft.api.client.WatchEvent;
import dev.weft.api.codec.Json;
import dev.weft.api.codec.JsonArray;
import dev.weft.api.codec.JsonObject;
import dev.weft.api.codec.JsonText;
import dev.weft.api.model.Key;
import dev.weft.api.model.Resource;
import dev.weft.api.model.ResourceType;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;

/** What the tests of the contract stand on: the client, a namespace for each test, and words. */
abstract class ContractGround {
    private static final AtomicLong NUMBER = new AtomicLong();
    static final ResourceType WIDGET = Widgets.TYPE;
    static final Duration PATIENCE = Duration.ofSeconds(20);

    String namespace = "";

    /** The client to test; the kind {@link Widgets} is defined there. */
    protected abstract ResourceClient client();

    /** Makes a namespace, where the API knows of such a thing. */
    protected abstract void createNamespace(String name);

    @BeforeEach
    final void createTheTestsNamespace() {
        namespace = "contract-" + NUMBER.incrementAndGet();
        createNamespace(namespace);
    }

    /** A version from which no watch can go on any more. */
    protected abstract String ancientVersion();

    // ---- what tests say ----

    protected final String namespace() {
        return namespace;
    }

    protected final Key key(String name) {
        return new Key(namespace, name);
    }

    protected final Resource widget(String name) {
        return Widgets.named(namespace, name);
    }

    protected static JsonObject spec(String json) {
        return JsonText.read(json).object().orElseThrow();
    }

    protected static ApiException refused(Reason reason, ThrowingCallable call) {
        ApiException refusal = refusal(call);
        assertThat(refusal.reason()).as(refusal.getMessage()).isEqualTo(reason);
        return refusal;
    }

    protected final Resource current(String name) {
        return client().get(WIDGET, key(name)).orElseThrow();
    }

    static ApiException refusal(ThrowingCallable call) {
        ApiException refusal = catchThrowableOfType(ApiException.class, call);
        assertThat(refusal).as("refused").isNotNull();
        return refusal;
    }

    List<String> names(Query query) {
        return client().list(WIDGET, query).items().stream().map(Resource::name).toList();
    }

    void increment(String name) {
        while (true) {
            Resource now = current(name);
            long size = now.spec().whole("size").orElseThrow();
            try {
                client().update(WIDGET, now.withAt(Json.of(size + 1), "spec", "size"));
                return;
            } catch (ApiException e) {
                if (!e.is(Reason.CONFLICT)) {
                    throw e;
                }
            }
        }
    }

    static Patch jsonPatch(String text) {
        JsonArray body = JsonText.read(text).array().orElseThrow();
        return new Patch(Patch.Form.JSON, body);
    }

    static boolean later(Resource second, Resource first) {
        return Long.parseLong(second.resourceVersion()) > Long.parseLong(first.resourceVersion());
    }

    /** The next event that is about an object. */
    static WatchEvent next(Watch watch) throws InterruptedException {
        while (true) {
            WatchEvent event = nextOfAny(watch);
            if (!(event instanceof WatchEvent.Bookmark)) {
                return event;
            }
        }
    }

    static WatchEvent nextOfAny(Watch watch) throws InterruptedException {
        return watch.next(PATIENCE)
                .orElseThrow(() -> new AssertionError("no event within " + PATIENCE));
    }
}
