package dev.weft.machine.sandbox;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The processes of this machine, as the kernel lists them under {@code /proc}. Any thread. */
final class ProcessTable {
    private static final Path PROC = Path.of("/proc");

    /** One line of the table. */
    record Entry(ProcessId id, long parent, long session, boolean alive) {
        long pid() {
            return id.pid();
        }
    }

    private ProcessTable() {}

    /** Which start of the machine this is: after the next one no process of now is left. */
    static String bootId() {
        try {
            return Files.readString(PROC.resolve("sys/kernel/random/boot_id")).strip();
        } catch (IOException e) {
            throw new SandboxException(
                    SandboxException.Kind.NOT_SUPPORTED, "cannot read /proc: " + e.getMessage(), e);
        }
    }

    static Optional<Entry> entry(long pid) {
        try {
            return parse(Files.readString(stat(pid), StandardCharsets.ISO_8859_1));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** Whether that very process is there and has not ended. */
    static boolean isAlive(ProcessId id) {
        return entry(id.pid()).filter(it -> it.id().equals(id) && it.alive()).isPresent();
    }

    static List<Entry> all() {
        var entries = new ArrayList<Entry>(256);
        for (long pid : pids()) {
            entry(pid).ifPresent(entries::add);
        }
        return entries;
    }

    static List<Long> pids() {
        String[] names = PROC.toFile().list();
        if (names == null) {
            throw new SandboxException(SandboxException.Kind.FAILED, "cannot list /proc");
        }
        var pids = new ArrayList<Long>(256);
        for (String name : names) {
            if (Character.isDigit(name.charAt(0))) {
                pids.add(Long.parseLong(name));
            }
        }
        return pids;
    }

    /** The value of a variable in a process' environment, as it was when its program began. */
    static Optional<String> variable(long pid, String name) {
        String environment;
        try {
            environment =
                    Files.readString(PROC.resolve(pid + "/environ"), StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            return Optional.empty();
        }
        String mark = "\0" + name + "=";
        int at = ("\0" + environment).indexOf(mark);
        if (at < 0) {
            return Optional.empty();
        }
        int from = at + mark.length() - 1;
        int end = environment.indexOf('\0', from);
        return Optional.of(environment.substring(from, end < 0 ? environment.length() : end));
    }

    /**
     * The living processes that belong to a run: those that carry its token, those of its session,
     * and whatever these started.
     *
     * @param variable the name under which it is carried
     * @param supervisor the session's leader, which does not itself count
     */
    static Set<ProcessId> members(String variable, String token, Optional<ProcessId> supervisor) {
        List<Entry> entries = all();
        long session = supervisor.map(it -> sessionOf(it, entries)).orElse(-1L);
        var pids = new HashSet<Long>();
        supervisor.filter(it -> session >= 0).ifPresent(it -> pids.add(it.pid()));
        for (Entry entry : entries) {
            if (entry.session() == session
                    || variable(entry.pid(), variable).filter(token::equals).isPresent()) {
                pids.add(entry.pid());
            }
        }
        boolean grown = !pids.isEmpty();
        while (grown) {
            grown = false;
            for (Entry entry : entries) {
                grown |= pids.contains(entry.parent()) && pids.add(entry.pid());
            }
        }
        var members = new HashSet<ProcessId>();
        for (Entry entry : entries) {
            boolean leads = supervisor.filter(entry.id()::equals).isPresent();
            if (pids.contains(entry.pid()) && entry.alive() && !leads) {
                members.add(entry.id());
            }
        }
        return members;
    }

    /**
     * The number of the supervisor's session, or -1 where it has none left: a number is not used
     * again while a process of that session lives, so another process under it means that all are
     * gone.
     */
    private static long sessionOf(ProcessId supervisor, List<Entry> entries) {
        for (Entry entry : entries) {
            if (entry.pid() == supervisor.pid()) {
                return entry.id().equals(supervisor) ? supervisor.pid() : -1;
            }
        }
        return supervisor.pid();
    }

    /** Sends a signal to that very process; nothing where it is gone. */
    static void signal(ProcessId id, boolean kill) {
        // The handle remembers the start of the process it was made for and signals no other; the
        // entry is read after that, so that it is about the same process.
        ProcessHandle.of(id.pid())
                .filter(handle -> entry(id.pid()).filter(it -> it.id().equals(id)).isPresent())
                .ifPresent(handle -> signal(handle, kill));
    }

    private static void signal(ProcessHandle handle, boolean kill) {
        if (kill) {
            handle.destroyForcibly();
        } else {
            handle.destroy();
        }
    }

    private static Path stat(long pid) {
        return PROC.resolve(pid + "/stat");
    }

    /** The program's name stands in brackets and may itself hold any character. */
    private static Optional<Entry> parse(String stat) {
        int close = stat.lastIndexOf(')');
        int open = stat.indexOf(' ');
        if (close < 0 || open < 0) {
            return Optional.empty();
        }
        String[] fields = stat.substring(close + 2).split(" ");
        if (fields.length < 20) {
            return Optional.empty();
        }
        long pid = Long.parseLong(stat.substring(0, open));
        char state = fields[0].charAt(0);
        return Optional.of(
                new Entry(
                        new ProcessId(pid, Long.parseLong(fields[19])),
                        Long.parseLong(fields[1]),
                        Long.parseLong(fields[3]),
                        state != 'Z' && state != 'X' && state != 'x'));
    }
}
