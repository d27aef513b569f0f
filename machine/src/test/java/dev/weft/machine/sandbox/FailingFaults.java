package dev.weft.machine.sandbox;

import dev.weft.foundation.fault.Faults;

/** Faults that make the work at hand fail where it stands; no test expects one. Any thread. */
final class FailingFaults implements Faults {
    @Override
    public void report(String what, Throwable cause) {
        System.getLogger(FailingFaults.class.getName()).log(System.Logger.Level.ERROR, what, cause);
    }

    @Override
    public void fatal(String what, Throwable cause) {
        throw new AssertionError(what, cause);
    }
}
