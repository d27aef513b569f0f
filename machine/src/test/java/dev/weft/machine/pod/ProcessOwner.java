package dev.weft.machine.pod;

import dev.weft.machine.container.Users;

/** Who runs the tests: some things can only be had by root. */
record ProcessOwner() {
    boolean isRoot() {
        return Users.self() == 0;
    }
}
