package dev.weft.api.codec;

import java.util.List;

/** YAML as text. Any thread. */
public final class Yaml {
    private Yaml() {}

    /**
     * One document of a stream.
     *
     * @param line where it begins, from 1
     * @param duplicates the paths of fields that were given twice
     */
    public record Document(Json value, int line, List<String> duplicates) {}

    /**
     * The documents of a text, empty ones left out.
     *
     * @throws MalformedException where the text is no YAML; the message names the line
     */
    public static List<Document> read(String text) {
        return YamlReader.read(text);
    }

    /** The one document of a request's body. */
    public static Document readOne(byte[] bytes) {
        List<Document> all = read(new String(bytes, java.nio.charset.StandardCharsets.UTF_8));
        if (all.size() != 1) {
            throw new MalformedException(
                    "expected one YAML document, found " + (all.isEmpty() ? "none" : all.size()));
        }
        return all.getFirst();
    }

    /** The value as people read it: two spaces a level, lists not indented, texts plain. */
    public static String write(Json value) {
        return YamlWriter.write(value);
    }
}
