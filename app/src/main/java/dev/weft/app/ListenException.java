package dev.weft.app;

import java.io.IOException;
import java.net.InetSocketAddress;

/** An address at which the platform cannot listen. */
final class ListenException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String part;
    private final transient InetSocketAddress address;

    ListenException(String part, InetSocketAddress address, IOException cause) {
        super(String.valueOf(cause.getMessage()), cause);
        this.part = part;
        this.address = address;
    }

    String part() {
        return part;
    }

    InetSocketAddress address() {
        return address;
    }
}
