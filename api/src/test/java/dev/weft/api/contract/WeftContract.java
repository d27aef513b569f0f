package dev.weft.api.contract;

import dev.weft.api.client.Patch;
import dev.weft.api.client.Query;
import dev.weft.api.client.ResourceClient;
import dev.weft.api.codec.Json;
import dev.weft.api.codec.JsonObject;
import dev.weft.api.model.Key;
import dev.weft.testkit.NothingLeft;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;

/** The contract on Weft's own API, by the one or the other adapter. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@ExtendWith(NothingLeft.class)
abstract class WeftContract extends ResourceClientContract {
    /** How many changes of a kind Weft keeps for watches to go on from. */
    private static final int CHANGES_KEPT = 4096;

    private final Adapter adapter;
    private @Nullable Weft weft;

    WeftContract(Adapter adapter) {
        this.adapter = adapter;
    }

    @BeforeAll
    final void open() {
        weft = Weft.open(adapter);
        weft.createNamespace("probe");
        Widgets.define(weft.client());
    }

    @AfterAll
    final void close() {
        if (weft != null) {
            weft.close();
        }
    }

    @Override
    protected final ResourceClient client() {
        return weft().client();
    }

    @Override
    protected final void createNamespace(String name) {
        weft().createNamespace(name);
    }

    @Override
    protected final String ancientVersion() {
        ResourceClient direct = weft().direct();
        String version = direct.list(Widgets.TYPE, Query.all()).resourceVersion();
        direct.create(Widgets.TYPE, Widgets.named("probe", "busy"));
        for (int i = 0; i < CHANGES_KEPT + 10; i++) {
            JsonObject change = JsonObject.empty().withAt(Json.of(i % 1000), "spec", "size");
            direct.patch(Widgets.TYPE, new Key("probe", "busy"), Patch.merge(change));
        }
        return version;
    }

    private Weft weft() {
        if (weft == null) {
            throw new IllegalStateException("not open");
        }
        return weft;
    }
}
