package dev.weft.api.codec;

import dev.weft.api.codec.Yaml.Document;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.common.ScalarStyle;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/**
 * YAML as Kubernetes' tools read it: plain scalars by the rules of YAML 1.1 as Go's library has
 * them ({@code yes}, {@code on}, octal {@code 0644}), names always texts, {@code <<} merges.
 */
final class YamlReader {
    private static final int VALUES_MAX = 2_000_000;
    private static final int DEPTH_MAX = 500;
    private static final Pattern INTEGER =
            Pattern.compile("[-+]?(0|[1-9][0-9_]*|0o?[0-7_]+|0x[0-9a-fA-F_]+|0b[01_]+)");
    private static final Pattern DECIMAL =
            Pattern.compile("[-+]?(\\.[0-9]+|[0-9][0-9_]*(\\.[0-9]*)?)([eE][-+]?[0-9]+)?");

    private int left = VALUES_MAX;
    private final List<String> duplicates = new ArrayList<>();
    private final IdentityHashMap<Node, Boolean> open = new IdentityHashMap<>();

    private YamlReader() {}

    static List<Document> read(String text) {
        var settings =
                LoadSettings.builder()
                        .setAllowDuplicateKeys(true)
                        .setMaxAliasesForCollections(200)
                        .setCodePointLimit(64 << 20)
                        .setUseMarks(true)
                        .build();
        var documents = new ArrayList<Document>();
        try {
            for (Node node : new Compose(settings).composeAllFromString(text)) {
                var reader = new YamlReader();
                Json value = reader.value(node, "", 0);
                if (value != JsonNull.NULL) {
                    documents.add(new Document(value, line(node), List.copyOf(reader.duplicates)));
                }
            }
        } catch (MarkedYamlEngineException e) {
            String where =
                    e.getProblemMark()
                            .map(mark -> "yaml: line " + (mark.getLine() + 1) + ": ")
                            .orElse("yaml: ");
            throw new MalformedException(where + e.getProblem());
        } catch (YamlEngineException e) {
            throw new MalformedException("yaml: " + e.getMessage());
        } catch (StackOverflowError e) {
            throw new MalformedException("yaml: nested too deeply");
        }
        return documents;
    }

    private Json value(Node node, String path, int depth) {
        if (depth > DEPTH_MAX) {
            throw new MalformedException("yaml: line " + line(node) + ": nested too deeply");
        }
        if (--left < 0) {
            throw new MalformedException("yaml: document contains excessive aliasing");
        }
        return switch (node) {
            case ScalarNode scalar -> scalar(scalar);
            case SequenceNode list -> {
                enter(node);
                var items = new ArrayList<Json>();
                for (Node item : list.getValue()) {
                    items.add(value(item, path + "[" + items.size() + "]", depth + 1));
                }
                open.remove(node);
                yield JsonArray.of(items);
            }
            case MappingNode map -> {
                enter(node);
                Json object = object(map, path, depth);
                open.remove(node);
                yield object;
            }
            default ->
                    throw new MalformedException(
                            "yaml: line " + line(node) + ": unexpected " + node.getNodeType());
        };
    }

    private void enter(Node node) {
        if (open.put(node, true) != null) {
            throw new MalformedException("yaml: line " + line(node) + ": anchor contains itself");
        }
    }

    private JsonObject object(MappingNode map, String path, int depth) {
        var builder = JsonObject.builder();
        var given = new HashSet<String>();
        for (NodeTuple pair : map.getValue()) {
            if (isMerge(pair.getKeyNode())) {
                merge(pair.getValueNode(), path, depth, builder);
                continue;
            }
            String name = name(pair.getKeyNode());
            String here = path.isEmpty() ? name : path + "." + name;
            if (!given.add(name)) {
                duplicates.add(here);
            }
            builder.put(name, value(pair.getValueNode(), here, depth + 1));
        }
        return builder.build();
    }

    private void merge(Node from, String path, int depth, JsonObject.Builder into) {
        List<Node> sources = from instanceof SequenceNode list ? list.getValue() : List.of(from);
        for (Node source : sources) {
            JsonObject fields =
                    value(source, path, depth + 1)
                            .object()
                            .orElseThrow(
                                    () ->
                                            new MalformedException(
                                                    "yaml: line "
                                                            + line(source)
                                                            + ": map merge requires map or sequence"
                                                            + " of maps as the value"));
            for (Map.Entry<String, Json> field : entries(fields)) {
                if (!into.has(field.getKey())) {
                    into.put(field.getKey(), field.getValue());
                }
            }
        }
    }

