package dev.weft.api.schema.validation;

import dev.weft.api.cel.Expression;
import dev.weft.api.cel.value.Budget;
import dev.weft.api.cel.value.EvalException;
import dev.weft.api.cel.value.Type;
import dev.weft.api.cel.value.Value;
import dev.weft.api.cel.value.Values;
import dev.weft.api.codec.Json;
import dev.weft.api.codec.JsonArray;
import dev.weft.api.codec.JsonBoolean;
import dev.weft.api.codec.JsonNull;
import dev.weft.api.codec.JsonNumber;
import dev.weft.api.codec.JsonObject;
import dev.weft.api.codec.JsonString;
import dev.weft.api.schema.Schema.ListType;
import dev.weft.api.schema.validation.Shape.Field;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Parts of an object as values of expressions; nothing is copied. Any thread. */
final class Trees {
    private Trees() {}

    static Value value(Json json, Shape shape) {
        return switch (json) {
            case JsonBoolean it -> Value.of(it.value());
            case JsonNull it -> Value.NULL;
            case JsonNumber it -> number(it, shape);
            case JsonString it -> text(it.value(), shape);
            case JsonArray it -> list(it, shape);
            case JsonObject it -> object(it, shape);
        };
    }

    private static Value number(JsonNumber number, Shape shape) {
        boolean whole =
                shape.type() == Type.Simple.INT
                        || shape.type() != Type.Simple.DOUBLE && number.isWhole();
        return whole ? Value.of(number.asLong()) : new Value.Real(number.asDecimal().doubleValue());
    }

    private static Value text(String text, Shape shape) {
        if (!(shape.type() instanceof Type.Simple type)) {
            return Value.of(text);
        }
        try {
            return switch (type) {
                case BYTES -> new Value.Bytes(Base64.getDecoder().decode(text));
                case TIMESTAMP -> new Value.Moment(moment(text));
                case DURATION -> Expression.duration(text);
                case BOOL, INT, UINT, DOUBLE, STRING, NULL, DYN, ERROR -> Value.of(text);
            };
        } catch (DateTimeException | IllegalArgumentException e) {
            throw new EvalException("invalid " + type + " format: " + text);
        }
    }

    private static Instant moment(String text) {
        return text.length() == 10
                ? LocalDate.parse(text).atStartOfDay().toInstant(ZoneOffset.UTC)
                : OffsetDateTime.parse(text.replace(' ', 'T')).toInstant();
    }

    private static Value list(JsonArray array, Shape shape) {
        Shape items = shape.items();
        return new Listing(array, items == null ? shape : items, shape);
    }

    private static Value object(JsonObject object, Shape shape) {
        Shape values = shape.values();
        return values != null ? new Mapping(object, values) : new Fielded(object, shape);
    }

    /** An object with declared fields. A field that is null is not there. */
    private record Fielded(JsonObject object, Shape shape) implements Value.Fields {
        @Override
        public Type type() {
            return shape.type();
        }

        @Override
        public @Nullable Value field(String name) {
            Field field = shape.fields().get(name);
            if (field == null) {
                return null;
            }
            Json value = object.field(field.name()).orElse(JsonNull.NULL);
            return value == JsonNull.NULL ? null : value(value, field.shape());
        }

        @Override
        public List<String> names() {
            return shape.fields().keySet().stream().filter(it -> field(it) != null).toList();
        }
    }

    private record Mapping(JsonObject object, Shape values) implements Value.Entries {
        @Override
        public int size() {
            return object.size();
        }

        @Override
        public @Nullable Value find(Value key) {
            return key instanceof Value.Text text
                    ? object.field(text.text()).map(it -> value(it, values)).orElse(null)
                    : null;
        }

        @Override
        public List<Value> keys() {
            return object.names().stream().map(Value::of).toList();
        }

        @Override
        public boolean isStrict() {
            return true;
        }
    }

    private record Listing(JsonArray array, Shape items, Shape shape) implements Value.Items {
        @Override
        public int size() {
            return array.size();
        }

        @Override
        public Value item(int index) {
            return value(array.item(index), items);
        }

        @Override
        public boolean isStrict() {
            return true;
        }

        /** A set is the same in any order, and so is a map by keys. */
        @Override
        public @Nullable Boolean sameAs(Value.Items other, Budget budget) {
            if (shape.listType() == ListType.ATOMIC) {
                return null;
            }
            if (other.size() != size()) {
                return false;
            }
            for (int i = 0; i < size(); i++) {
                if (find(item(i), other, budget) < 0) {
                    return false;
                }
            }
            return true;
        }

        private static int find(Value item, Value.Items list, Budget budget) {
            for (int i = 0; i < list.size(); i++) {
                budget.spend(1);
                if (Values.equal(item, list.item(i), budget)) {
                    return i;
                }
            }
            return -1;
        }

        /** What is in both stands where it stood first, as it is in the second one. */
        @Override
        public @Nullable Value plus(Value.Items other, Budget budget) {
            if (shape.listType() == ListType.ATOMIC) {
                return null;
            }
            var items = new ArrayList<Value>();
            for (int i = 0; i < size(); i++) {
                items.add(item(i));
            }
            int own = items.size();
            for (int i = 0; i < other.size(); i++) {
                Value item = other.item(i);
                int same = same(items.subList(0, own), item, budget);
                if (same < 0) {
                    items.add(item);
                } else {
                    items.set(same, item);
                }
            }
            return new Value.Listed(items);
        }

        private int same(List<Value> items, Value item, Budget budget) {
            for (int i = 0; i < items.size(); i++) {
                budget.spend(1);
                if (isSame(items.get(i), item, budget)) {
                    return i;
                }
            }
            return -1;
        }

        private boolean isSame(Value a, Value b, Budget budget) {
            if (shape.listType() != ListType.MAP
                    || !(a instanceof Value.Fields x)
                    || !(b instanceof Value.Fields y)) {
                return Values.equal(a, b, budget);
            }
            for (String key : shape.listKeys()) {
                Value mine = x.field(Names.escaped(key));
                Value other = y.field(Names.escaped(key));
                boolean same =
                        mine == null || other == null
                                ? mine == other
                                : Values.equal(mine, other, budget);
                if (!same) {
                    return false;
                }
            }
            return true;
        }
    }
}
