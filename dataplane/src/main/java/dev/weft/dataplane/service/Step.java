package dev.weft.dataplane.service;

/**
 * What a filter does on the way back of an exchange. Pushed on the way in, called in the opposite
 * order, on the exchange's event loop. A step is the filter itself, made once: pushing allocates
 * nothing.
 */
public interface Step {
    /** The head of an answer is there, may still be changed, and is sent when this returns. */
    default void answering(Exchange exchange) {}

    /** An answer in Weft's own name is there instead: fields may be added to its head. */
    default void refusing(Exchange exchange) {}

    /**
     * No answer came. Returns whether the steps above are told as well, and the caller in the end;
     * false when this step has started the work below again.
     */
    default boolean failing(Exchange exchange, Failure failure) {
        return true;
    }

    /**
     * The answer that this step saw is thrown away, since a step above starts again: the last call
     * about this try.
     */
    default void retracted(Exchange exchange) {}

    /** An endpoint has taken the exchange as a tunnel: no answer follows, only bytes. */
    default void tunnelling(Exchange exchange) {}

    /** So much time has passed; see {@link Exchange#arm}. */
    default void alarmed(Exchange exchange, Alarm kind) {}

    /** The exchange is over: the last call about it. */
    default void ended(Exchange exchange, Outcome outcome) {}
}
