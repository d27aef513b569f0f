import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/** Files of which one thread waits to read: who is asked when something has come. */
final class Loop {
    interface Reader {
        /** Something can be read, or could a moment ago. */
        void read() throws IOException;
    }

    private final int poll = Kernel.poll();
    private final MemorySegment events = Kernel.events(64);
    private Reader[] readers = new Reader[256];

    Loop() throws IOException {}

    void watch(int file, Reader reader) throws IOException {
        if (file >= readers.length) {
            readers = Arrays.copyOf(readers, file * 2);
        }
        readers[file] = reader;
        Kernel.watch(poll, file);
    }

    void close(int file) {
        readers[file] = null;
        Kernel.close(file);
    }

    /** Reads what has come; waits for so many nanoseconds at most, not at all for 0, without end below 0. */
    void turn(long nanos) throws IOException {
        int count = Kernel.ready(poll, events, nanos);
        for (int i = 0; i < count; i++) {
            Reader reader = readers[Kernel.file(events, i)];
            if (reader != null) {
                reader.read();
            }
        }
    }
}
