/**
 * Trees and their texts: JSON, YAML and protobuf bodies become {@link dev.weft.api.codec.Json}
 * values and back. Nothing is lost on the way, known or not: what is stored is the tree. The only
 * package that uses the JSON and YAML libraries. Owns no state. Read {@link
 * dev.weft.api.codec.Json} first.
 */
@NullMarked
package dev.weft.api.codec;

import org.jspecify.annotations.NullMarked;
