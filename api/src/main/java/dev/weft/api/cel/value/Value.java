package dev.weft.api.cel.value;

import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A value in the run of an expression. Immutable; any thread. */
public sealed interface Value {
    Value TRUE = new Bool(true);
    Value FALSE = new Bool(false);
    Value NULL = new Null();
    Value NONE = new Opt(null);

    static Value of(boolean flag) {
        return flag ? TRUE : FALSE;
    }

    static Value of(long number) {
        return Int.of(number);
    }

    static Value of(String text) {
        return new Text(text);
    }

    /** The type as far as the value itself knows it. */
    Type type();

    record Bool(boolean flag) implements Value {
        @Override
        public Type type() {
            return Type.Simple.BOOL;
        }
    }

    record Int(long number) implements Value {
        private static final Int[] SMALL = new Int[130];

        static {
            for (int i = 0; i < SMALL.length; i++) {
                SMALL[i] = new Int(i - 1);
            }
        }

        static Int of(long number) {
            return number >= -1 && number < SMALL.length - 1
                    ? SMALL[(int) number + 1]
                    : new Int(number);
        }

        @Override
        public Type type() {
            return Type.Simple.INT;
        }
    }

    /**
     * @param bits the number, to be read without sign
     */
    record UInt(long bits) implements Value {
        @Override
        public Type type() {
            return Type.Simple.UINT;
        }
    }

    record Real(double number) implements Value {
        @Override
        public Type type() {
            return Type.Simple.DOUBLE;
        }
    }

    record Text(String text) implements Value {
        /** How many characters it has, as a reader counts them. */
        public int length() {
            return text.codePointCount(0, text.length());
        }

        @Override
        public Type type() {
            return Type.Simple.STRING;
        }
    }

    /** Octets; whoever made it does not change them. */
    record Bytes(byte[] bytes) implements Value {
        @Override
        public Type type() {
            return Type.Simple.BYTES;
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Bytes it && Arrays.equals(bytes, it.bytes);
        }

        @Override
        public int hashCode() {
            return Arrays.hashCode(bytes);
        }

        @Override
        public String toString() {
            return HexFormat.of().formatHex(bytes);
        }
    }

    record Null() implements Value {
        @Override
        public Type type() {
            return Type.Simple.NULL;
        }
    }

    record Moment(Instant instant) implements Value {
        @Override
        public Type type() {
            return Type.Simple.TIMESTAMP;
        }
    }

    record Span(Duration duration) implements Value {
        @Override
        public Type type() {
            return Type.Simple.DURATION;
        }
    }

    record Opt(@Nullable Value value) implements Value {
        @Override
        public Type type() {
            return new Type.OptionalOf(Type.Simple.DYN);
        }
    }

    record Sort(Type meant) implements Value {
        @Override
        public Type type() {
            return new Type.TypeOf(meant);
        }
    }

    /** A value of one library's own; its own {@code equals} says what is equal. */
    non-sealed interface Foreign extends Value {}

    /** A list. */
    non-sealed interface Items extends Value {
        int size();

        Value item(int index);

        /** Whether the list is a set or a map by keys, which have an equality of their own. */
        default @Nullable Boolean sameAs(Items other, Budget budget) {
            return null;
        }

        /** This list and another one, for lists that are joined in a way of their own. */
        default @Nullable Value plus(Items other, Budget budget) {
            return null;
        }

        /** Whether it is an error to compare it with what is no list. */
        default boolean isStrict() {
            return false;
        }

        @Override
        default Type type() {
            return new Type.ListOf(Type.Simple.DYN);
        }
    }

    /** A map of keys to values. */
    non-sealed interface Entries extends Value {
        int size();

        @Nullable Value find(Value key);

        List<Value> keys();

        /** Whether it is an error to compare it with what is no map. */
        default boolean isStrict() {
            return false;
        }

        @Override
        default Type type() {
            return new Type.MapOf(Type.Simple.DYN, Type.Simple.DYN);
        }
    }

    /** An object with the fields that its type declares. */
    non-sealed interface Fields extends Value {
        /** The value of the field, null where it has none. */
        @Nullable Value field(String name);

        /** The names of the fields that have values. */
        List<String> names();
    }

    /** A list that an expression made. */
    record Listed(List<Value> items) implements Items {
        @Override
        public int size() {
            return items.size();
        }

        @Override
        public Value item(int index) {
            return items.get(index);
        }
    }
}
