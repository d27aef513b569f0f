package dev.weft.api.schema.validation;

import dev.weft.api.cel.Expression;
import java.util.Set;
import java.util.regex.Pattern;

/** The names of fields as expressions write them. */
final class Names {
    private static final Pattern NAMEABLE = Pattern.compile("[A-Za-z_./-][A-Za-z0-9_./-]*");
    private static final Set<String> LITERALS = Set.of("true", "false", "null", "in");

    private Names() {}

    /** Words of the language, which as a field's name may also be written as they are. */
    static boolean isReserved(String name) {
        return LITERALS.contains(name) || Expression.reserves(name);
    }

    /** Empty where no expression can name the field. */
    static String escaped(String name) {
        if (!NAMEABLE.matcher(name).matches()) {
            return "";
        }
        if (isReserved(name)) {
            return "__" + name + "__";
        }
        return name.replace("__", "__underscores__")
                .replace(".", "__dot__")
                .replace("-", "__dash__")
                .replace("/", "__slash__");
    }
}
