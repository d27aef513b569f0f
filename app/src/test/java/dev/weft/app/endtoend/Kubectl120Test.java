package dev.weft.app.endtoend;

/** With a kubectl of 2021. */
final class Kubectl120Test extends KubectlScript {
    Kubectl120Test() {
        super("kubectl-1.20");
    }
}
