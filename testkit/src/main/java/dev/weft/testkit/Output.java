package dev.weft.testkit;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a process has written so far. Any thread. Of much output the beginning and the end are kept.
 */
public final class Output {
    private static final int HEAD_MOST = 1 << 20;
    private static final int TAIL_MOST = 1 << 20;

    private final StringBuilder head = new StringBuilder();
    private final StringBuilder tail = new StringBuilder();
    private long left;
    private boolean ended;

    /** Reads until the end of the stream. */
    void drain(InputStream in) {
        try (in) {
            byte[] buffer = new byte[8192];
            byte[] rest = new byte[0];
            int read;
            while ((read = in.read(buffer)) >= 0) {
                byte[] all = new byte[rest.length + read];
                System.arraycopy(rest, 0, all, 0, rest.length);
                System.arraycopy(buffer, 0, all, rest.length, read);
                int whole = wholeCharacters(all);
                append(new String(all, 0, whole, StandardCharsets.UTF_8));
                rest = java.util.Arrays.copyOfRange(all, whole, all.length);
            }
            append(new String(rest, StandardCharsets.UTF_8));
        } catch (IOException e) {
            append("\n[reading ended: " + e.getMessage() + "]\n");
        } finally {
            end();
        }
    }

    public synchronized String text() {
        return left == 0
                ? head.toString() + tail
                : head + "\n[" + left + " characters left out]\n" + tail;
    }

    /** Waits for a line that matches. */
    public Matcher await(String regex) {
        return await(Duration.ofSeconds(60), regex);
    }

    public Matcher await(Duration limit, String regex) {
        Pattern pattern = Pattern.compile(regex, Pattern.MULTILINE);
        long deadline = System.nanoTime() + limit.toNanos();
        while (true) {
            Optional<Matcher> found = find(pattern);
            if (found.isPresent()) {
                return found.get();
            }
            if (!waitForMore(deadline)) {
                throw new AssertionError(
                        "no /" + regex + "/ within " + limit + " in this output:\n" + text());
            }
        }
    }

    synchronized void awaitEnd(long deadline) {
        while (!ended && System.nanoTime() - deadline < 0) {
            pause(deadline);
        }
    }

    private Optional<Matcher> find(Pattern pattern) {
        Matcher matcher = pattern.matcher(text());
        return matcher.find() ? Optional.of(matcher) : Optional.empty();
    }

    private synchronized boolean waitForMore(long deadline) {
        long before = head.length() + tail.length() + left;
        while (before == head.length() + tail.length() + left) {
            if (ended || System.nanoTime() - deadline > 0) {
                return false;
            }
            pause(deadline);
        }
        return true;
    }

    private void pause(long deadline) {
        long millis = Math.max(1, Math.min(100, (deadline - System.nanoTime()) / 1_000_000));
        try {
            wait(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted while waiting for a process", e);
        }
    }

    private synchronized void append(String text) {
        int fits = Math.min(text.length(), HEAD_MOST - head.length());
        head.append(text, 0, fits);
        tail.append(text, fits, text.length());
        if (tail.length() > 2 * TAIL_MOST) {
            left += tail.length() - TAIL_MOST;
            tail.delete(0, tail.length() - TAIL_MOST);
        }
        notifyAll();
    }

    private synchronized void end() {
        ended = true;
        notifyAll();
    }

    private static int wholeCharacters(byte[] bytes) {
        int end = bytes.length;
        int back = 0;
        while (back < 3 && end - back > 0 && (bytes[end - back - 1] & 0xC0) == 0x80) {
            back++;
        }
        if (end - back > 0 && (bytes[end - back - 1] & 0xC0) == 0xC0) {
            int first = bytes[end - back - 1] & 0xFF;
            int length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
            return length == back + 1 ? end : end - back - 1;
        }
        return end;
    }
}
