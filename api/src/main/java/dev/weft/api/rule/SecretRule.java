package dev.weft.api.rule;

import dev.weft.api.ask.Target;
import dev.weft.api.ask.Terms;
import dev.weft.api.codec.Json;
import dev.weft.api.codec.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** What is given as text in a secret is kept as the bytes of that text. */
final class SecretRule implements KindRule {
    @Override
    public JsonObject onCreate(Target target, JsonObject tree, Terms terms) {
        return encoded(tree);
    }

    @Override
    public JsonObject onUpdate(Target target, JsonObject current, JsonObject next, Terms terms) {
        return encoded(next);
    }

    private static JsonObject encoded(JsonObject tree) {
        if (!tree.has("stringData")) {
            return tree;
        }
        JsonObject result = tree.without("stringData");
        JsonObject texts = tree.object("stringData");
        for (String name : texts.names()) {
            byte[] bytes = texts.text(name).orElse("").getBytes(StandardCharsets.UTF_8);
            result =
                    result.withAt(Json.of(Base64.getEncoder().encodeToString(bytes)), "data", name);
        }
        return result;
    }
}
