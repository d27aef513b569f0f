package dev.weft.dataplane.route;

/**
 * From where a route may be called. It is decided by the connection (both its ends must be loopback
 * addresses), never by a header; for everybody else the route does not exist.
 */
public enum Reach {
    ANYONE,
    LOOPBACK
}
