package dev.weft.machine.sandbox;

import java.util.List;
import java.util.OptionalInt;

/**
 * As whom a process runs. What is absent is as whoever runs Weft.
 *
 * @param groups further groups; used only together with a user or group
 * @param keepsPrivileges whether a program that it starts may gain more than it has
 */
public record RunAs(
        OptionalInt user, OptionalInt group, List<Integer> groups, boolean keepsPrivileges) {
    public static final RunAs SELF =
            new RunAs(OptionalInt.empty(), OptionalInt.empty(), List.of(), true);

    public RunAs {
        groups = List.copyOf(groups);
    }

    boolean changesNothing() {
        return user.isEmpty() && group.isEmpty() && groups.isEmpty() && keepsPrivileges;
    }
}
