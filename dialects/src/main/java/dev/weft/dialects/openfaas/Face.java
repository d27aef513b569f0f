package dev.weft.dialects.openfaas;

import dev.weft.api.client.ApiException;
import dev.weft.api.codec.JsonObject;
import dev.weft.api.control.Action;
import dev.weft.api.control.EventRecorder;
import dev.weft.api.control.Surroundings;
import dev.weft.api.model.Key;
import dev.weft.api.model.Resource;
import dev.weft.dataplane.http.Headers;
import dev.weft.dataplane.service.Call;
import dev.weft.dataplane.service.Handler;
import java.io.IOException;
import java.util.List;
import java.util.Locale;

/**
 * The REST interface of OpenFaaS. Any thread; owns no state: what it is asked is read from the API
 * and written to it. Calls of functions do not come through here, except those to functions that do
 * not exist: {@link FunctionRoutes} has the data plane carry them.
 */
public final class Face implements Handler {
    /** The name under which the data plane knows the face. */
    public static final String NAME = "openfaas";

    private final FaceSettings settings;
    private final Functions functions;
    private final Secrets secrets;
    private final Namespaces namespaces;
    private final LogStreams logs;
    private final EventRecorder events;

    public Face(
            Surroundings surroundings,
            FaceSettings settings,
            LocalImages images,
            Invocations invocations,
            FunctionLogs logs) {
        this.settings = settings;
        this.functions = new Functions(surroundings.client(), images, invocations);
        this.secrets = new Secrets(surroundings.client(), settings.namespace());
        this.namespaces = new Namespaces(surroundings.client(), settings.namespace());
        this.logs = new LogStreams(surroundings, logs);
        this.events = new EventRecorder(surroundings, "openfaas");
    }

    @Override
    public void handle(Call call) throws IOException {
        try {
            answer(Asked.of(call));
        } catch (FaceException e) {
            Answers.refusal(call, e);
        } catch (ApiException e) {
            Answers.refusal(call, translated(e));
        }
    }

    private static FaceException translated(ApiException e) {
        int status = e.code() == 422 ? 400 : e.code();
        String word = e.reason().word();
        String cause =
                word.isEmpty()
                        ? "api-closed"
                        : word.replaceAll("(?<=[a-z])(?=[A-Z])", "-").toLowerCase(Locale.ROOT);
        return new FaceException(status, cause, String.valueOf(e.getMessage()));
    }

    private void answer(Asked asked) throws IOException {
        String path = asked.path();
        if (path.equals("/healthz")) {
            health(asked);
        } else if (path.equals("/function") || path.startsWith("/function/")) {
            throw unknownFunction(path);
        } else if (path.equals("/async-function") || path.startsWith("/async-function/")) {
            throw new FaceException(
                    501,
                    "async-not-supported",
                    "Asynchronous calls are not supported yet. Call /function/NAME instead.");
        } else if (path.startsWith("/system/")) {
            Guard.check(asked);
            if (!isLoggedIn(asked)) {
                Answers.unauthorized(asked.call());
                return;
            }
            administer(asked, path.substring("/system/".length()));
        } else if ((path.equals("/") || path.equals("/ui")) && Guard.isByAddress(asked)) {
            Guard.check(asked);
            welcome(asked);
        } else {
            throw FaceException.notFound(
                    "no-route",
                    "Nothing is served for host %s under %s."
                            .formatted(asked.call().headers().first("host").orElse("-"), path));
        }
    }

    private boolean isLoggedIn(Asked asked) {
        return settings.credentials()
                .map(it -> it.match(asked.call().headers().first("authorization")))
                .orElse(true);
    }

    private static void health(Asked asked) throws IOException {
        if (!asked.method().equals("GET") && !asked.method().equals("HEAD")) {
            throw notAllowed(asked);
        }
        Answers.text(asked.call(), 200, "OK");
    }

    private FaceException unknownFunction(String path) {
        String[] segments = path.split("/");
        String name = segments.length > 2 ? segments[2] : "";
        int dot = name.lastIndexOf('.');
        String function = dot < 0 ? name : name.substring(0, dot);
        String namespace = dot < 0 ? settings.namespace() : name.substring(dot + 1);
        return FaceException.notFound(
                "unknown-function",
                "There is no function %s in namespace %s.".formatted(function, namespace));
    }

    private void welcome(Asked asked) throws IOException {
        if (asked.path().equals("/")) {
            asked.call().answer(307, Headers.of("location", "/ui/"), new byte[0]);
        } else {
            Answers.text(
                    asked.call(),
                    200,
                    """
                    This is Weft's edge, which speaks OpenFaaS' REST interface.
                    The console: %s
                    A login:     faas-cli login -u admin -s < ~/.weft/admin-password
                    """
                            .formatted(settings.console()));
        }
    }

    private void administer(Asked asked, String what) throws IOException {
        switch (what) {
            case "functions" -> functions(asked);
            case "info" -> info(asked);
            case "logs" -> logs(asked);
            case "namespaces" -> {
                require(asked, "GET");
                Answers.json(asked.call(), 200, namespaces.list());
            }
            case "namespace" -> {
                require(asked, "POST");
                namespaces.create(asked.body());
                Answers.text(asked.call(), 201, "");
            }
            case "secrets" -> secrets(asked);
            case "alert", "telemetry" ->
                    throw new FaceException(
                            501, "not-supported", "/system/" + what + " is not supported.");
            default -> named(asked, what);
        }
    }

