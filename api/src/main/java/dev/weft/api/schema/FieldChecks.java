package dev.weft.api.schema;

import dev.weft.api.codec.Json;
import dev.weft.api.codec.JsonArray;
import dev.weft.api.codec.JsonNull;
import dev.weft.api.codec.JsonNumber;
import dev.weft.api.codec.JsonObject;
import dev.weft.api.codec.JsonString;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;

/** The words of the rules file, and what they demand of one field's value. */
final class FieldChecks {
    private static final long PORT_MAX = 65535;

    private final Causes causes;

    FieldChecks(Causes causes) {
        this.causes = causes;
    }

    /** Checks a field, given or not. */
    void check(Schema field, Optional<Json> given, String path) {
        List<String> words = field.checks().checks();
        if (words.isEmpty()) {
            return;
        }
        Json value = given.orElse(JsonNull.NULL);
        boolean blank = isBlank(value, field);
        for (String word : words) {
            int equals = word.indexOf('=');
            String name = equals < 0 ? word : word.substring(0, equals);
            String detail = equals < 0 ? "" : word.substring(equals + 1);
            if (name.equals("required") || name.equals("requiredport")) {
                if (blank) {
                    causes.required(path, detail);
                    return;
                }
                if (name.equals("requiredport")) {
                    port(value, path);
                }
            } else if (value != JsonNull.NULL && !(value instanceof JsonString && blank)) {
                apply(name, detail, field, value, path);
            }
        }
    }

    private static boolean isBlank(Json value, Schema field) {
        return switch (value) {
            case JsonString text -> text.value().isEmpty();
            case JsonArray array -> array.isEmpty();
            case JsonNull nothing -> true;
            case JsonNumber number ->
                    number.isInteger()
                            && number.asLong() == 0
                            && field.checks().checks().contains("requiredport");
            default -> false;
        };
    }

    private void apply(String word, String detail, Schema field, Json value, String path) {
        String text = value.text().orElse("");
        switch (word) {
            case "enum" -> enumeration(field, detail, value, path);
            case "label" -> MetadataRules.each(Formats.label(text), path, text, causes);
            case "subdomain" -> MetadataRules.each(Formats.subdomain(text), path, text, causes);
            case "label1035" -> MetadataRules.each(Formats.label1035(text), path, text, causes);
            case "qualified" -> MetadataRules.each(Formats.qualified(text), path, text, causes);
            case "portlabel" -> MetadataRules.each(Formats.label(text), path, text, causes);
            case "portname" -> MetadataRules.each(Formats.portName(text), path, text, causes);
            case "envname" -> MetadataRules.each(Formats.environmentName(text), path, text, causes);
            case "datakey" -> MetadataRules.each(Formats.configKey(text), path, text, causes);
            case "datakeys" -> dataKeys(value, path);
            case "labels" ->
                    MetadataRules.labels(value.object().orElse(JsonObject.empty()), path, causes);
            case "port" -> port(value, path);
            case "portorname" -> portOrName(value, path);
            case "nonnegative" -> atLeast(0, "must be greater than or equal to 0", value, path);
            case "positive" -> atLeast(1, "must be greater than 0", value, path);
            case "mode" -> mode(value, path);
            case "max" -> atMost(Long.parseLong(detail), value, path);
            case "maxitems" -> maxItems(Long.parseLong(detail), value, path);
            case "ip" -> ip(text, path);
            case "each:ip" -> {
                int index = 0;
                for (String item : value.array().orElse(JsonArray.empty()).texts()) {
                    ip(item, path + "[" + index++ + "]");
                }
            }
            case "unique" -> unique(detail, value, path, false);
            case "uniqueinvalid" -> unique(detail, value, path, true);
            case "intorpercent" -> intOrPercent(value, path);
            case "quantities" -> quantities(value, path);
            case "annotations", "finalizers" -> {}
            default -> throw new IllegalStateException("no rule is called " + word);
        }
    }

    private void enumeration(Schema field, String detail, Json value, String path) {
        List<String> supported =
                detail.isEmpty()
                        ? field.rules().array("enum").texts()
                        : List.of(detail.split("\\|"));
        if (!supported.contains(value.text().orElse(""))) {
            causes.unsupported(path, value, supported);
        }
    }

    private void dataKeys(Json value, String path) {
        for (String key : value.object().orElse(JsonObject.empty()).names()) {
            MetadataRules.each(Formats.configKey(key), path + "[" + key + "]", key, causes);
        }
    }

    private void port(Json value, String path) {
        long port = value.whole().orElse(0L);
        if (port < 1 || port > PORT_MAX) {
            causes.invalid(path, value, "must be between 1 and 65535, inclusive");
        }
    }

    private void portOrName(Json value, String path) {
        if (value instanceof JsonString text) {
            MetadataRules.each(Formats.portName(text.value()), path, text.value(), causes);
        } else {
            port(value, path);
        }
    }

    private void atLeast(long min, String message, Json value, String path) {
        if (value.whole().filter(it -> it < min).isPresent()) {
            causes.invalid(path, value, message);
        }
    }

    private void atMost(long max, Json value, String path) {
        if (value.whole().filter(it -> it > max || it < 0).isPresent()) {
            causes.invalid(path, value, "must be between 1 and " + max + ", inclusive");
        }
    }

    private void mode(Json value, String path) {
        if (value.whole().filter(it -> it < 0 || it > 0777).isPresent()) {
            causes.invalid(
                    path, value, "must be a number between 0 and 0777 (octal), both inclusive");
        }
    }

    private void maxItems(long max, Json value, String path) {
        int size = value.array().orElse(JsonArray.empty()).size();
        if (size > max) {
            causes.tooMany(path, size, max);
        }
    }

    private void ip(String text, String path) {
        if (!StringFormats.isIpv4(text) && !StringFormats.isIpv6(text)) {
            causes.invalid(
                    path,
                    Json.of(text),
                    "must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)");
        }
    }

    private void unique(String key, Json value, String path, boolean asInvalid) {
        var seen = new HashSet<String>();
        int index = 0;
        for (JsonObject item : value.array().orElse(JsonArray.empty()).objects()) {
            String here = path + "[" + index++ + "]." + key;
            String name = item.text(key).orElse("");
            if (!name.isEmpty() && !seen.add(name)) {
                if (asInvalid) {
                    causes.invalid(here, Json.of(name), "must be unique");
                } else {
                    causes.duplicate(here, Json.of(name));
                }
            }
        }
    }

    private void intOrPercent(Json value, String path) {
        if (value instanceof JsonString text && !text.value().matches("\\d{1,9}%")) {
            causes.invalid(
                    path,
                    value,
                    "a valid percent string must be a numeric string followed by an ending '%'"
                            + " (e.g. '1%',  or '93%', regex used for validation is '[0-9]+%')");
        } else {
            atLeast(0, "must be greater than or equal to 0", value, path);
        }
    }

    private void quantities(Json value, String path) {
        value.object()
                .orElse(JsonObject.empty())
                .forEach(
                        (name, amount) -> {
                            String here = path + "[" + name + "]";
                            MetadataRules.each(Formats.qualified(name), here, name, causes);
                            boolean negative =
                                    amount.text()
                                            .flatMap(Quantity::parse)
                                            .filter(it -> it.value().signum() < 0)
                                            .isPresent();
                            if (negative) {
                                causes.invalid(here, amount, "must be greater than or equal to 0");
                            }
                        });
    }
}
