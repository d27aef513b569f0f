package dev.weft.api.model;

import dev.weft.api.codec.JsonObject;
import java.util.List;

/** One process of a pod, as its manifest describes it. */
public record Container(JsonObject tree) {
    /** A port that the process says it listens on. */
    public record Port(String name, int number, String protocol) {}

    public String name() {
        return tree.text("name").orElse("");
    }

    public String image() {
        return tree.text("image").orElse("");
    }

    public List<String> command() {
        return tree.array("command").texts();
    }

    public List<String> args() {
        return tree.array("args").texts();
    }

    public List<Port> ports() {
        return tree.array("ports").objects().stream()
                .map(
                        it ->
                                new Port(
                                        it.text("name").orElse(""),
                                        Math.toIntExact(it.whole("containerPort").orElse(0L)),
                                        it.text("protocol").orElse("TCP")))
                .toList();
    }
}