    private void named(Asked asked, String what) throws IOException {
        int slash = what.indexOf('/');
        String name = what.substring(slash + 1);
        String place = slash < 0 ? what : what.substring(0, slash);
        switch (place) {
            case "function" -> {
                require(asked, "GET");
                Answers.json(asked.call(), 200, functions.describe(key(asked, name)));
            }
            case "scale-function" -> scale(asked, name);
            case "namespace" -> namespace(asked, name);
            default ->
                    throw FaceException.notFound(
                            "unknown-path", "There is nothing under /system/" + what + ".");
        }
    }

    private void functions(Asked asked) throws IOException {
        Call call = asked.call();
        switch (asked.method()) {
            case "GET" ->
                    Answers.json(call, 200, functions.list(namespace(asked, JsonObject.empty())));
            case "POST" -> {
                FunctionDeployment wanted = deployment(asked);
                deployed(call, wanted, functions.create(wanted));
            }
            case "PUT" -> {
                FunctionDeployment wanted = deployment(asked);
                deployed(call, wanted, functions.update(wanted));
            }
            case "DELETE" -> {
                JsonObject body = asked.body();
                String name =
                        body.text("functionName").orElse(asked.option("functionName").orElse(""));
                FunctionDeployment.checkName(name);
                functions.delete(new Key(namespace(asked, body), name));
                Answers.accepted(call, List.of());
            }
            default -> throw notAllowed(asked);
        }
    }

    private FunctionDeployment deployment(Asked asked) throws IOException {
        String namespace = asked.option("namespace").orElse(settings.namespace());
        return FunctionDeployment.of(asked.body(), namespace);
    }

    private void deployed(Call call, FunctionDeployment wanted, Resource deployment)
            throws IOException {
        List<String> warnings = Warnings.of(wanted);
        for (String warning : warnings) {
            events.tell(
                    new Action.Tell(
                            deployment, Action.Severity.WARNING, "FieldWithoutEffect", warning));
        }
        Answers.accepted(call, warnings);
    }

    private void scale(Asked asked, String name) throws IOException {
        require(asked, "POST");
        JsonObject body = asked.body();
        long replicas =
                body.whole("replicas")
                        .filter(it -> it >= 0 && it <= 10_000)
                        .orElseThrow(
                                () ->
                                        FaceException.bad(
                                                "replicas: absent or no count (expected: 0 to"
                                                        + " 10000)"));
        int dot = name.lastIndexOf('.');
        Key key =
                dot < 0
                        ? new Key(namespace(asked, body), name)
                        : new Key(name.substring(dot + 1), name.substring(0, dot));
        functions.scale(key, replicas);
        Answers.accepted(asked.call(), List.of());
    }

    private void namespace(Asked asked, String name) throws IOException {
        Call call = asked.call();
        switch (asked.method()) {
            case "GET" -> Answers.json(call, 200, namespaces.describe(name));
            case "PUT" -> {
                namespaces.update(name, asked.body());
                Answers.text(call, 202, "");
            }
            case "DELETE" -> {
                namespaces.delete(name);
                Answers.text(call, 202, "");
            }
            default -> throw notAllowed(asked);
        }
    }

    private void secrets(Asked asked) throws IOException {
        Call call = asked.call();
        switch (asked.method()) {
            case "GET" ->
                    Answers.json(call, 200, secrets.list(namespace(asked, JsonObject.empty())));
            case "POST" -> {
                JsonObject body = asked.body();
                functions.requireNamespace(namespace(asked, body), 400);
                secrets.create(body);
                Answers.text(call, 202, "");
            }
            case "PUT" -> {
                secrets.update(asked.body());
                Answers.text(call, 202, "");
            }
            case "DELETE" -> {
                secrets.delete(asked.body());
                Answers.text(call, 202, "");
            }
            default -> throw notAllowed(asked);
        }
    }

    private void info(Asked asked) throws IOException {
        require(asked, "GET");
        JsonObject version =
                JsonObject.builder()
                        .put("sha", settings.commit())
                        .put("release", settings.version())
                        .build();
        Answers.json(
                asked.call(),
                200,
                JsonObject.builder()
                        .put(
                                "provider",
                                JsonObject.builder()
                                        .put("provider", "weft")
                                        .put("version", version)
                                        .put("orchestration", "weft")
                                        .build())
                        .put("version", version)
                        .put("arch", arch())
                        .build());
    }

    private static String arch() {
        String arch = System.getProperty("os.arch", "");
        return arch.equals("amd64") ? "x86_64" : arch;
    }

    private void logs(Asked asked) throws IOException {
        require(asked, "GET");
        String name =
                asked.option("name")
                        .orElseThrow(() -> new FaceException(422, "bad-request", "name: absent"));
        Key function = key(asked, name);
        functions.require(function);
        logs.stream(asked, function);
    }

    /** A function by its name, which may carry its namespace after the last dot. */
    private Key key(Asked asked, String name) {
        int dot = name.lastIndexOf('.');
        if (dot >= 0 && asked.option("namespace").isEmpty()) {
            return new Key(name.substring(dot + 1), name.substring(0, dot));
        }
        return new Key(namespace(asked, JsonObject.empty()), name);
    }

    private String namespace(Asked asked, JsonObject body) {
        String namespace =
                body.text("namespace")
                        .filter(it -> !it.isEmpty())
                        .or(() -> asked.option("namespace"))
                        .orElse(settings.namespace());
        FunctionDeployment.checkNamespace(namespace);
        return namespace;
    }

    private static void require(Asked asked, String method) {
        if (!asked.method().equals(method)) {
            throw notAllowed(asked);
        }
    }

    private static FaceException notAllowed(Asked asked) {
        return new FaceException(
                405,
                "method-not-allowed",
                "%s is not possible on %s.".formatted(asked.method(), asked.path()));
    }
}