    private static List<Map.Entry<String, Json>> entries(JsonObject object) {
        var entries = new ArrayList<Map.Entry<String, Json>>();
        object.forEach((name, value) -> entries.add(Map.entry(name, value)));
        return entries;
    }

    private static boolean isMerge(Node key) {
        return key instanceof ScalarNode scalar
                && scalar.getScalarStyle() == ScalarStyle.PLAIN
                && scalar.getValue().equals("<<");
    }

    private static String name(Node key) {
        if (!(key instanceof ScalarNode scalar)) {
            throw new MalformedException(
                    "yaml: line " + line(key) + ": a field's name must be a text");
        }
        return switch (scalar(scalar)) {
            case JsonString text -> text.value();
            case JsonNumber number -> number.toString();
            case JsonBoolean flag -> flag.toString();
            case JsonNull nothing -> "null";
            case JsonArray list -> list.toString();
            case JsonObject object -> object.toString();
        };
    }

    private static Json scalar(ScalarNode node) {
        String text = node.getValue();
        if (node.getScalarStyle() != ScalarStyle.PLAIN
                || node.getTag().getValue().equals("!")
                || node.getTag().getValue().equals("tag:yaml.org,2002:str") && isTagged(node)) {
            return new JsonString(text);
        }
        return plain(text);
    }

    /** The library resolves plain scalars to a tag of its own; only a written one counts. */
    private static boolean isTagged(ScalarNode node) {
        int width =
                node.getStartMark()
                        .flatMap(
                                start ->
                                        node.getEndMark()
                                                .map(end -> end.getIndex() - start.getIndex()))
                        .orElse(0);
        return width > node.getValue().length() + 2;
    }

    private static Json plain(String text) {
        return switch (text) {
            case "", "~", "null", "Null", "NULL" -> JsonNull.NULL;
            case "true", "True", "TRUE", "yes", "Yes", "YES", "on", "On", "ON" -> JsonBoolean.TRUE;
            case "false", "False", "FALSE", "no", "No", "NO", "off", "Off", "OFF" ->
                    JsonBoolean.FALSE;
            default -> number(text).orElseGet(() -> new JsonString(text));
        };
    }

    private static Optional<Json> number(String text) {
        char first = text.charAt(0);
        if (!(first >= '0' && first <= '9' || first == '-' || first == '+' || first == '.')) {
            return Optional.empty();
        }
        if (INTEGER.matcher(text).matches()) {
            return integer(text.replace("_", ""));
        }
        if (DECIMAL.matcher(text).matches() && text.length() < 400) {
            return decimal(text.replace("_", ""));
        }
        return Optional.empty();
    }

    private static Optional<Json> integer(String text) {
        boolean negative = text.startsWith("-");
        String digits = negative || text.startsWith("+") ? text.substring(1) : text;
        int radix = 10;
        if (digits.startsWith("0x")) {
            radix = 16;
            digits = digits.substring(2);
        } else if (digits.startsWith("0b")) {
            radix = 2;
            digits = digits.substring(2);
        } else if (digits.startsWith("0o")) {
            radix = 8;
            digits = digits.substring(2);
        } else if (digits.length() > 1 && digits.startsWith("0")) {
            radix = 8;
        }
        if (digits.isEmpty() || digits.length() > 400) {
            return Optional.empty();
        }
        var value = new BigInteger(digits, radix);
        if (negative) {
            value = value.negate();
        }
        return Optional.of(
                value.bitLength() < 64
                        ? JsonNumber.of(value.longValue())
                        : JsonNumber.of(new BigDecimal(value)));
    }

    private static Optional<Json> decimal(String text) {
        try {
            var value = new BigDecimal(text);
            boolean bounded = Math.abs((long) value.scale()) <= 400;
            return bounded ? Optional.of(JsonNumber.of(value)) : Optional.empty();
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }

    private static int line(Node node) {
        return node.getStartMark().map(mark -> mark.getLine() + 1).orElse(0);
    }
}
