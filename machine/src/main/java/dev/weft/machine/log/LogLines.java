package dev.weft.machine.log;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Takes the lines of log files apart and writes of them what was asked for. One thread. */
final class LogLines {
    private final OutputStream out;
    private final boolean timestamps;
    private final byte[] since;
    private final byte[] head = new byte[LogLine.TEXT_AT];
    private long bytesLeft;
    private int column;
    private boolean goesOn;
    private boolean wanted;

    LogLines(LogQuery query, OutputStream out) {
        this.out = out;
        this.timestamps = query.timestamps();
        this.since =
                query.since()
                        .map(it -> LogLine.time(it).getBytes(StandardCharsets.US_ASCII))
                        .orElse(new byte[0]);
        this.bytesLeft = query.bytesMax().orElse(Long.MAX_VALUE);
    }

    /** Whether as many bytes were written as were allowed. */
    boolean isFull() {
        return bytesLeft <= 0;
    }

    void accept(byte[] bytes, int length) throws IOException {
        int at = 0;
        while (at < length && !isFull()) {
            if (column < LogLine.TEXT_AT) {
                int some = Math.min(LogLine.TEXT_AT - column, length - at);
                System.arraycopy(bytes, at, head, column, some);
                column += some;
                at += some;
                if (column == LogLine.TEXT_AT) {
                    begin();
                }
                continue;
            }
            int end = at;
            while (end < length && bytes[end] != '\n') {
                end++;
            }
            write(bytes, at, end - at);
            column += end - at;
            at = end;
            if (at < length) {
                end();
                at++;
            }
        }
    }

    private void begin() throws IOException {
        wanted = since.length == 0 || compareTime() >= 0;
        if (timestamps && !goesOn) {
            write(head, 0, LogLine.TIME_WIDTH + 1);
        }
    }

    private void end() throws IOException {
        goesOn = head[LogLine.TAG_AT] == 'P';
        if (!goesOn) {
            write(new byte[] {'\n'}, 0, 1);
        }
        column = 0;
    }

    private int compareTime() {
        return Arrays.compare(head, 0, LogLine.TIME_WIDTH, since, 0, LogLine.TIME_WIDTH);
    }

    private void write(byte[] bytes, int from, int length) throws IOException {
        if (!wanted || length == 0) {
            return;
        }
        int some = (int) Math.min(length, bytesLeft);
        out.write(bytes, from, some);
        bytesLeft -= some;
    }
}
