package dev.weft.api.request;

import dev.weft.api.access.Identity;
import dev.weft.api.ask.Warnings;
import dev.weft.api.client.ApiException;
import dev.weft.api.client.Reason;
import dev.weft.api.codec.JsonObject;
import dev.weft.api.codec.MalformedException;
import dev.weft.api.verb.Verbs;
import dev.weft.dataplane.service.Call;
import dev.weft.dataplane.service.Handler;
import java.io.IOException;
import java.util.List;
import java.util.Locale;

/**
 * Answers every request to the API: finds out who asks, what the path means, and who answers it;
 * makes a proper refusal of whatever goes wrong. Any thread.
 */
public final class ApiHandler implements Handler, AutoCloseable {
    private final Serving serving;
    private final Objects objects;
    private final Documents documents;
    private final Reviews reviews;
    private final Lasting lasting = new Lasting();

    public ApiHandler(Verbs verbs, Serving serving) {
        this.serving = serving;
        this.objects = new Objects(verbs, serving.logs(), lasting, serving.clock());
        this.documents = new Documents(verbs.catalog(), serving.ready(), serving.version());
        this.reviews = new Reviews(verbs, serving.authenticator());
    }

    @Override
    public void handle(Call call) throws IOException {
        var request =
                new Request(
                        call,
                        Identity.anonymous(),
                        new Params(java.util.Map.of()),
                        Accepted.JSON,
                        new Warnings());
        try {
            request = request.asking(Params.parse(call.query()));
            answer(request);
        } catch (ApiException e) {
            Answers.refusal(request, e);
        } catch (MalformedException e) {
            Answers.refusal(
                    request, new ApiException(Reason.BAD_REQUEST, String.valueOf(e.getMessage())));
        } catch (RuntimeException e) {
            serving.faults().report("answering " + call.method() + " " + call.path(), e);
            Answers.refusal(
                    request,
                    new ApiException(
                            Reason.INTERNAL_ERROR,
                            "Internal error occurred: the request could not be answered; the log"
                                    + " says why"));
        }
    }

    /** Ends the answers that would go on: watches, and logs that are followed. */
    @Override
    public void close() {
        lasting.close();
    }

    private void answer(Request anonymous) throws IOException {
        Call call = anonymous.call();
        Route route = Route.of(call.path());
        Request request = anonymous.by(who(call));
        switch (route) {
            case Route.Document document -> {
                if (request.who().isAnonymous() && !Documents.isOpen(document.segments())) {
                    throw anonymousAt(call);
                }
                boolean anyForm =
                        !document.segments().equals(List.of("api"))
                                && !document.segments().equals(List.of("apis"));
                documents.answer(
                        anyForm ? request : request.accepting(Accepted.of(call.headers())),
                        document.segments());
            }
            case Route.Objects about -> {
                Request accepting = request.accepting(Accepted.of(call.headers()));
                if (Reviews.isReview(about)) {
                    reviews.answer(accepting, about);
                } else {
                    objects.answer(accepting, about);
                }
            }
        }
    }

    private Identity who(Call call) {
        return serving.authenticator()
                .identify(
                        call.peer().certificate(),
                        call.headers().first("authorization").orElse(""));
    }

    private static ApiException anonymousAt(Call call) {
        String verb = call.method().toLowerCase(Locale.ROOT);
        return new ApiException(
                Reason.FORBIDDEN,
                "forbidden: User \"%s\" cannot %s path \"%s\""
                        .formatted(Identity.anonymous().user(), verb, call.path()),
                JsonObject.empty());
    }
}
