package dev.weft.mesh.outbound;

import dev.weft.api.codec.Json;
import dev.weft.api.codec.JsonObject;
import dev.weft.api.model.Resource;
import dev.weft.api.model.ResourceType;
import dev.weft.api.model.Types;
import dev.weft.dataplane.route.entrance.Outward;
import dev.weft.mesh.intent.Listing;
import dev.weft.mesh.intent.Remark;
import dev.weft.mesh.intent.Source;
import dev.weft.mesh.intent.Translated;
import dev.weft.mesh.intent.Translation;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Translates an OutboundPolicy. Any thread. One of which a line cannot be understood is not carried
 * out at all.
 */
public final class OutboundPolicies implements Translation {
    private static final Set<Integer> USUAL_PORTS = Set.of(80, 443);

    /** What was read of a policy, and what of it cannot be carried out. */
    private record Read(List<Outward.Allowed> lines, List<String> problems) {}

    @Override
    public ResourceType type() {
        return Types.OUTBOUND_POLICY;
    }

    @Override
    public Translated translate(Resource policy) {
        Read read = read(policy);
        if (!read.problems.isEmpty()) {
            return new Translated(
                    List.of(),
                    read.problems.stream().map(it -> new Remark("Invalid", it)).toList());
        }
        return new Translated(List.of(new Listing(Source.of(policy), read.lines)), List.of());
    }

    /** What of a policy cannot be carried out, with the path of each field. */
    static List<String> problems(Resource policy) {
        return read(policy).problems;
    }

    private static Read read(Resource policy) {
        var lines = new ArrayList<Outward.Allowed>();
        var problems = new ArrayList<String>();
        String by = "OutboundPolicy " + policy.key();
        Set<String> callers = Set.copyOf(policy.spec().array("callers").texts());
        int entry = 0;
        for (JsonObject allow : policy.spec().array("allow").objects()) {
            String at = "spec.allow[" + entry++ + "]";
            Set<Integer> ports = ports(allow);
            int index = 0;
            for (String host : allow.array("hosts").texts()) {
                String field = at + ".hosts[" + index++ + "]";
                try {
                    String name = host.toLowerCase(Locale.ROOT);
                    lines.add(new Outward.Allowed(by, name, ports, callers));
                } catch (IllegalArgumentException e) {
                    problems.add(field + ": " + e.getMessage());
                }
            }
        }
        return new Read(lines, problems);
    }

    private static Set<Integer> ports(JsonObject allow) {
        var ports = new HashSet<Integer>();
        for (Json port : allow.array("ports").items()) {
            port.whole()
                    .filter(it -> it >= 0 && it <= 65_536)
                    .ifPresent(it -> ports.add(it.intValue()));
        }
        return ports.isEmpty() ? USUAL_PORTS : ports;
    }
}
