package dev.weft.dialects.openfaas;

import dev.weft.api.model.Key;
import dev.weft.api.model.Resource;
import dev.weft.api.model.ResourceType;
import dev.weft.api.model.Types;
import dev.weft.mesh.intent.Intent;
import dev.weft.mesh.intent.PathRoute;
import dev.weft.mesh.intent.Source;
import dev.weft.mesh.intent.Translated;
import dev.weft.mesh.intent.Translation;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

/**
 * Calls of functions: {@code /function/NAME.NAMESPACE} leads to the Service of that name, and for
 * the default namespace {@code /function/NAME} does too. Any thread.
 *
 * <p>Every Service in the default namespace can be called, and elsewhere those of functions, so
 * that the root of a split needs no Deployment of its own.
 */
public final class FunctionRoutes implements Translation {
    private final String defaultNamespace;

    public FunctionRoutes(String defaultNamespace) {
        this.defaultNamespace = defaultNamespace;
    }

    @Override
    public ResourceType type() {
        return Types.SERVICE;
    }

    @Override
    public Translated translate(Resource service) {
        boolean inDefault = service.namespace().equals(defaultNamespace);
        boolean function = service.labels().containsKey(Labels.FUNCTION);
        if (!FunctionDeployment.isName(service.name()) || !inDefault && !function) {
            return Translated.nothing();
        }
        Key key = service.key();
        var source = new Source("Function", key, service.createdAt().orElse(Instant.EPOCH));
        var routes = new ArrayList<Intent>();
        routes.add(route(source, "/function/" + key.name() + "." + key.namespace()));
        if (inDefault) {
            routes.add(route(source, "/function/" + key.name()));
        }
        return new Translated(List.copyOf(routes), List.of());
    }

    private static PathRoute route(Source source, String prefix) {
        return new PathRoute(
                source, prefix, source.key(), OptionalInt.empty(), PathRoute.Stamps.CALL);
    }
}
