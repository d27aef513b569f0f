package dev.weft.api.cel.function;

import dev.weft.api.cel.function.Library.Function;
import dev.weft.api.cel.value.Budget;
import dev.weft.api.cel.value.EvalException;
import dev.weft.api.cel.value.Value;
import dev.weft.api.cel.value.Values;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import java.util.regex.Pattern;

/** From one type to another one. */
final class Conversions {
    private static final Pattern WHOLE = Pattern.compile("[+-]?[0-9]{1,30}");
    private static final Pattern DECIMAL =
            Pattern.compile("[+-]?([0-9]+\\.?[0-9]*|\\.[0-9]+)([eE][+-]?[0-9]+)?");
    private static final double LONG_END = 0x1p63;
    private static final double UNSIGNED_END = 0x1p64;

    private Conversions() {}

    static void addTo(Map<String, Function> functions) {
        functions.put("int", Conversions::whole);
        functions.put("uint", Conversions::unsigned);
        functions.put("double", Conversions::real);
        functions.put("bool", Conversions::bool);
        functions.put("string", Conversions::text);
        functions.put("bytes", Conversions::bytes);
        functions.put("timestamp", Conversions::moment);
        functions.put("duration", Conversions::span);
    }

    private static EvalException wrong(Value value, String type) {
        return new EvalException(
                "type conversion error from '%s' to '%s'".formatted(Values.typeName(value), type));
    }

    private static Value whole(Value[] args, Budget budget) {
        return switch (args[0]) {
            case Value.Int it -> it;
            case Value.UInt it when it.bits() >= 0 -> Value.of(it.bits());
            case Value.UInt it -> throw new EvalException("integer overflow");
            case Value.Real it -> {
                if (!(it.number() > -LONG_END && it.number() < LONG_END)) {
                    throw new EvalException("integer overflow");
                }
                yield Value.of((long) it.number());
            }
            case Value.Text it -> {
                try {
                    if (!WHOLE.matcher(it.text()).matches()) {
                        throw wrong(it, "int");
                    }
                    yield Value.of(Long.parseLong(it.text()));
                } catch (NumberFormatException e) {
                    throw wrong(it, "int");
                }
            }
            case Value.Moment it -> Value.of(it.instant().getEpochSecond());
            case Value.Span it -> Value.of(it.duration().toNanos());
            default -> throw wrong(args[0], "int");
        };
    }

    private static Value unsigned(Value[] args, Budget budget) {
        return switch (args[0]) {
            case Value.UInt it -> it;
            case Value.Int it when it.number() >= 0 -> new Value.UInt(it.number());
            case Value.Int it -> throw new EvalException("unsigned integer overflow");
            case Value.Real it -> {
                if (!(it.number() >= 0 && it.number() < UNSIGNED_END)) {
                    throw new EvalException("unsigned integer overflow");
                }
                yield new Value.UInt(new BigDecimal(it.number()).toBigInteger().longValue());
            }
            case Value.Text it -> {
                try {
                    yield new Value.UInt(Long.parseUnsignedLong(it.text()));
                } catch (NumberFormatException e) {
                    throw wrong(it, "uint");
                }
            }
            default -> throw wrong(args[0], "uint");
        };
    }

    private static Value real(Value[] args, Budget budget) {
        return switch (args[0]) {
            case Value.Real it -> it;
            case Value.Int it -> new Value.Real(it.number());
            case Value.UInt it ->
                    new Value.Real(new BigDecimal(Long.toUnsignedString(it.bits())).doubleValue());
            case Value.Text it ->
                    switch (it.text()) {
                        case "NaN" -> new Value.Real(Double.NaN);
                        case "Inf", "+Inf", "Infinity", "+Infinity" ->
                                new Value.Real(Double.POSITIVE_INFINITY);
                        case "-Inf", "-Infinity" -> new Value.Real(Double.NEGATIVE_INFINITY);
                        default -> {
                            if (!DECIMAL.matcher(it.text()).matches()) {
                                throw wrong(it, "double");
                            }
                            double number = Double.parseDouble(it.text());
                            if (Double.isInfinite(number)) {
                                throw wrong(it, "double");
                            }
                            yield new Value.Real(number);
                        }
                    };
            default -> throw wrong(args[0], "double");
        };
    }

    private static Value bool(Value[] args, Budget budget) {
        return switch (args[0]) {
            case Value.Bool it -> it;
            case Value.Text it ->
                    switch (it.text()) {
                        case "1", "t", "T", "true", "TRUE", "True" -> Value.TRUE;
                        case "0", "f", "F", "false", "FALSE", "False" -> Value.FALSE;
                        default -> throw wrong(it, "bool");
                    };
            default -> throw wrong(args[0], "bool");
        };
    }

    private static Value text(Value[] args, Budget budget) {
        return switch (args[0]) {
            case Value.Text it -> it;
            case Value.Int it -> Value.of(Long.toString(it.number()));
            case Value.UInt it -> Value.of(Long.toUnsignedString(it.bits()));
            case Value.Real it -> Value.of(Numbers.shortest(it.number()));
            case Value.Bool it -> Value.of(Boolean.toString(it.flag()));
            case Value.Bytes it -> Value.of(utf8(it));
            case Value.Moment it -> Value.of(Times.text(it.instant()));
            case Value.Span it -> Value.of(Times.seconds(it.duration()));
            case Addresses.Ip it -> Value.of(it.toString());
            case Addresses.Cidr it -> Value.of(it.toString());
            default -> throw wrong(args[0], "string");
        };
    }

    private static String utf8(Value.Bytes bytes) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes.bytes()))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new EvalException("invalid UTF-8 in bytes, cannot convert to string");
        }
    }

    private static Value bytes(Value[] args, Budget budget) {
        return switch (args[0]) {
            case Value.Bytes it -> it;
            case Value.Text it -> {
                budget.read(it.text().length());
                yield new Value.Bytes(it.text().getBytes(StandardCharsets.UTF_8));
            }
            default -> throw wrong(args[0], "bytes");
        };
    }

    private static Value moment(Value[] args, Budget budget) {
        return switch (args[0]) {
            case Value.Moment it -> it;
            case Value.Text it -> Times.moment(it.text());
            case Value.Int it -> {
                Instant moment;
                try {
                    moment = Instant.ofEpochSecond(it.number());
                } catch (java.time.DateTimeException e) {
                    throw new EvalException("timestamp overflow");
                }
                yield new Value.Moment(moment);
            }
            default -> throw wrong(args[0], "google.protobuf.Timestamp");
        };
    }

    private static Value span(Value[] args, Budget budget) {
        return switch (args[0]) {
            case Value.Span it -> it;
            case Value.Text it -> Times.span(it.text());
            case Value.Int it -> new Value.Span(java.time.Duration.ofNanos(it.number()));
            default -> throw wrong(args[0], "google.protobuf.Duration");
        };
    }
}
