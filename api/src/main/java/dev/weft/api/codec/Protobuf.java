package dev.weft.api.codec;

import dev.weft.api.codec.MessageShape.Field;
import dev.weft.api.codec.MessageShape.Form;
import dev.weft.api.codec.MessageShape.Word;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;

/**
 * Request bodies in protobuf, as clients in Go send them for built-in kinds: the bytes {@code k8s}
 * and zero, then an envelope with apiVersion, kind and the object. Any thread.
 */
public final class Protobuf {
    public static final String CONTENT_TYPE = "application/vnd.kubernetes.protobuf";

    private static final byte[] MAGIC = {'k', '8', 's', 0};
    private static final int DEPTH_MAX = 200;

    private Protobuf() {}

    /** Whether the bytes begin as such a body does. */
    public static boolean is(byte[] body) {
        if (body.length < MAGIC.length) {
            return false;
        }
        for (int i = 0; i < MAGIC.length; i++) {
            if (body[i] != MAGIC[i]) {
                return false;
            }
        }
        return true;
    }

    /**
     * The object in a body.
     *
     * @param shapes the shape of a message by apiVersion and kind
     * @throws MalformedException where the body is no such body, or of a kind without shape
     */
    public static JsonObject decode(
            byte[] body, BiFunction<String, String, Optional<MessageShape>> shapes) {
        if (!is(body)) {
            throw new MalformedException(
                    "provided data does not appear to be a protobuf message, expected prefix"
                            + " [107 56 115 0]");
        }
        var in = new ProtobufInput(body, MAGIC.length, body.length);
        String apiVersion = "";
        String kind = "";
        ProtobufInput raw = new ProtobufInput(body, 0, 0);
        while (in.hasMore()) {
            int tag = in.tag();
            switch (tag >>> 3) {
                case 1 -> {
                    ProtobufInput meta = in.message(tag);
                    while (meta.hasMore()) {
                        int inner = meta.tag();
                        switch (inner >>> 3) {
                            case 1 -> apiVersion = meta.text(inner);
                            case 2 -> kind = meta.text(inner);
                            default -> meta.skip(inner);
                        }
                    }
                }
                case 2 -> raw = in.message(tag);
                default -> in.skip(tag);
            }
        }
        MessageShape shape = shapes.apply(apiVersion, kind).orElse(null);
        if (shape == null) {
            throw new MalformedException(
                    "no protobuf form is known of kind \"%s\" in version \"%s\""
                            .formatted(kind, apiVersion));
        }
        var object = JsonObject.builder();
        object.put("kind", kind).put("apiVersion", apiVersion);
        message(raw, shape, 0).forEach(object::put);
        return object.build();
    }

    static JsonObject message(ProtobufInput in, MessageShape shape, int depth) {
        var fields = new LinkedHashMap<String, Json>();
        read(in, shape, depth, fields);
        var object = JsonObject.builder();
        fields.forEach(object::put);
        return object.build();
    }

    private static void read(
            ProtobufInput in, MessageShape shape, int depth, Map<String, Json> into) {
        if (depth > DEPTH_MAX) {
            throw new MalformedException("protobuf: nested too deeply");
        }
        var lists = new LinkedHashMap<String, List<Json>>();
        var maps = new LinkedHashMap<String, JsonObject.Builder>();
        while (in.hasMore()) {
            int tag = in.tag();
            Field field = shape.field(tag >>> 3).orElse(null);
            if (field == null) {
                in.skip(tag);
                continue;
            }
            switch (field.form()) {
                case INLINE -> read(in.message(tag), field.message().get(), depth + 1, into);
                case LIST ->
                        items(
                                in,
                                tag,
                                field,
                                depth,
                                lists.computeIfAbsent(field.name(), n -> new ArrayList<>()));
                case MAP ->
                        entry(
                                in.message(tag),
                                field,
                                depth,
                                maps.computeIfAbsent(field.name(), n -> JsonObject.builder()));
                case SINGLE -> {
                    Json value = ProtobufValue.read(in, tag, field, depth);
                    if (field.keepsZero() || !isZero(value)) {
                        into.put(field.name(), value);
                    }
                }
            }
        }
        lists.forEach((name, items) -> into.put(name, JsonArray.of(items)));
        maps.forEach((name, entries) -> into.put(name, entries.build()));
    }

    private static void items(ProtobufInput in, int tag, Field field, int depth, List<Json> items) {
        boolean packed =
                (tag & 7) == ProtobufInput.BYTES
                        && switch (field.word()) {
                            case BOOL, INT32, INT64, FLOAT64 -> true;
                            case STRING,
                                    BYTES,
                                    TIME,
                                    MICRO_TIME,
                                    DURATION,
                                    QUANTITY,
                                    INT_OR_STRING,
                                    RAW,
                                    TEXTS,
                                    SCHEMA_OR_ARRAY,
                                    SCHEMA_OR_BOOL,
                                    SCHEMA_OR_STRINGS,
                                    MESSAGE ->
                                    false;
                        };
        if (!packed) {
            items.add(ProtobufValue.read(in, tag, field, depth));
            return;
        }
        ProtobufInput all = in.message(tag);
        int wire = field.word() == Word.FLOAT64 ? ProtobufInput.FIXED64 : ProtobufInput.VARINT;
        while (all.hasMore()) {
            items.add(ProtobufValue.read(all, wire, field, depth));
        }
    }

    private static void entry(
            ProtobufInput in, Field field, int depth, JsonObject.Builder entries) {
        String name = "";
        Json value = ProtobufValue.zero(field.word());
        while (in.hasMore()) {
            int tag = in.tag();
            switch (tag >>> 3) {
                case 1 -> name = in.text(tag);
                case 2 -> value = ProtobufValue.read(in, tag, field, depth);
                default -> in.skip(tag);
            }
        }
        entries.put(name, value);
    }

    private static boolean isZero(Json value) {
        return switch (value) {
            case JsonString text -> text.value().isEmpty();
            case JsonNumber number -> number.isInteger() && number.asLong() == 0;
            case JsonBoolean flag -> !flag.value();
            case JsonObject object -> object.isEmpty();
            case JsonArray array -> array.isEmpty();
            case JsonNull nothing -> true;
        };
    }

    static String utf8(byte[] bytes, int from, int length) {
        return new String(bytes, from, length, StandardCharsets.UTF_8);
    }

    static Field only(Word word) {
        return new Field("", Form.SINGLE, word, true, () -> number -> Optional.empty());
    }
}
