package dev.weft.api.cel;

import dev.weft.api.cel.value.Type;
import dev.weft.api.cel.value.Type.Simple;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What is known of the types that stand for others, and whether a value of one type can be given
 * where another one is wanted. Belongs to one check.
 */
final class Unifier {
    private Map<String, Type> known = new HashMap<>();
    private int fresh;

    /** A type of which nothing is known yet. */
    Type.Param unknown() {
        return new Type.Param("@" + fresh++);
    }

    /** The overload with parameters of its own. */
    Declarations.Overload instance(Declarations.Overload overload) {
        int own = fresh++;
        List<Type> args = overload.args().stream().map(it -> renamed(it, own)).toList();
        return new Declarations.Overload(overload.member(), args, renamed(overload.result(), own));
    }

    private static Type renamed(Type type, int own) {
        return switch (type) {
            case Type.Param it -> new Type.Param(it.name() + "@" + own);
            case Type.ListOf it -> new Type.ListOf(renamed(it.item(), own));
            case Type.MapOf it -> new Type.MapOf(renamed(it.key(), own), renamed(it.value(), own));
            case Type.OptionalOf it -> new Type.OptionalOf(renamed(it.value(), own));
            case Type.TypeOf it -> new Type.TypeOf(renamed(it.type(), own));
            case Simple it -> it;
            case Type.Opaque it -> it;
            case Type.Record it -> it;
        };
    }

    /** Whether all fit; where they do not, nothing has been learned. */
    boolean allFit(List<Type> given, List<Type> wanted) {
        if (given.size() != wanted.size()) {
            return false;
        }
        var before = new HashMap<>(known);
        for (int i = 0; i < given.size(); i++) {
            if (!fits(given.get(i), wanted.get(i))) {
                known = before;
                return false;
            }
        }
        return true;
    }

    boolean fit(Type given, Type wanted) {
        return allFit(List.of(given), List.of(wanted));
    }

    private boolean fits(Type given, Type wanted) {
        Type from = found(given);
        Type to = found(wanted);
        if (from.equals(to)) {
            return true;
        }
        if (to instanceof Type.Param param) {
            return learn(param, from);
        }
        if (from instanceof Type.Param param) {
            return learn(param, to);
        }
        if (isLoose(from) || isLoose(to)) {
            // Whatever was known of the parameter is not to be relied on any more.
            if (wanted instanceof Type.Param param && from == Simple.DYN) {
                known.put(last(param), Simple.DYN);
            }
            return true;
        }
        if (from == Simple.NULL) {
            return isNullable(to);
        }
        if (to == Simple.NULL) {
            return isNullable(from);
        }
        return switch (from) {
            case Type.ListOf it -> to instanceof Type.ListOf other && fits(it.item(), other.item());
            case Type.MapOf it ->
                    to instanceof Type.MapOf other
                            && fits(it.key(), other.key())
                            && fits(it.value(), other.value());
            case Type.OptionalOf it ->
                    to instanceof Type.OptionalOf other && fits(it.value(), other.value());
            case Type.TypeOf it -> to instanceof Type.TypeOf;
            case Simple it -> false;
            case Type.Opaque it -> false;
            case Type.Record it -> false;
            case Type.Param it -> false;
        };
    }

    private static boolean isLoose(Type type) {
        return type == Simple.DYN || type == Simple.ERROR;
    }

    private static boolean isNullable(Type type) {
        return type instanceof Type.Record
                || type instanceof Type.Opaque
                || type instanceof Type.OptionalOf
                || type == Simple.TIMESTAMP
                || type == Simple.DURATION;
    }

    private boolean learn(Type.Param param, Type type) {
        if (holds(type, param)) {
            return false;
        }
        known.put(param.name(), type);
        return true;
    }

    private boolean holds(Type type, Type.Param param) {
        return switch (found(type)) {
            case Type.Param it -> it.equals(param);
            case Type.ListOf it -> holds(it.item(), param);
            case Type.MapOf it -> holds(it.key(), param) || holds(it.value(), param);
            case Type.OptionalOf it -> holds(it.value(), param);
            case Type.TypeOf it -> holds(it.type(), param);
            case Simple it -> false;
            case Type.Opaque it -> false;
            case Type.Record it -> false;
        };
    }

    /** What a parameter stands for, as far as is known. */
    private Type found(Type type) {
        Type here = type;
        while (here instanceof Type.Param param && known.containsKey(param.name())) {
            here = known.getOrDefault(param.name(), Simple.DYN);
        }
        return here;
    }

    private String last(Type.Param param) {
        Type.Param here = param;
        while (known.get(here.name()) instanceof Type.Param next) {
            here = next;
        }
        return here.name();
    }

    /** The type with everything in its place that is known. */
    Type resolved(Type type) {
        return switch (found(type)) {
            case Type.ListOf it -> new Type.ListOf(resolved(it.item()));
            case Type.MapOf it -> new Type.MapOf(resolved(it.key()), resolved(it.value()));
            case Type.OptionalOf it -> new Type.OptionalOf(resolved(it.value()));
            case Type.TypeOf it -> new Type.TypeOf(resolved(it.type()));
            case Simple it -> it;
            case Type.Opaque it -> it;
            case Type.Record it -> it;
            case Type.Param it -> it;
        };
    }

    /** The type at the end: what is still not known may be anything. */
    Type settled(Type type) {
        return switch (resolved(type)) {
            case Type.ListOf it -> new Type.ListOf(settled(it.item()));
            case Type.MapOf it -> new Type.MapOf(settled(it.key()), settled(it.value()));
            case Type.OptionalOf it -> new Type.OptionalOf(settled(it.value()));
            case Type.TypeOf it -> new Type.TypeOf(settled(it.type()));
            case Simple it -> it;
            case Type.Opaque it -> it;
            case Type.Record it -> it;
            case Type.Param it -> Simple.DYN;
        };
    }
}
