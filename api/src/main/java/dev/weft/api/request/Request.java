package dev.weft.api.request;

import dev.weft.api.access.Identity;
import dev.weft.api.ask.Warnings;
import dev.weft.dataplane.service.Call;

/**
 * One request on its way through. Belongs to the thread of the request.
 *
 * @param warnings collects what the answer is to say besides
 */
record Request(Call call, Identity who, Params params, Accepted accepted, Warnings warnings) {
    Request asking(Params params) {
        return new Request(call, who, params, accepted, warnings);
    }

    Request by(Identity who) {
        return new Request(call, who, params, accepted, warnings);
    }

    Request accepting(Accepted accepted) {
        return new Request(call, who, params, accepted, warnings);
    }

    String method() {
        return call.method();
    }
}
