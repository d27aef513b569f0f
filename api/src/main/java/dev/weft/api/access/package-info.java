/**
 * Who asks, and what they may. An identity comes from a client certificate of Weft's own authority,
 * a token or a password; Weft's own controllers have one too, and a role like anyone else. Owns the
 * files with the credentials. Read {@link dev.weft.api.access.Roles} first.
 */
@NullMarked
package dev.weft.api.access;

import org.jspecify.annotations.NullMarked;
