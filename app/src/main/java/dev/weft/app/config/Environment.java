package dev.weft.app.config;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The process's surroundings: variables, home folder, whether a person looks on. Immutable.
 *
 * @param onTerminal whether the output goes to a terminal
 */
public record Environment(Map<String, String> variables, Path home, boolean onTerminal) {
    private static final String USUAL_PATH =
            "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

    public Environment {
        variables = Map.copyOf(variables);
    }

    public static Environment ofProcess() {
        return new Environment(System.getenv(), home(System.getenv("HOME")), isTerminal());
    }

    /** What {@code ~} means to the user's shell and to kubectl; the JDK asks the accounts alone. */
    private static Path home(@Nullable String named) {
        boolean stands = named != null && named.startsWith("/");
        return Path.of(stands ? named : System.getProperty("user.home"));
    }

    public Optional<String> variable(String name) {
        return Optional.ofNullable(variables.get(name)).filter(value -> !value.isEmpty());
    }

    /** Where everything is kept unless the user says otherwise. */
    public Path defaultData() {
        return variable("WEFT_DATA").map(Path::of).orElse(home.resolve(".weft"));
    }

    /** See no-color.org: any value of NO_COLOR refuses colour. */
    public boolean allowsColour() {
        return onTerminal
                && variable("NO_COLOR").isEmpty()
                && !variable("TERM").orElse("dumb").equals("dumb");
    }

    /**
     * What the processes of pods are given of it: where programs are found, where their owner's
     * home is, in which language and at which time they are. Nothing else reaches them.
     */
    public Map<String, String> forProcesses() {
        var given = new LinkedHashMap<String, String>();
        given.put("PATH", USUAL_PATH);
        given.put("HOME", home.toString());
        for (String name : List.of("PATH", "LANG", "LC_ALL", "TZ")) {
            variable(name).ifPresent(value -> given.put(name, value));
        }
        return given;
    }

    /** A path as people like to read it, with {@code ~} for their home. */
    public String shorten(Path path) {
        Path whole = path.toAbsolutePath().normalize();
        return whole.startsWith(home) ? "~/" + home.relativize(whole) : whole.toString();
    }

    /** The JDK's own test for it costs the loading of its console; the kernel tells as well. */
    private static boolean isTerminal() {
        try {
            String target = Path.of("/proc/self/fd/1").toRealPath().toString();
            return target.startsWith("/dev/pts/") || target.startsWith("/dev/tty");
        } catch (java.io.IOException e) {
            return false;
        }
    }
}
