package dev.weft.machine.log;

/**
 * How much of one run's output is kept.
 *
 * @param fileBytesMax a file that would grow beyond it is set aside and a new one begun
 * @param filesMax how many files there are at most, with the one being written
 */
public record LogBounds(long fileBytesMax, int filesMax) {
    /** What Kubernetes' nodes keep: five files of ten mebibytes. */
    public static final LogBounds USUAL = new LogBounds(10L << 20, 5);

    public LogBounds {
        if (fileBytesMax < 1024) {
            throw new IllegalArgumentException(
                    "fileBytesMax: " + fileBytesMax + " (expected: >= 1024)");
        }
        if (filesMax < 2) {
            // The place where the spool was left is known from the newest file set aside.
            throw new IllegalArgumentException("filesMax: " + filesMax + " (expected: >= 2)");
        }
    }
}
