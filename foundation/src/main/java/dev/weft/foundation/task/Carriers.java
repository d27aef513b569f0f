package dev.weft.foundation.task;

/**
 * How many threads of the machine carry the virtual ones. The JDK's own choice, one per core, lets
 * as few computations as there are cores hold up every other virtual thread until they are done: a
 * virtual thread gives way only where it waits. With one to spare the kernel divides the time, and
 * whatever answers people goes on.
 */
public final class Carriers {
    static final String SETTING = "jdk.virtualThreadScheduler.parallelism";
    private static final int SPARE = 1;

    private Carriers() {}

    /** To be called before the first virtual thread of the process; later it does nothing. */
    public static void keepOneToSpare() {
        if (System.getProperty(SETTING) == null) {
            int carriers = Runtime.getRuntime().availableProcessors() + SPARE;
            System.setProperty(SETTING, Integer.toString(carriers));
        }
    }
}
