package dev.weft.api.cel.value;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What sort of value an expression has, as far as it is known before it is run. Any thread. */
public sealed interface Type {

    /** Types without parts; the words are those of messages. */
    enum Simple implements Type {
        BOOL("bool"),
        INT("int"),
        UINT("uint"),
        DOUBLE("double"),
        STRING("string"),
        BYTES("bytes"),
        NULL("null"),
        TIMESTAMP("timestamp"),
        DURATION("duration"),
        /** Known only when the expression is run. */
        DYN("dyn"),
        /** Of what was wrong already, so that nothing more need be said about it. */
        ERROR("!error!");

        private final String word;

        Simple(String word) {
            this.word = word;
        }

        @Override
        public String toString() {
            return word;
        }
    }

    record ListOf(Type item) implements Type {
        @Override
        public String toString() {
            return "list(" + item + ")";
        }
    }

    record MapOf(Type key, Type value) implements Type {
        @Override
        public String toString() {
            return "map(" + key + ", " + value + ")";
        }
    }

    record OptionalOf(Type value) implements Type {
        @Override
        public String toString() {
            return "optional_type(" + value + ")";
        }
    }

    record TypeOf(Type type) implements Type {
        @Override
        public String toString() {
            return "type(" + type + ")";
        }
    }

    /** A type of one library's own, such as {@code kubernetes.Quantity}. */
    record Opaque(String name) implements Type {
        @Override
        public String toString() {
            return name;
        }
    }

    /** A type that stands for another one, which is found out while checking. */
    record Param(String name) implements Type {
        @Override
        public String toString() {
            return name;
        }
    }

    /** An object with named fields. Two are the same if they have the same name. */
    final class Record implements Type {
        private final String name;
        private final Map<String, Type> fields;

        public Record(String name, Map<String, Type> fields) {
            this.name = name;
            this.fields = Map.copyOf(fields);
        }

        public @Nullable Type field(String field) {
            return fields.get(field);
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Record it && name.equals(it.name);
        }

        @Override
        public int hashCode() {
            return name.hashCode();
        }

        @Override
        public String toString() {
            return name;
        }
    }

    /** Types as a message lists them: {@code (int, string)}. */
    static String listed(List<Type> types) {
        return types.stream().map(Type::toString).collect(Collectors.joining(", ", "(", ")"));
    }
}
