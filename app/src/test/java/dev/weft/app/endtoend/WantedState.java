package dev.weft.app.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.api.codec.JsonObject;
import dev.weft.foundation.chance.Chance;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What a platform that is killed again and again has acknowledged, and so must still know. Any
 * thread writes while applies run; read when they have ended.
 */
final class WantedState {
    private static final String MAPS = "/api/v1/namespaces/default/configmaps";
    private static final String SERVICES = "/api/v1/namespaces/default/services";
    private static final String DEPLOYMENTS = "/apis/apps/v1/namespaces/default/deployments";
    private static final List<String> NAMES = List.of("one", "two", "three");

    /** What nobody else on this machine sleeps for, so that these processes can be told apart. */
    private final long seconds;

    private final Chance chance;
    private final Map<String, String> addresses = new TreeMap<>();
    private final Map<String, String> acknowledged = new ConcurrentHashMap<>();
    private final Set<String> asked = ConcurrentHashMap.newKeySet();
    private final Set<Long> versions = ConcurrentHashMap.newKeySet();
    private long seen;

    WantedState(Chance chance) {
        this.chance = chance;
        this.seconds = 1_000_000 + chance.below(1_000_000_000);
    }

    /** Makes the deployments whose scale is then changed all the time. */
    void begin(WeftUp weft) throws IOException, InterruptedException {
        for (String name : NAMES) {
            var answer = weft.ask("POST", DEPLOYMENTS, "application/json", deployment(name));
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
            var service = weft.ask("POST", SERVICES, "application/json", service(name));
            assertThat(service.statusCode()).as(service.body()).isEqualTo(201);
        }
        addresses.putAll(clusterAddresses(weft));
        assertThat(addresses).hasSize(NAMES.size());
    }

    /** No Service has lost its address, and no two share one. */
    void checkAddresses(WeftUp weft) throws IOException, InterruptedException {
        assertThat(clusterAddresses(weft)).isEqualTo(addresses);
        assertThat(addresses.values()).doesNotHaveDuplicates().doesNotContain("");
    }

    private static Map<String, String> clusterAddresses(WeftUp weft)
            throws IOException, InterruptedException {
        Map<String, String> found = new TreeMap<>();
        for (JsonObject service : weft.read(SERVICES).array("items").objects()) {
            String name = service.text("metadata", "name").orElse("");
            if (NAMES.contains(name)) {
                found.put(name, service.text("spec", "clusterIP").orElse(""));
            }
        }
        return found;
    }

    private static String service(String name) {
        return """
        {"metadata":{"name":"%1$s"},
         "spec":{"selector":{"app":"%1$s"},"ports":[{"port":80}]}}\
        """
                .formatted(name);
    }

    /** Applies that go on until the platform dies. */
    Applies keepApplying(WeftUp weft) {
        return new Applies(weft, this, chance.fork());
    }

    void makeMap(WeftUp weft, String name) throws IOException, InterruptedException {
        asked.add(name);
        var answer =
                weft.ask(
                        "POST",
                        MAPS,
                        "application/json",
                        "{\"metadata\":{\"name\":\"%s\"},\"data\":{\"v\":\"%s\"}}"
                                .formatted(name, "of " + name));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
        acknowledged.put(name, "of " + name);
        long version = version(answer.body());
        assertThat(versions.add(version)).as("version %d is issued once", version).isTrue();
    }

    void scale(WeftUp weft, Chance chance) throws IOException, InterruptedException {
        var answer =
                weft.ask(
                        "PATCH",
                        DEPLOYMENTS + "/" + chance.pick(NAMES),
                        "application/merge-patch+json",
                        "{\"spec\":{\"replicas\":" + chance.below(3) + "}}");
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    }

    /** Everything that was acknowledged is there and whole, and nothing that nobody asked for. */
    void checkObjects(WeftUp weft) throws IOException, InterruptedException {
        JsonObject list = weft.read(MAPS);
        Map<String, String> there = new HashMap<>();
        for (JsonObject map : list.array("items").objects()) {
            there.put(
                    map.text("metadata", "name").orElse(""),
                    map.text("data", "v").orElse("(half-written)"));
        }
        assertThat(there).containsAllEntriesOf(acknowledged);
        there.forEach((name, value) -> assertThat(value).isEqualTo("of " + name));
        assertThat(asked).containsAll(there.keySet());
        long now = Long.parseLong(list.text("metadata", "resourceVersion").orElse("0"));
        assertThat(versions).allMatch(it -> it <= now);
        assertThat(now).isGreaterThanOrEqualTo(seen);
    }

    /** A watch from before the kill goes on, or is told that it cannot. */
    void checkWatch(WeftUp weft) throws IOException, InterruptedException {
        String path = MAPS + "?watch=1&timeoutSeconds=1&resourceVersion=";
        if (seen > 0) {
            var old = weft.ask("GET", path + seen, "", "");
            assertThat(old.statusCode()).isIn(200, 410);
            assertThat(old.body()).contains("\"code\":410");
        }
        seen = Long.parseLong(weft.read(MAPS).text("metadata", "resourceVersion").orElse("0"));
    }

    /** Each deployment has the processes that its scale says, and no other is left. */
    void checkProcesses(WeftUp weft) {
        Map<String, Long> wanted = new TreeMap<>();
        try {
            for (JsonObject deployment : weft.read(DEPLOYMENTS).array("items").objects()) {
                long replicas = deployment.whole("spec", "replicas").orElse(0L);
                if (replicas > 0) {
                    wanted.put(deployment.text("metadata", "name").orElse(""), replicas);
                }
            }
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(e);
        }
        Map<String, Long> running = new TreeMap<>();
        processes().forEach(name -> running.merge(name, 1L, Long::sum));
        assertThat(running).isEqualTo(wanted);
    }

    /** The name of the deployment of each process that runs. */
    List<String> processes() {
        var found = new ArrayList<String>();
        var sleeps = new HashMap<String, String>();
        NAMES.forEach(name -> sleeps.put(sleep(name), name));
        ProcessHandle.allProcesses()
                .forEach(
                        process ->
                                process.info()
                                        .arguments()
                                        .filter(it -> it.length == 1 && isSleep(process))
                                        .map(it -> sleeps.get(it[0]))
                                        .ifPresent(found::add));
        return found;
    }

    private static boolean isSleep(ProcessHandle process) {
        return process.info().command().filter(it -> it.endsWith("sleep")).isPresent();
    }

    private String sleep(String name) {
        return Long.toString(seconds + NAMES.indexOf(name));
    }

    private String deployment(String name) {
        return """
        {"metadata":{"name":"%s"},"spec":{"replicas":1,
         "selector":{"matchLabels":{"app":"%s"}},
         "template":{"metadata":{"labels":{"app":"%s"}},
          "spec":{"terminationGracePeriodSeconds":1,
           "containers":[{"name":"c","image":"weft.dev/host",
            "command":["/bin/sleep","%s"]}]}}}}
        """
                .formatted(name, name, name, sleep(name));
    }

    private static long version(String body) {
        return Long.parseLong(WeftUp.tree(body).text("metadata", "resourceVersion").orElse("0"));
    }

    Set<String> acknowledged() {
        return new HashSet<>(acknowledged.keySet());
    }
}
