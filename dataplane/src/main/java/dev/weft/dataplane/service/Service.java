package dev.weft.dataplane.service;

/** Placeholder replaced by the dataplane's first cut. */
public interface Service {}
