package dev.weft.dataplane.http.body;

/** How much an endpoint has informed about one answer: its caller may take none of it. Its loop. */
public final class Hints {
    private static final int COUNT_MAX = 16;
    private static final int BYTES_MAX = 64 * 1024;

    private int count;
    private int bytes;

    public void begin() {
        count = 0;
        bytes = 0;
    }

    /** One more head came, of so many bytes; returns whether it was too much. */
    public boolean tooMuch(int length) {
        count++;
        bytes += length;
        return count > COUNT_MAX || bytes > BYTES_MAX;
    }
}
