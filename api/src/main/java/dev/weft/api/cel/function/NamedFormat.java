package dev.weft.api.cel.function;

import dev.weft.api.cel.function.Library.Function;
import dev.weft.api.cel.value.EvalException;
import dev.weft.api.cel.value.Type;
import dev.weft.api.cel.value.Value;
import dev.weft.api.cel.value.Values;
import dev.weft.api.schema.Formats;
import dev.weft.api.schema.StringFormats;
import java.util.List;
import java.util.Map;

/** A form of text by its name, which says what is wrong with a text. */
record NamedFormat(String name) implements Value.Foreign {
    private static final List<String> NAMES =
            List.of(
                    "dns1123Label",
                    "dns1123Subdomain",
                    "dns1035Label",
                    "qualifiedName",
                    "dns1123LabelPrefix",
                    "dns1123SubdomainPrefix",
                    "dns1035LabelPrefix",
                    "labelValue",
                    "uri",
                    "uuid",
                    "byte",
                    "date",
                    "datetime");

    static void addTo(Map<String, Function> functions) {
        for (String name : NAMES) {
            Value format = new NamedFormat(name);
            functions.put("format." + name, (args, budget) -> format);
        }
        functions.put(
                "format.named",
                (args, budget) -> {
                    String name = Texts.read(args, budget);
                    return NAMES.contains(name) ? new Value.Opt(new NamedFormat(name)) : Value.NONE;
                });
        functions.put(
                "validate",
                (args, budget) -> {
                    if (!(args[0] instanceof NamedFormat format)) {
                        throw EvalException.noOverload(Values.typeName(args[0]));
                    }
                    String text = Texts.text(args[1]);
                    budget.read(text.length() * 4L);
                    List<String> wrong = format.problems(text);
                    return wrong.isEmpty()
                            ? Value.NONE
                            : new Value.Opt(
                                    new Value.Listed(wrong.stream().map(Value::of).toList()));
                });
    }

    @Override
    public Type type() {
        return new Type.Opaque("kubernetes.NamedFormat");
    }

    private List<String> problems(String text) {
        return switch (name) {
            case "dns1123Label" -> Formats.label(text);
            case "dns1123Subdomain" -> Formats.subdomain(text);
            case "dns1035Label" -> Formats.label1035(text);
            case "qualifiedName" -> Formats.qualified(text);
            case "dns1123LabelPrefix" -> Formats.label(prefix(text));
            case "dns1123SubdomainPrefix" -> Formats.subdomain(prefix(text));
            case "dns1035LabelPrefix" -> Formats.label1035(prefix(text));
            case "labelValue" -> Formats.labelValue(text);
            case "uri" -> simple("uri", text, "invalid URI for request");
            case "uuid" -> simple("uuid", text, "does not match the UUID format");
            case "byte" -> simple("byte", text, "invalid base64");
            case "date" -> simple("date", text, "invalid date");
            default -> simple("date-time", text, "invalid datetime");
        };
    }

    /** What is generated is added to a prefix, so that it may end in a dash. */
    private static String prefix(String text) {
        return text.endsWith("-") && text.length() > 1
                ? text.substring(0, text.length() - 1) + "a"
                : text;
    }

    private static List<String> simple(String format, String text, String problem) {
        return StringFormats.matches(format, text) ? List.of() : List.of(problem);
    }
}
