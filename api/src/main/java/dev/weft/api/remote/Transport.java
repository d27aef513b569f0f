package dev.weft.api.remote;

import dev.weft.api.client.ApiException;
import dev.weft.api.client.Reason;
import io.fabric8.kubernetes.client.http.HttpClient;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Sends requests and waits for their answers. Any thread. */
final class Transport {
    private final HttpClient http;
    private final Duration limit;

    Transport(HttpClient http, Duration limit) {
        this.http = http;
        this.limit = limit;
    }

    HttpClient http() {
        return http;
    }

    Duration limit() {
        return limit;
    }

    /** The body of an answer of success; everything else is an {@link ApiException}. */
    byte[] send(HttpRequest.Builder request) {
        HttpResponse<byte[]> response =
                await(
                        http.sendAsync(
                                request.header("Accept", "application/json")
                                        .timeout(limit.toMillis(), TimeUnit.MILLISECONDS)
                                        .build(),
                                byte[].class));
        byte[] body = response.body() == null ? new byte[0] : response.body();
        if (!response.isSuccessful()) {
            throw Refusals.of(response.code(), body);
        }
        return body;
    }

    <T> T await(CompletableFuture<T> answer) {
        try {
            return answer.get(limit.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            answer.cancel(true);
            Thread.currentThread().interrupt();
            throw new ApiException(Reason.CLOSED, "interrupted while waiting for the API");
        } catch (TimeoutException e) {
            answer.cancel(true);
            throw Refusals.of(e, limit);
        } catch (ExecutionException e) {
            throw Refusals.of(e.getCause() == null ? e : e.getCause(), limit);
        }
    }
}
