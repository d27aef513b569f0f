package dev.weft.machine.sandbox;

import java.nio.file.Path;
import java.util.List;

/**
 * The script that makes a run's mounts, in a mount namespace that only its process sees.
 *
 * <p>The process is given a root of its own: the machine's tree below, and above it a layer in
 * memory that takes whatever is made or changed, so that a place for a volume can be made anywhere
 * and the machine's own directories stay as they are. Other file systems are seen as they are.
 */
record MountScript(Toolbox tools, Path run) {
    /** How much a process may change outside of its volumes; this is memory. */
    private static final String LAYER_MAX = "256m";

    private static final String SCRIPT =
            """
            refuse() { echo "weft: cannot mount at $1" >&2; exit 125; }
            place() {
            if [ -d "$1" ]; then mkdir -p "$root$2" || refuse "$2"
            else mkdir -p "$root${2%/*}" && : >>"$root$2" || refuse "$2"
            fi
            MOUNT --bind "$1" "$root$2" || refuse "$2"
            [ "$3" = rw ] || MOUNT -o remount,bind,ro "$root$2" || refuse "$2"
            }
            PATH=/usr/bin:/bin:/usr/sbin:/sbin
            run=$PWD
            room=$run/room
            mkdir -p "$room" || refuse "$room"
            MOUNT -t tmpfs -o size=LAYER,mode=755 weft "$room" || refuse "$room"
            root=$room/root
            mkdir "$root" "$room/upper" "$room/work" || refuse "$room"
            MOUNT -t overlay -o "lowerdir=/,upperdir=$room/upper,workdir=$room/work" weft "$root" \\
            || refuse /
            done=' '
            while read -r device place rest; do
            case $place in /|"$room"|"$room"/*) continue;; esac
            for above in $done; do case $place in "$above"/*|"$above") continue 2;; esac; done
            MOUNT --rbind "$place" "$root$place" 2>/dev/null && done="$done$place "
            done </proc/mounts
            """;

    String script(List<Mount> mounts, List<String> command) {
        String sh = tools.sh().toString();
        var script =
                new StringBuilder(
                        SCRIPT.replace("MOUNT", tools.mount().orElseThrow().toString())
                                .replace("LAYER", LAYER_MAX));
        for (Mount mount : mounts) {
            String way = mount.readOnly() ? "ro" : "rw";
            List<String> words = List.of(mount.source().toString(), mount.target(), way);
            script.append("place ").append(LaunchScript.words(words)).append('\n');
        }
        return script.append("exec " + tools.chroot().orElseThrow() + " \"$root\" ")
                .append(sh)
                .append(" -c 'cd \"$0\" && . ./inside && enter \"$@\"' \"$run\" ")
                .append(LaunchScript.words(command))
                .append('\n')
                .toString();
    }
}
