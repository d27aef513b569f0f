package dev.weft.dataplane.service;

import dev.weft.foundation.fault.Faults;
import dev.weft.foundation.task.TaskScope;

/**
 * The one way from a {@link Service} to a {@link Handler}: a virtual thread for each request, and a
 * bounded pipe for each body. Serves on any event loop.
 */
public final class Bridge implements Service {
    private final Handler handler;
    private final TaskScope scope;
    private final Faults faults;

    /**
     * @param scope where the threads run; when it closes, requests at work are interrupted
     */
    public Bridge(Handler handler, TaskScope scope, Faults faults) {
        this.handler = handler;
        this.scope = scope;
        this.faults = faults;
    }

    @Override
    public void serve(Exchange exchange) {
        var call = new BridgeCall(exchange);
        exchange.attend(call);
        try {
            scope.start(call.name(), () -> run(call));
        } catch (IllegalStateException e) {
            exchange.refuse(BridgeCall.STOPPING);
        }
    }

    private void run(BridgeCall call) {
        try {
            handler.handle(call);
            call.returned();
        } catch (java.io.IOException e) {
            // the caller has gone, or its body broke off: nobody is left to be told
            call.failed();
        } catch (RuntimeException | Error e) {
            if (!scope.isClosed()) {
                faults.report("the handler of " + call.name() + " failed", e);
            }
            call.failed();
        }
    }
}
