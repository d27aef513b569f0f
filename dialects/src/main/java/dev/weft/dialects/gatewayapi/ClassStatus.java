package dev.weft.dialects.gatewayapi;

import dev.weft.api.codec.Json;
import dev.weft.api.codec.JsonArray;
import dev.weft.api.codec.JsonObject;
import dev.weft.api.model.Resource;
import dev.weft.dialects.gatewayapi.rule.Problem;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** The status of a GatewayClass of ours. Pure. */
final class ClassStatus {
    /** In the order of the alphabet, as the API wants it. */
    private static final List<String> FEATURES =
            List.of(
                    "BackendTLSPolicy",
                    "BackendTLSPolicySANValidation",
                    "GRPCRoute",
                    "Gateway",
                    "GatewayAddressEmpty",
                    "GatewayBackendClientCertificate",
                    "GatewayFrontendClientCertificateValidation",
                    "GatewayFrontendClientCertificateValidationInsecureFallback",
                    "GatewayHTTPListenerIsolation",
                    "GatewayHTTPSListenerDetectMisdirectedRequests",
                    "GatewayPort8080",
                    "GatewayStaticAddresses",
                    "HTTPRoute",
                    "HTTPRoute303RedirectStatusCode",
                    "HTTPRoute307RedirectStatusCode",
                    "HTTPRoute308RedirectStatusCode",
                    "HTTPRouteBackendProtocolH2C",
                    "HTTPRouteBackendProtocolWebSocket",
                    "HTTPRouteBackendRequestHeaderModification",
                    "HTTPRouteBackendTimeout",
                    "HTTPRouteCORS",
                    "HTTPRouteDestinationPortMatching",
                    "HTTPRouteHostRewrite",
                    "HTTPRouteMethodMatching",
                    "HTTPRouteNamedRouteRule",
                    "HTTPRouteParentRefPort",
                    "HTTPRoutePathRedirect",
                    "HTTPRoutePathRewrite",
                    "HTTPRoutePortRedirect",
                    "HTTPRouteQueryParamMatching",
                    "HTTPRouteRequestMirror",
                    "HTTPRouteRequestMultipleMirrors",
                    "HTTPRouteRequestPercentageMirror",
                    "HTTPRouteRequestTimeout",
                    "HTTPRouteResponseHeaderModification",
                    "HTTPRouteRetry",
                    "HTTPRouteRetryBackendTimeout",
                    "HTTPRouteRetryConnectionError",
                    "HTTPRouteSchemeRedirect",
                    "ReferenceGrant",
                    "TCPRoute",
                    "TLSRoute",
                    "TLSRouteModeTerminate");

    private ClassStatus() {}

    static JsonObject of(Resource gatewayClass, Instant now) {
        Optional<Problem> problem =
                gatewayClass.spec().has("parametersRef")
                        ? Optional.of(
                                new Problem(
                                        "InvalidParameters",
                                        "parametersRef: Weft has no parameters (expected: none)"))
                        : Optional.empty();
        var conditions =
                new Conditions(
                                gatewayClass.status().array("conditions"),
                                gatewayClass.generation(),
                                now)
                        .unless(
                                problem,
                                "Accepted",
                                "Accepted",
                                "Weft carries out Gateways of this class.")
                        .with(
                                "SupportedVersion",
                                true,
                                "SupportedVersion",
                                "The kinds of the Gateway API are Weft's own.");
        return JsonObject.builder()
                .put("conditions", conditions.list())
                .put(
                        "supportedFeatures",
                        JsonArray.of(
                                FEATURES.stream()
                                        .<Json>map(it -> JsonObject.of("name", Json.of(it)))
                                        .toList()))
                .build();
    }
}
