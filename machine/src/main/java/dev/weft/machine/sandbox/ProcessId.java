package dev.weft.machine.sandbox;

/**
 * A process, beyond doubt: numbers are used again, a number with the tick at which its process
 * started is not, until the machine starts anew.
 */
record ProcessId(long pid, long startTicks) {
    /** As {@code pid ticks}; absent fields or other text give nothing. */
    static java.util.Optional<ProcessId> parse(String text) {
        String[] words = text.strip().split(" ");
        if (!text.endsWith("\n") || words.length != 2) {
            return java.util.Optional.empty();
        }
        try {
            return java.util.Optional.of(
                    new ProcessId(Long.parseLong(words[0]), Long.parseLong(words[1])));
        } catch (NumberFormatException e) {
            return java.util.Optional.empty();
        }
    }

    String text() {
        return pid + " " + startTicks + "\n";
    }
}
