package dev.weft.api.contract;

/** The embedded adapter keeps the contract. */
final class EmbeddedContractTest extends WeftContract {
    EmbeddedContractTest() {
        super(Adapter.EMBEDDED);
    }
}
