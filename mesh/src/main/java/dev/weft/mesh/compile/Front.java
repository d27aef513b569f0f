package dev.weft.mesh.compile;

/**
 * Where the platform's own edge listens.
 *
 * @param ip where listeners of Gateways are opened that name no address
 * @param port of the edge itself; 0 where there is none
 */
public record Front(String ip, int port) {
    /** No edge of its own. */
    public static Front none() {
        return new Front("127.0.0.1", 0);
    }
}
