package dev.weft.machine.pod;

import dev.weft.api.client.ApiException;
import dev.weft.api.client.Patch;
import dev.weft.api.client.Reason;
import dev.weft.api.client.ResourceClient;
import dev.weft.api.codec.Json;
import dev.weft.api.codec.JsonNull;
import dev.weft.api.codec.JsonObject;
import dev.weft.api.model.Resource;
import dev.weft.api.model.Types;
import dev.weft.foundation.log.LateLogger;
import dev.weft.foundation.time.Clock;
import dev.weft.machine.container.PodSpec;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Tells the API a pod's status: one patch for a change, none where nothing changed. Belongs to the
 * pod's worker.
 */
final class StatusWriter {
    private static final Logger LOG = LateLogger.of(StatusWriter.class);
    private static final Duration RETRY = Duration.ofMillis(200);

    /** What became of it. */
    enum Result {
        DONE,
        LATER,
        /** There is no such pod. */
        GONE
    }

    private final ResourceClient client;
    private final Clock clock;
    private @Nullable JsonObject told;
    private boolean failed;
    private long notBefore;

    StatusWriter(ResourceClient client, Clock clock, Resource pod) {
        this.client = client;
        this.clock = clock;
        this.notBefore = clock.nanos();
    }

    /** What the next status is compared with: what was told last, with what others have added. */
    JsonObject basis(Resource pod) {
        if (told == null) {
            return pod.status();
        }
        JsonObject basis = told;
        var conditions = new java.util.ArrayList<Json>(basis.array("conditions").items());
        for (JsonObject it : pod.status().array("conditions").objects()) {
            String type = it.text("type").orElse("");
            boolean known =
                    told.array("conditions").objects().stream()
                            .anyMatch(mine -> mine.text("type").orElse("").equals(type));
            if (!known) {
                conditions.add(it);
            }
        }
        return basis.with("conditions", dev.weft.api.codec.JsonArray.of(conditions));
    }

    Result write(PodSpec pod, JsonObject status) {
        JsonObject last = told;
        boolean same = last == null ? isShown(pod.resource(), status) : last.equals(status);
        if (same) {
            told = status;
            failed = false;
            return Result.DONE;
        }
        if (clock.nanos() - notBefore < 0) {
            return Result.LATER;
        }
        try {
            client.patchStatus(Types.POD, pod.key(), Patch.merge(patch(pod, status)));
            told = status;
            failed = false;
            return Result.DONE;
        } catch (ApiException e) {
            if (e.is(Reason.NOT_FOUND) || (e.is(Reason.CONFLICT) && isOther(pod))) {
                return Result.GONE;
            }
            if (!failed) {
                LOG.log(
                        Level.WARNING,
                        "pod {0}: cannot write its status: {1}",
                        pod.key(),
                        e.getMessage());
            }
            failed = true;
            notBefore = clock.nanos() + RETRY.toNanos();
            return Result.LATER;
        }
    }

    /** Until a write that failed is to be tried again. */
    long nanosToWait() {
        return failed ? Math.max(0, notBefore - clock.nanos()) : Long.MAX_VALUE;
    }

    /** Whether another pod has taken the name. */
    boolean isOther(PodSpec pod) {
        try {
            return client.get(Types.POD, pod.key())
                    .filter(it -> it.uid().equals(pod.uid()))
                    .isEmpty();
        } catch (ApiException e) {
            return false;
        }
    }

    private JsonObject patch(PodSpec pod, JsonObject status) {
        JsonObject shown = pod.resource().status();
        var change = JsonObject.builder();
        for (String field : new String[] {"reason", "message"}) {
            boolean before = shown.has(field) || (told != null && told.has(field));
            if (before && !status.has(field)) {
                change.put(field, JsonNull.NULL);
            }
        }
        status.forEach(change::put);
        return JsonObject.builder()
                .put("metadata", JsonObject.of("uid", Json.of(pod.uid())))
                .put("status", change.build())
                .build();
    }

    /** Whether the API shows all of it already. */
    private static boolean isShown(Resource pod, JsonObject status) {
        JsonObject shown = pod.status();
        for (String field : status.names()) {
            if (!shown.field(field).equals(status.field(field))) {
                return false;
            }
        }
        return !shown.has("reason") || status.has("reason");
    }
}
