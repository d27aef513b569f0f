package dev.weft.machine.sandbox;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * The shell scripts of one run. Environment and command stand in files that only their owner can
 * read, never on a command line, where everybody could.
 */
record LaunchScript(Toolbox tools, Path run, String token, Launch launch) {
    /** Names that some shell keeps for itself and would change or refuse to set. */
    private static final Set<String> SHELLS_OWN =
            Set.of(
                    "UID",
                    "EUID",
                    "PPID",
                    "PWD",
                    "OLDPWD",
                    "SHLVL",
                    "IFS",
                    "OPTIND",
                    "OPTARG",
                    "OPTERR",
                    "LINENO",
                    "RANDOM",
                    "SRANDOM",
                    "SECONDS",
                    "SHELLOPTS",
                    "GROUPS",
                    "DIRSTACK",
                    "FUNCNAME",
                    "ENV",
                    "MAIL",
                    "MAILPATH",
                    "PS1",
                    "PS2",
                    "PS4",
                    "_",
                    "HISTCMD",
                    "POSIXLY_CORRECT",
                    "EPOCHSECONDS",
                    "EPOCHREALTIME");

    /**
     * Waits for the word that the platform has written down who this is, runs the process, and
     * writes down how it ended. Where the platform dies before that word, the end of input comes
     * instead and nothing was started.
     *
     * <p>At the end it kills its own group, so that children do not outlive their parent while no
     * platform is there; a platform that stops the run gracefully wants them to be left.
     */
    String supervisor() {
        String start =
                launch.mounts().isEmpty()
                        ? ". ./inside\nenter " + words(launch.command())
                        : "exec %s --mount --propagation private -- %s ./mounted"
                                .formatted(tools.unshare().orElseThrow(), tools.sh());
        return """
        trap '' HUP INT TERM QUIT
        exec 2>/dev/null
        cd %s || exit 1
        IFS= read -r go || exit 0
        exec </dev/null
        (
        trap - HUP INT TERM QUIT
        read -r pid comm state parent group session tty owner flags a b c d e f g h prio nice \
        threads i start rest </proc/self/stat && echo "$pid $start" >main || exit 125
        %s
        ) >>output 2>&1
        code=$?
        until echo $code >exit; do %s sleep 1; done
        [ -e stop ] || kill -KILL 0
        """
                .formatted(quoted(run.toString()), start, tools.env());
    }

    /** Defines {@code enter}, which becomes a program with the run's environment. */
    String inside() {
        var script = new StringBuilder("enter() {\numask 022\n");
        script.append(
                """
                cd %1$s || { echo "weft: cannot enter the working directory "%1$s; exit 126; }
                """
                        .formatted(quoted(launch.workingDirectory().toString())));
        var odd = new ArrayList<String>();
        new TreeMap<>(launch.environment())
                .forEach(
                        (name, value) -> {
                            if (isPlain(name)) {
                                script.append("export ").append(name).append('=');
                                script.append(quoted(value)).append('\n');
                            } else {
                                odd.add(name + "=" + value);
                            }
                        });
        script.append("export ").append(ProcessSandbox.TOKEN).append('=').append(quoted(token));
        var exec = new ArrayList<>(privileges());
        if (!odd.isEmpty()) {
            exec.add(tools.env().toString());
            exec.addAll(odd);
        }
        return script.append("\nexec ").append(words(exec)).append(" \"$@\"\n}\n").toString();
    }

    /** What runs in a mount namespace of its own before the process does. */
    String mounted() {
        return new MountScript(tools, run).script(launch.mounts(), launch.command());
    }

    private List<String> privileges() {
        RunAs as = launch.runAs();
        if (as.changesNothing()) {
            return List.of();
        }
        var words = new ArrayList<String>();
        words.add(tools.setpriv().orElseThrow().toString());
        as.user().ifPresent(user -> words.add("--reuid=" + user));
        as.group().ifPresent(group -> words.add("--regid=" + group));
        if (!as.groups().isEmpty()) {
            words.add(
                    as.groups().stream()
                            .map(String::valueOf)
                            .collect(Collectors.joining(",", "--groups=", "")));
        } else if (as.user().isPresent() || as.group().isPresent()) {
            words.add("--clear-groups");
        }
        if (!as.keepsPrivileges()) {
            words.add("--no-new-privs");
        }
        words.add("--");
        return words;
    }

    private static boolean isPlain(String name) {
        return name.matches("[A-Za-z_][A-Za-z0-9_]*")
                && !SHELLS_OWN.contains(name)
                && !name.startsWith("BASH");
    }

    static String words(List<String> words) {
        return words.stream().map(LaunchScript::quoted).collect(Collectors.joining(" "));
    }

    static String quoted(String text) {
        return "'" + text.replace("'", "'\\''") + "'";
    }

    /** Refuses what no process can be given. */
    static void check(List<String> command, Map<String, String> environment) {
        for (String word : command) {
            if (word.indexOf('\0') >= 0) {
                throw refusal("the command holds a NUL character");
            }
        }
        environment.forEach(
                (name, value) -> {
                    if (name.isEmpty() || name.indexOf('=') >= 0 || name.indexOf('\0') >= 0) {
                        throw refusal("'" + name + "' cannot be the name of a variable");
                    }
                    if (value.indexOf('\0') >= 0) {
                        throw refusal("the variable " + name + " holds a NUL character");
                    }
                });
    }

    private static SandboxException refusal(String message) {
        return new SandboxException(SandboxException.Kind.NOT_SUPPORTED, message);
    }
}
