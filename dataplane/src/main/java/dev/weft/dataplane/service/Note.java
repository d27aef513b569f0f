package dev.weft.dataplane.service;

/** What one part of a stack leaves in an exchange for another. */
public enum Note {
    /** The figures that the exchange is counted in. */
    SERIES,
    /** The endpoint that was tried last. */
    ENDPOINT
}
