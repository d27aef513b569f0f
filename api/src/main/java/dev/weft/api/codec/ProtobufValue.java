package dev.weft.api.codec;

import dev.weft.api.codec.MessageShape.Field;
import dev.weft.api.codec.MessageShape.Word;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Locale;

/** Single values out of protobuf. The types that Kubernetes writes by rules of its own are here. */
final class ProtobufValue {
    private static final DateTimeFormatter SECONDS =
            DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss'Z'", Locale.ROOT)
                    .withZone(ZoneOffset.UTC);
    private static final DateTimeFormatter MICROS =
            DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSSSS'Z'", Locale.ROOT)
                    .withZone(ZoneOffset.UTC);

    private ProtobufValue() {}

    static Json read(ProtobufInput in, int tag, Field field, int depth) {
        return switch (field.word()) {
            case STRING -> Json.of(in.text(tag));
            case BOOL -> Json.of(in.number(tag) != 0);
            case INT32 -> Json.of((int) in.number(tag));
            case INT64 -> Json.of(in.number(tag));
            case FLOAT64 -> decimal(in.decimal(tag));
            case BYTES -> Json.of(Base64.getEncoder().encodeToString(in.bytes(tag)));
            case TIME -> time(in.message(tag), SECONDS);
            case MICRO_TIME -> time(in.message(tag), MICROS);
            case DURATION -> Json.of(duration(only(in.message(tag), Word.INT64)));
            case QUANTITY -> only(in.message(tag), Word.STRING);
            case INT_OR_STRING -> intOrString(in.message(tag));
            case RAW -> raw(in.message(tag));
            case TEXTS -> texts(in.message(tag), 1);
            case SCHEMA_OR_ARRAY, SCHEMA_OR_BOOL, SCHEMA_OR_STRINGS ->
                    choice(in.message(tag), field, depth);
            case MESSAGE -> Protobuf.message(in.message(tag), field.message().get(), depth + 1);
        };
    }

    /** What a value is that was left out. */
    static Json zero(Word word) {
        return switch (word) {
            case STRING, BYTES, DURATION, QUANTITY -> Json.of("");
            case BOOL -> JsonBoolean.FALSE;
            case INT32, INT64, FLOAT64, INT_OR_STRING -> JsonNumber.of(0);
            case TIME, MICRO_TIME -> JsonNull.NULL;
            case TEXTS -> JsonArray.empty();
            case RAW, SCHEMA_OR_ARRAY, SCHEMA_OR_BOOL, SCHEMA_OR_STRINGS, MESSAGE ->
                    JsonObject.empty();
        };
    }

    private static Json decimal(double value) {
        if (Double.isNaN(value) || Double.isInfinite(value)) {
            throw new MalformedException("protobuf: " + value + " is no JSON number");
        }
        return value == Math.rint(value) && Math.abs(value) < 1e15
                ? JsonNumber.of((long) value)
                : JsonNumber.of(BigDecimal.valueOf(value));
    }

    /** The one value of a message of one field. */
    private static Json only(ProtobufInput in, Word word) {
        Json value = zero(word);
        while (in.hasMore()) {
            int tag = in.tag();
            if (tag >>> 3 == 1) {
                value = read(in, tag, Protobuf.only(word), 0);
            } else {
                in.skip(tag);
            }
        }
        return value;
    }

    /** No bytes at all are no time at all. */
    private static Json time(ProtobufInput in, DateTimeFormatter format) {
        if (!in.hasMore()) {
            return JsonNull.NULL;
        }
        long seconds = 0;
        long nanos = 0;
        while (in.hasMore()) {
            int tag = in.tag();
            switch (tag >>> 3) {
                case 1 -> seconds = in.number(tag);
                case 2 -> nanos = in.number(tag);
                default -> in.skip(tag);
            }
        }
        try {
            return Json.of(format.format(Instant.ofEpochSecond(seconds, nanos)));
        } catch (DateTimeException | ArithmeticException e) {
            throw new MalformedException("protobuf: no time of this calendar: " + seconds);
        }
    }

    private static Json intOrString(ProtobufInput in) {
        boolean isText = false;
        long number = 0;
        String text = "";
        while (in.hasMore()) {
            int tag = in.tag();
            switch (tag >>> 3) {
                case 1 -> isText = in.number(tag) != 0;
                case 2 -> number = (int) in.number(tag);
                case 3 -> text = in.text(tag);
                default -> in.skip(tag);
            }
        }
        return isText ? Json.of(text) : Json.of(number);
    }

    private static Json raw(ProtobufInput in) {
        byte[] bytes = {};
        while (in.hasMore()) {
            int tag = in.tag();
            if (tag >>> 3 == 1) {
                bytes = in.bytes(tag);
            } else {
                in.skip(tag);
            }
        }
        return bytes.length == 0 ? JsonNull.NULL : JsonText.read(bytes);
    }

    private static JsonArray texts(ProtobufInput in, int number) {
        var texts = new ArrayList<Json>();
        while (in.hasMore()) {
            int tag = in.tag();
            if (tag >>> 3 == number) {
                texts.add(Json.of(in.text(tag)));
            } else {
                in.skip(tag);
            }
        }
        return JsonArray.of(texts);
    }

    /** A schema, or in its place a list of schemas or of texts, or whether anything is allowed. */
    private static Json choice(ProtobufInput in, Field field, int depth) {
        Word word = field.word();
        int schemaNumber = word == Word.SCHEMA_OR_BOOL ? 2 : 1;
        var others = new ArrayList<Json>();
        Json schema = JsonNull.NULL;
        boolean allows = false;
        while (in.hasMore()) {
            int tag = in.tag();
            int number = tag >>> 3;
            if (number == schemaNumber) {
                schema = Protobuf.message(in.message(tag), field.message().get(), depth + 1);
            } else if (number == 1 && word == Word.SCHEMA_OR_BOOL) {
                allows = in.number(tag) != 0;
            } else if (number == 2 && word == Word.SCHEMA_OR_ARRAY) {
                others.add(Protobuf.message(in.message(tag), field.message().get(), depth + 1));
            } else if (number == 2) {
                others.add(Json.of(in.text(tag)));
            } else {
                in.skip(tag);
            }
        }
        if (schema != JsonNull.NULL) {
            return schema;
        }
        return word == Word.SCHEMA_OR_BOOL ? Json.of(allows) : JsonArray.of(others);
    }

    /** As Go writes it: 1h2m3.5s. */
    private static String duration(Json value) {
        long nanos = value.whole().orElse(0L);
        if (nanos == 0) {
            return "0s";
        }
        var text = new StringBuilder(nanos < 0 ? "-" : "");
        BigDecimal seconds = BigDecimal.valueOf(nanos).abs().movePointLeft(9);
        long whole = seconds.longValue();
        if (whole >= 3600) {
            text.append(whole / 3600).append('h');
        }
        if (whole >= 60) {
            text.append(whole / 60 % 60).append('m');
        }
        BigDecimal rest = seconds.subtract(BigDecimal.valueOf(whole / 60 * 60));
        if (seconds.compareTo(BigDecimal.ONE) < 0) {
            return text.append(rest.movePointRight(3).stripTrailingZeros().toPlainString())
                    .append("ms")
                    .toString();
        }
        return text.append(rest.stripTrailingZeros().toPlainString()).append('s').toString();
    }
}
