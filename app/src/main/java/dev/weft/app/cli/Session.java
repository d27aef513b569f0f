package dev.weft.app.cli;

import dev.weft.app.client.ApiConnection;
import dev.weft.app.client.Catalog;
import dev.weft.app.client.Catalog.KnownKind;
import dev.weft.app.client.Refused;
import dev.weft.app.client.Reply;
import dev.weft.app.data.Kubeconfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** A verb's conversation with the API of a running platform. The thread of the command. */
final class Session implements AutoCloseable {
    private final Context context;
    private final Path kubeconfig;
    private final ApiConnection connection;
    private @Nullable Catalog catalog;

    private Session(Context context, Path kubeconfig, ApiConnection connection) {
        this.context = context;
        this.kubeconfig = kubeconfig;
        this.connection = connection;
    }

    /** What a verb does with the API. */
    @FunctionalInterface
    interface Work {
        int run(Session session) throws IOException;
    }

    /** Does the work, and says in three lines what stood in its way. */
    static int with(Context context, Flags.Given given, Work work) {
        Path file = kubeconfig(context, given);
        try (var session = new Session(context, file, new ApiConnection(read(file, context)))) {
            return session.run(work);
        }
    }

    private int run(Work work) {
        try {
            return work.run(this);
        } catch (Refused e) {
            throw Failure.of(
                    "the API refused: " + e.getMessage(),
                    "",
                    e.code() == 401 || e.code() == 403
                            ? "the credentials are those of " + kubeconfig
                            : "");
        } catch (IOException e) {
            throw Failure.notReady(
                    "the platform does not answer at " + connection.server(),
                    "seen: " + e.getMessage() + " (expected: the API)",
                    "weft status says whether it runs; weft up starts it");
        }
    }

    static Path data(Context context, Flags.Given given) {
        return Path.of(given.value("data", context.environment().defaultData().toString()));
    }

    private static Path kubeconfig(Context context, Flags.Given given) {
        return given.has("kubeconfig")
                ? Path.of(given.value("kubeconfig", ""))
                : data(context, given).resolve("kubeconfig");
    }

    private static Kubeconfig read(Path file, Context context) {
        String shown = context.environment().shorten(file);
        try {
            return Kubeconfig.parse(Files.readString(file))
                    .orElseThrow(
                            () ->
                                    Failure.of(
                                            "the kubeconfig " + shown + " cannot be used",
                                            "seen: no single cluster with client certificate"
                                                    + " (expected: a file that weft up wrote)",
                                            "weft up writes one at each start"));
        } catch (NoSuchFileException e) {
            throw Failure.notReady(
                    "no platform has been started here",
                    "seen: no file " + shown,
                    "weft up starts one; with --data DIR where it keeps its files elsewhere");
        } catch (IOException e) {
            throw Failure.of("the kubeconfig " + shown + " cannot be read", "seen: " + e, "");
        }
    }

    ApiConnection connection() {
        return connection;
    }

    Terminal terminal() {
        return context.terminal();
    }

    Catalog catalog() throws IOException {
        Catalog known = catalog;
        if (known == null) {
            known = Catalog.read(connection);
            catalog = known;
        }
        return known;
    }

    /** The kind that a word names. */
    KnownKind kind(String word) throws IOException {
        Catalog known = catalog();
        return known.called(word)
                .orElseThrow(
                        () ->
                                Failure.of(
                                        "the API has no kind " + word,
                                        "seen: " + word + known.question(word),
                                        "kubectl api-resources lists what it has"));
    }

    /** The reply, whose warnings have been shown; a refusal is thrown. */
    Reply expect(Reply reply) throws IOException {
        for (String warning : reply.warnings()) {
            terminal().warn(terminal().paint(Terminal.Tone.WAITING, "warning: ") + warning);
        }
        if (!reply.isSuccess()) {
            throw Refused.by(reply);
        }
        return reply;
    }

    @Override
    public void close() {
        connection.close();
    }
}
