package dev.weft.mesh.compile;

import dev.weft.api.model.Key;
import dev.weft.api.model.Resource;
import dev.weft.api.model.Service;
import dev.weft.mesh.intent.Speech;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What routing needs of a Service.
 *
 * @param addresses its cluster addresses; none where it is headless
 */
record ServiceFacts(Key key, boolean external, List<String> addresses, List<Port> ports) {
    private static final Pattern LABEL = Pattern.compile("[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?");
    private static final Pattern NUMERIC =
            Pattern.compile("\\d{1,3}(\\.\\d{1,3}){3}|[0-9a-fA-F:.]*:[0-9a-fA-F:.]*");
    private static final int USUAL_PORT = 80;

    ServiceFacts {
        addresses = List.copyOf(addresses);
        ports = List.copyOf(ports);
    }

    /**
     * One port, by the number that callers use.
     *
     * @param http2 whether its endpoints speak HTTP/2 in clear
     */
    record Port(String name, int number, Speech speech, boolean http2) {
        // By hand, as that of Key: each start asks for it.
        @Override
        public boolean equals(Object other) {
            return other instanceof Port it
                    && number == it.number
                    && http2 == it.http2
                    && speech == it.speech
                    && name.equals(it.name);
        }

        @Override
        public int hashCode() {
            return 31 * (31 * name.hashCode() + number)
                    + 31 * speech.hashCode()
                    + Boolean.hashCode(http2);
        }

        /** Whether requests of HTTP are served. */
        boolean mayBeHttp() {
            return speech == Speech.HTTP || speech == Speech.UNDECLARED;
        }

        /** As people tell the ports of a Service apart. */
        String label() {
            return name.isEmpty() ? Integer.toString(number) : name;
        }
    }

    /** Nothing for an object that no API with a schema would have let in. */
    static Optional<ServiceFacts> of(Resource resource) {
        if (!LABEL.matcher(resource.name()).matches()
                || !LABEL.matcher(resource.namespace()).matches()) {
            return Optional.empty();
        }
        var service = new Service(resource);
        var ports = new ArrayList<Port>();
        for (Service.Port port : service.ports()) {
            long number = port.tree().whole("port").orElse(0L);
            boolean known = ports.stream().anyMatch(it -> it.number() == number);
            if (number >= 1 && number <= 65535 && !known) {
                Speech speech = Speech.of(service, port);
                if (speech != Speech.OTHER) {
                    ports.add(new Port(port.name(), (int) number, speech, Speech.isHttp2(port)));
                }
            }
        }
        List<String> addresses =
                service.clusterIp().filter(it -> NUMERIC.matcher(it).matches()).stream().toList();
        return Optional.of(
                new ServiceFacts(
                        resource.key(), service.type().equals("ExternalName"), addresses, ports));
    }

    Optional<Port> port(int number) {
        return ports.stream().filter(port -> port.number() == number).findFirst();
    }

    /**
     * The port that a caller who names none means: 80, else the first that speaks HTTP, else the
     * first that may.
     */
    Optional<Port> usualPort() {
        return port(USUAL_PORT)
                .filter(Port::mayBeHttp)
                .or(() -> ports.stream().filter(port -> port.speech() == Speech.HTTP).findFirst())
                .or(() -> ports.stream().filter(Port::mayBeHttp).findFirst())
                .or(() -> ports.stream().findFirst());
    }
}
