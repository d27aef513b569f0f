package dev.weft.dataplane.proxy;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Ends the data plane that a test started, after the test. The test's own thread. */
final class Proxies implements AfterEachCallback {
    private @Nullable ProxyFixture started;

    ProxyFixture keep(ProxyFixture proxy) {
        started = proxy;
        return proxy;
    }

    /** Ends it before the test is over; another may follow. */
    void end() throws Exception {
        ProxyFixture proxy = started;
        started = null;
        if (proxy != null) {
            proxy.close();
        }
    }

    @Override
    public void afterEach(ExtensionContext context) throws Exception {
        end();
    }
}
