package dev.weft.dataplane.service;

/**
 * Why an exchange was let through, for those that outlast the routes of their beginning: asked
 * again when routes have changed. Any thread.
 */
@FunctionalInterface
public interface Permit {
    /**
     * Whether it would be let through today.
     *
     * @param service whom the exchange addressed
     */
    boolean stands(String service);
}
