package dev.weft.api.client;

import dev.weft.api.codec.Json;
import dev.weft.api.codec.JsonObject;

/** A change to an object, in one of the forms a Kubernetes API takes. */
public record Patch(Form form, Json body) {
    /** The forms and their content types. */
    public enum Form {
        JSON("application/json-patch+json"),
        MERGE("application/merge-patch+json"),
        STRATEGIC("application/strategic-merge-patch+json");

        private final String contentType;

        Form(String contentType) {
            this.contentType = contentType;
        }

        public String contentType() {
            return contentType;
        }
    }

    public static Patch merge(JsonObject body) {
        return new Patch(Form.MERGE, body);
    }
}
