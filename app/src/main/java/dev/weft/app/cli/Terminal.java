package dev.weft.app.cli;

import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/**
 * Where a command writes: results to the output, everything else to the error stream. Colour only
 * where a person looks and did not refuse it. Any thread.
 */
public final class Terminal {
    private final PrintStream out;
    private final PrintStream err;
    private final boolean colour;
    private final boolean quiet;

    /** What a stretch of text means. */
    public enum Tone {
        DONE("32"),
        WAITING("33"),
        FAILED("31"),
        INCIDENTAL("2"),
        STRONG("1");

        private final String code;

        Tone(String code) {
            this.code = code;
        }
    }

    public Terminal(PrintStream out, PrintStream err, boolean colour, boolean quiet) {
        this.out = out;
        this.err = err;
        this.colour = colour;
        this.quiet = quiet;
    }

    /** The process's own streams, in UTF-8 whatever the locale says. */
    static Terminal ofProcess(boolean colour, boolean quiet) {
        return new Terminal(stream(FileDescriptor.out), stream(FileDescriptor.err), colour, quiet);
    }

    private static PrintStream stream(FileDescriptor descriptor) {
        return new PrintStream(
                new BufferedOutputStream(new FileOutputStream(descriptor), 8192),
                false,
                StandardCharsets.UTF_8);
    }

    /** The stream for results. What is written appears at {@link #flush}. */
    public PrintStream out() {
        return out;
    }

    public void line(String text) {
        out.print(text);
        out.print('\n');
    }

    /** Something that is said beside the result; not in quiet. */
    public void note(String text) {
        if (!quiet) {
            warn(text);
        }
    }

    /** Something that is said beside the result, in any case. */
    public void warn(String text) {
        out.flush();
        err.print(text);
        err.print('\n');
        err.flush();
    }

    public String paint(Tone tone, String text) {
        return colour ? "\u001b[" + tone.code + "m" + text + "\u001b[0m" : text;
    }

    public boolean isQuiet() {
        return quiet;
    }

    public void flush() {
        out.flush();
        err.flush();
    }
}
