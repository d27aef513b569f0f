package dev.weft.app.endtoend;

/** With a current kubectl. */
final class KubectlCurrentTest extends KubectlScript {
    KubectlCurrentTest() {
        super("kubectl-current");
    }
}
