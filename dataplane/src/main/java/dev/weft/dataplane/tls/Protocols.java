package dev.weft.dataplane.tls;

import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolConfig.Protocol;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectedListenerFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectorFailureBehavior;
import java.util.List;

/** What can be spoken inside of TLS, as ALPN names it. Pure. */
public final class Protocols {
    public static final String HTTP_1 = "http/1.1";
    public static final String HTTP_2 = "h2";

    private Protocols() {}

    /** Offers these, the best first; a peer who knows none of them gets none. */
    static ApplicationProtocolConfig offering(List<String> names) {
        return names.isEmpty()
                ? ApplicationProtocolConfig.DISABLED
                : new ApplicationProtocolConfig(
                        Protocol.ALPN,
                        SelectorFailureBehavior.NO_ADVERTISE,
                        SelectedListenerFailureBehavior.ACCEPT,
                        names);
    }
}
