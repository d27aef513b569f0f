import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryType;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;

/**
 * Loaded into a running platform by jcmd, for one look: what each thread has allocated, by the
 * JVM's own counters, and what the heap and the direct buffers hold. Leaves nothing behind.
 */
public final class ThreadBytes {
    private ThreadBytes() {}

    public static void agentmain(String file) throws Exception {
        var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        var lines = new ArrayList<String>();
        for (long id : threads.getAllThreadIds()) {
            var info = threads.getThreadInfo(id);
            if (info != null) {
                lines.add(threads.getThreadAllocatedBytes(id) + " " + info.getThreadName());
            }
        }
        if (file.endsWith(".full")) {
            System.gc();
            System.gc();
        }
        long heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
        long metadata = ManagementFactory.getMemoryPoolMXBeans().stream()
                .filter(pool -> pool.getType() == MemoryType.NON_HEAP)
                .mapToLong(pool -> pool.getUsage().getUsed()).sum();
        long direct = ManagementFactory.getPlatformMXBeans(java.lang.management.BufferPoolMXBean.class).stream()
                .mapToLong(java.lang.management.BufferPoolMXBean::getMemoryUsed).sum();
        lines.add(heap + " heap");
        lines.add(metadata + " metadata");
        lines.add(direct + " direct");
        for (var collector : ManagementFactory.getGarbageCollectorMXBeans()) {
            lines.add(collector.getCollectionTime() + " collecting " + collector.getName());
        }
        Path fresh = Path.of(file + ".new");
        Files.write(fresh, lines);
        Files.move(fresh, Path.of(file));
    }
}
