package dev.weft.api.contract;

import dev.weft.api.client.ResourceClient;
import dev.weft.testkit.NothingLeft;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** The remote adapter keeps the contract on the Kubernetes project's own API server. */
@ExtendWith(NothingLeft.class)
final class RealApiContractTest extends ResourceClientContract {
    private static @Nullable RealApi api;

    @BeforeAll
    static void start(@TempDir Path folder) {
        api = RealApi.start(folder);
        Widgets.define(api.client());
    }

    @AfterAll
    static void stop() {
        if (api != null) {
            api.close();
            api = null;
        }
    }

    @Override
    protected ResourceClient client() {
        if (api == null) {
            throw new IllegalStateException("not started");
        }
        return api.client();
    }

    @Override
    protected void createNamespace(String name) {
        // This server has custom kinds alone, and lets any namespace pass.
    }

    @Override
    protected String ancientVersion() {
        return "1";
    }
}
