package dev.weft.api.request;

import dev.weft.api.ask.Terms;
import dev.weft.api.client.ApiException;
import dev.weft.api.client.Deletion;
import dev.weft.api.client.Deletion.Propagation;
import dev.weft.api.client.Reason;
import dev.weft.api.codec.JsonObject;
import dev.weft.api.schema.Admitted;
import dev.weft.api.schema.Cause;
import dev.weft.api.schema.FieldValidation;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Reads the options of writes and deletions, from parameters and bodies. */
final class Wishes {
    private static final String DELETE = "DeleteOptions";

    private Wishes() {}

    /**
     * @param options the kind whose parameters these are, for messages: {@code CreateOptions} …
     */
    static Terms terms(Request request, String options, List<String> duplicates) {
        Params params = request.params();
        FieldValidation validation =
                FieldValidation.named(params.text("fieldValidation"))
                        .orElseThrow(
                                () ->
                                        unsupported(
                                                options,
                                                "fieldValidation",
                                                params.text("fieldValidation"),
                                                "\"\", \"Ignore\", \"Strict\", \"Warn\""));
        boolean dryRun = dryRun(options, params.all("dryRun"));
        return new Terms(request.who(), dryRun, validation, duplicates, request.warnings());
    }

    /** Whether the body of a deletion asks for a dry run. */
    static boolean dryRun(JsonObject options) {
        return dryRun(DELETE, options.array("dryRun").texts());
    }

    private static boolean dryRun(String options, List<String> values) {
        for (String value : values) {
            if (!value.equals("All")) {
                throw unsupported(options, "dryRun", value, "\"All\"");
            }
        }
        return !values.isEmpty();
    }

    /**
     * How to delete.
     *
     * @param options the body, which says more than parameters can
     */
    static Deletion deletion(Params params, JsonObject options) {
        Optional<Long> seconds =
                options.whole("gracePeriodSeconds")
                        .or(() -> params.number("gracePeriodSeconds").stream().boxed().findFirst());
        if (seconds.filter(it -> it < 0).isPresent()) {
            // As Kubernetes does, which takes it for a wish to be as quick as is decent.
            seconds = Optional.of(1L);
        }
        return new Deletion(
                propagation(params, options),
                seconds.map(Duration::ofSeconds),
                options.text("preconditions", "uid").orElse(""),
                options.text("preconditions", "resourceVersion").orElse(""));
    }

    /** Whether anything was said about what happens to the objects that the deleted one owns. */
    static boolean saysPropagation(Params params, JsonObject options) {
        return options.has("propagationPolicy")
                || options.has("orphanDependents")
                || params.has("propagationPolicy")
                || params.has("orphanDependents");
    }

    private static Propagation propagation(Params params, JsonObject options) {
        String word =
                options.text("propagationPolicy").orElseGet(() -> params.text("propagationPolicy"));
        Optional<Boolean> orphans =
                options.flag("orphanDependents")
                        .or(
                                () ->
                                        params.has("orphanDependents")
                                                ? Optional.of(params.flag("orphanDependents"))
                                                : Optional.empty());
        if (!word.isEmpty() && orphans.isPresent()) {
            throw invalid(
                    DELETE,
                    new Cause(
                            Cause.INVALID,
                            "Invalid value: \""
                                    + word
                                    + "\": orphanDependents and deletionPropagation cannot be both"
                                    + " set",
                            "propagationPolicy"));
        }
        if (orphans.isPresent()) {
            return orphans.get() ? Propagation.ORPHAN : Propagation.BACKGROUND;
        }
        return switch (word) {
            case "", "Background" -> Propagation.BACKGROUND;
            case "Foreground" -> Propagation.FOREGROUND;
            case "Orphan" -> Propagation.ORPHAN;
            default ->
                    throw unsupported(
                            DELETE,
                            "propagationPolicy",
                            word,
                            "\"Foreground\", \"Background\", \"Orphan\", \"nil\"");
        };
    }

    static ApiException unsupported(String options, String field, String value, String known) {
        return invalid(
                options,
                new Cause(
                        Cause.NOT_SUPPORTED,
                        "Unsupported value: \"" + value + "\": supported values: " + known,
                        field));
    }

    static ApiException invalid(String options, Cause cause) {
        return Admitted.invalid("meta.k8s.io", options, "", List.of(cause));
    }

    static ApiException bad(String message) {
        return new ApiException(Reason.BAD_REQUEST, message);
    }
}
