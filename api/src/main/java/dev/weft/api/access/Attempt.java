package dev.weft.api.access;

/**
 * What somebody wants to do.
 *
 * @param verb get, list, watch, create, update, patch, delete or deletecollection
 * @param group empty for the core group
 * @param resource the plural, with the subresource behind a slash: {@code pods/log}
 * @param namespace empty for what belongs to none, and for all
 * @param name empty where no single object is meant
 */
public record Attempt(String verb, String group, String resource, String namespace, String name) {}
