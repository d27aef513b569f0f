package dev.weft.api.contract;

/** The remote adapter keeps the contract on Weft's own port. */
final class RemoteContractTest extends WeftContract {
    RemoteContractTest() {
        super(Adapter.REMOTE);
    }
}
