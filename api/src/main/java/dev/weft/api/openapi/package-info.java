/**
 * The kinds' shapes as OpenAPI documents: version 3, one document a group version, and version 2 as
 * the protobuf that older clients read. Documents are built when asked for and kept as bytes by
 * whoever asked. Read {@link dev.weft.api.openapi.OpenApi} first.
 */
@NullMarked
package dev.weft.api.openapi;

import org.jspecify.annotations.NullMarked;
