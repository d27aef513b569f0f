/**
 * OpenFaaS: its REST interface, on Deployments and Services. A function is a Deployment with the
 * label {@code faas_function}, and the Service of the same name; both are ordinary resources that
 * kubectl may change. {@link dev.weft.dialects.openfaas.Face} is a client of the API like any other
 * and owns no state; {@link dev.weft.dialects.openfaas.FunctionRoutes} makes calls to {@code
 * /function/NAME} routes of the data plane. Read {@code Face} first, then {@code Functions}.
 *
 * <p>Written from the interface's public types and from what its clients send, not from its
 * servers.
 */
@NullMarked
package dev.weft.dialects.openfaas;

import org.jspecify.annotations.NullMarked;
