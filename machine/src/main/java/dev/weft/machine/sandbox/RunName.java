package dev.weft.machine.sandbox;

/**
 * Which run: of which container of which pod, and the how manyth. There is never a second one of
 * the same name.
 *
 * @param pod the pod's uid
 */
public record RunName(String pod, String container, int attempt) implements Comparable<RunName> {
    public RunName {
        if (!pod.matches("[A-Za-z0-9-]{1,64}")) {
            throw new IllegalArgumentException("pod: '" + pod + "' (expected: a uid)");
        }
        if (!container.matches("[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?")) {
            throw new IllegalArgumentException("container: '" + container + "' (expected: a name)");
        }
        if (attempt < 0) {
            throw new IllegalArgumentException("attempt: " + attempt + " (expected: >= 0)");
        }
    }

    /** As one word that can name a directory. */
    public String word() {
        return pod + "." + container + "." + attempt;
    }

    @Override
    public int compareTo(RunName other) {
        int byPod = pod.compareTo(other.pod);
        int byContainer = byPod != 0 ? byPod : container.compareTo(other.container);
        return byContainer != 0 ? byContainer : Integer.compare(attempt, other.attempt);
    }

    @Override
    public String toString() {
        return word();
    }
}
