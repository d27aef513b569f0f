package dev.weft.machine.container;

import dev.weft.api.codec.JsonObject;
import dev.weft.api.model.Resource;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What a pod can be told about itself.
 *
 * @param address the pod's own
 */
public record Downward(
        Resource pod, String address, String hostIp, long memoryBytes, int processors) {
    /**
     * The value of a field by its path.
     *
     * @throws StartRefusal where a container cannot be told that
     */
    public String field(String path) {
        int bracket = path.indexOf("['");
        if (bracket > 0 && path.endsWith("']")) {
            String name = path.substring(bracket + 2, path.length() - 2);
            return switch (path.substring(0, bracket)) {
                case "metadata.labels" -> pod.labels().getOrDefault(name, "");
                case "metadata.annotations" -> pod.annotations().getOrDefault(name, "");
                default -> throw unknown(path);
            };
        }
        return switch (path) {
            case "metadata.name" -> pod.name();
            case "metadata.namespace" -> pod.namespace();
            case "metadata.uid" -> pod.uid();
            case "metadata.labels" -> lines(pod.labels());
            case "metadata.annotations" -> lines(pod.annotations());
            case "spec.nodeName" -> pod.spec().text("nodeName").orElse("");
            case "spec.serviceAccountName" ->
                    pod.spec().text("serviceAccountName").orElse("default");
            case "status.hostIP", "status.hostIPs" -> hostIp;
            case "status.podIP", "status.podIPs" -> address;
            default -> throw unknown(path);
        };
    }

    /** A bound or request of a container; without one, what the machine has. */
    public String resource(JsonObject reference, ContainerSpec own) {
        String of = reference.text("containerName").filter(it -> !it.isEmpty()).orElse(own.name());
        JsonObject resources =
                new PodSpec(pod)
                        .containers().stream()
                                .filter(it -> it.name().equals(of))
                                .findFirst()
                                .orElseThrow(
                                        () -> StartRefusal.config("there is no container " + of))
                                .tree()
                                .object("resources");
        String path = reference.text("resource").orElse("");
        String[] words = path.split("\\.", 2);
        if (words.length != 2) {
            throw unknown(path);
        }
        BigDecimal value =
                resources
                        .text(words[0], words[1])
                        .or(() -> whole(resources, words))
                        .or(() -> fallback(resources, words))
                        .map(Downward::quantity)
                        .orElseGet(() -> machine(path, words[1]));
        BigDecimal divisor =
                reference.text("divisor").map(Downward::quantity).orElse(BigDecimal.ONE);
        if (divisor.signum() == 0) {
            divisor = BigDecimal.ONE;
        }
        return value.divide(divisor, 0, RoundingMode.CEILING).toPlainString();
    }

    private static Optional<String> whole(JsonObject resources, String[] words) {
        return resources.whole(words[0], words[1]).map(String::valueOf);
    }

    private static Optional<String> fallback(JsonObject resources, String[] words) {
        return words[0].equals("requests") ? resources.text("limits", words[1]) : Optional.empty();
    }

    private BigDecimal machine(String path, String what) {
        return switch (what) {
            case "cpu" -> BigDecimal.valueOf(processors);
            case "memory" -> BigDecimal.valueOf(memoryBytes);
            case "ephemeral-storage" -> BigDecimal.ZERO;
            default -> throw unknown(path);
        };
    }

    /** A number as manifests write it: {@code 500m}, {@code 1.5Gi}, {@code 2e3}. */
    public static BigDecimal quantity(String text) {
        String number = text.strip();
        int end = number.length();
        while (end > 0 && !Character.isDigit(number.charAt(end - 1))) {
            end--;
        }
        String suffix = number.substring(end);
        try {
            BigDecimal value = new BigDecimal(number.substring(0, end));
            return value.multiply(factor(suffix));
        } catch (NumberFormatException e) {
            throw StartRefusal.config("'" + text + "' is no quantity");
        }
    }

    private static BigDecimal factor(String suffix) {
        return switch (suffix) {
            case "" -> BigDecimal.ONE;
            case "n" -> BigDecimal.ONE.movePointLeft(9);
            case "u" -> BigDecimal.ONE.movePointLeft(6);
            case "m" -> BigDecimal.ONE.movePointLeft(3);
            case "k", "M", "G", "T", "P", "E" ->
                    BigDecimal.TEN.pow(3 * (1 + "kMGTPE".indexOf(suffix)));
            case "Ki", "Mi", "Gi", "Ti", "Pi", "Ei" ->
                    BigDecimal.valueOf(1024).pow(1 + "KMGTPE".indexOf(suffix.charAt(0)));
            default -> throw new NumberFormatException(suffix);
        };
    }

    private static String lines(Map<String, String> map) {
        return map.entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .map(it -> it.getKey() + "=\"" + it.getValue() + "\"")
                .collect(Collectors.joining("\n"));
    }

    private static StartRefusal unknown(String path) {
        return StartRefusal.config("'" + path + "' is nothing that a container can be told");
    }
}
