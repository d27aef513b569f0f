package dev.weft.api.schema;

import dev.weft.api.codec.Json;
import dev.weft.api.codec.JsonObject;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;

/** What must be true of the metadata of every object, built-in or custom. Any thread. */
public final class MetadataRules {
    private static final int ANNOTATIONS_MAX = 256 * 1024;

    private MetadataRules() {}

    /**
     * What is wrong with metadata.
     *
     * @param path where the metadata stands: {@code metadata}
     * @param nameForm the form that the kind's names must have
     */
    public static void check(
            JsonObject metadata,
            String path,
            boolean namespaced,
            Function<String, List<String>> nameForm,
            Causes causes) {
        String name = metadata.text("name").orElse("");
        String prefix = metadata.text("generateName").orElse("");
        if (!prefix.isEmpty()) {
            String trial =
                    prefix.endsWith("-") ? prefix.substring(0, prefix.length() - 1) + "a" : prefix;
            each(nameForm.apply(trial), path + ".generateName", prefix, causes);
        }
        if (!name.isEmpty()) {
            each(nameForm.apply(name), path + ".name", name, causes);
        } else if (prefix.isEmpty()) {
            causes.required(path + ".name", "name or generateName is required");
        }
        String namespace = metadata.text("namespace").orElse("");
        if (!namespaced && !namespace.isEmpty()) {
            causes.forbidden(path + ".namespace", "not allowed on this type");
        } else if (namespaced && !namespace.isEmpty()) {
            each(Formats.label(namespace), path + ".namespace", namespace, causes);
        }
        labels(metadata.object("labels"), path + ".labels", causes);
        annotations(metadata, path + ".annotations", causes);
        owners(metadata, path + ".ownerReferences", causes);
        for (String finalizer : metadata.array("finalizers").texts()) {
            each(Formats.qualified(finalizer), path + ".finalizers", finalizer, causes);
        }
    }

    /** What is wrong with the metadata of a pod template: labels and annotations alone count. */
    static void checkTemplate(JsonObject metadata, String path, Causes causes) {
        labels(metadata.object("labels"), path + ".labels", causes);
        annotations(metadata, path + ".annotations", causes);
    }

    static void labels(JsonObject labels, String path, Causes causes) {
        labels.forEach(
                (key, value) -> {
                    each(Formats.qualified(key), path, key, causes);
                    String text = value.text().orElse("");
                    each(Formats.labelValue(text), path, text, causes);
                });
    }

    private static void annotations(JsonObject metadata, String path, Causes causes) {
        long size = 0;
        for (Map.Entry<String, String> entry : metadata.texts("annotations").entrySet()) {
            each(
                    Formats.qualified(entry.getKey().toLowerCase(Locale.ROOT)),
                    path,
                    entry.getKey(),
                    causes);
            size += Formats.bytes(entry.getKey()) + Formats.bytes(entry.getValue());
        }
        if (size > ANNOTATIONS_MAX) {
            causes.tooLong(path, "may not be more than " + ANNOTATIONS_MAX + " bytes");
        }
    }

    private static void owners(JsonObject metadata, String path, Causes causes) {
        String controller = "";
        int index = 0;
        for (JsonObject owner : metadata.array("ownerReferences").objects()) {
            String here = path + "[" + index++ + "]";
            for (String field : List.of("apiVersion", "kind", "name", "uid")) {
                if (owner.text(field).orElse("").isEmpty()) {
                    causes.required(here + "." + field, "must not be empty");
                }
            }
            if (owner.flag("controller").orElse(false)) {
                String name = owner.text("kind").orElse("") + "/" + owner.text("name").orElse("");
                if (!controller.isEmpty()) {
                    causes.invalid(
                            path,
                            metadata.array("ownerReferences"),
                            "Only one reference can have Controller set to true. Found \"true\" in"
                                    + " references for "
                                    + controller
                                    + " and "
                                    + name);
                }
                controller = name;
            }
        }
    }

    static void each(List<String> wrong, String path, String value, Causes causes) {
        wrong.forEach(message -> causes.invalid(path, Json.of(value), message));
    }
}
