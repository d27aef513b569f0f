package dev.weft.mesh.intent;

/**
 * Something that the user must know about an object: a field that is not carried over, a name that
 * leads nowhere. Shown as a Warning when the object is applied and as an Event.
 *
 * @param reason one word in camel case, as Events have it
 */
public record Remark(String reason, String message) {}
