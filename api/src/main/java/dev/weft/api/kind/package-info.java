/**
 * Kinds as data: what a kind is called, in which versions it is served, which shape, columns and
 * subresources it has. Built-in kinds and those that a user brings are the same values. Pure; owns
 * no state. Read {@link dev.weft.api.kind.Kind} first, then {@link dev.weft.api.kind.Kinds}, which
 * is the set that a server serves at one moment, and {@link dev.weft.api.kind.Admission}, which
 * every object passes on its way in:
 *
 * <ol>
 *   <li>{@code Kinds.find(group, version, plural)} tells which kind a URL means;
 *   <li>{@code Admission.onCreate} or {@code onUpdate} reads, defaults and checks the body at the
 *       version of the URL;
 *   <li>{@link dev.weft.api.kind.Conversions} turns it into the version that is stored, and what is
 *       stored into the version that is asked for.
 * </ol>
 */
@NullMarked
package dev.weft.api.kind;

import org.jspecify.annotations.NullMarked;
