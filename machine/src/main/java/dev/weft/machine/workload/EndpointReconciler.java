package dev.weft.machine.workload;

import dev.weft.api.control.Controller;
import dev.weft.api.control.Informer;
import dev.weft.api.control.Plan;
import dev.weft.api.control.Reconciler;
import dev.weft.api.control.Surroundings;
import dev.weft.api.model.EndpointSlice;
import dev.weft.api.model.Key;
import dev.weft.api.model.LabelSelector;
import dev.weft.api.model.Pod;
import dev.weft.api.model.Resource;
import dev.weft.api.model.Service;
import dev.weft.api.model.Types;
import dev.weft.foundation.chance.Chance;
import dev.weft.machine.network.PodSockets;
import java.util.List;
import java.util.Optional;

/** Keeps the slices of every Service that has a selector in step with its pods. Any thread. */
final class EndpointReconciler implements Reconciler {
    private static final String BY_SERVICE = "service";
    private static final int LETTERS = 5;

    private final Informer services;
    private final Informer pods;
    private final Informer slices;
    private final Chance chance;
    private final Optional<PodSockets> sockets;

    EndpointReconciler(Copies copies, Chance chance, Optional<PodSockets> sockets) {
        this.sockets = sockets;
        this.services = copies.of(Types.SERVICE);
        this.pods = copies.of(Types.POD);
        this.slices =
                copies.of(Types.ENDPOINT_SLICE)
                        .index(
                                BY_SERVICE,
                                it -> serviceOf(it).map(Key::toString).stream().toList());
        this.chance = chance;
    }

    Controller controller(Surroundings surroundings) {
        return new Controller(surroundings, "endpointslice-controller", this, 4)
                .reconciling(services)
                .watching(pods, this::meaning)
                .watching(slices, it -> serviceOf(it).stream().toList());
    }

    @Override
    public Plan reconcile(Key key) {
        Optional<Resource> found = services.find(key);
        if (found.isEmpty()) {
            return Plan.nothing();
        }
        var service = new Service(found.get());
        LabelSelector selector = LabelSelector.equal(service.selector());
        List<Pod> meant =
                Slices.isAutomatic(service)
                        ? pods.in(key.namespace()).stream()
                                .filter(it -> selector.matches(it.labels()))
                                .map(Pod::new)
                                .toList()
                        : List.of();
        List<EndpointSlice> present =
                slices.by(BY_SERVICE, key.toString()).stream()
                        .filter(it -> belongs(it, found.get()))
                        .map(EndpointSlice::new)
                        .toList();
        return new Slices(service, () -> chance.letters(LETTERS), sockets).plan(meant, present);
    }

    /** The Services whose selectors mean a pod. */
    private List<Key> meaning(Resource pod) {
        return services.in(pod.namespace()).stream()
                .filter(it -> !new Service(it).selector().isEmpty())
                .filter(it -> LabelSelector.equal(new Service(it).selector()).matches(pod.labels()))
                .map(Resource::key)
                .toList();
    }

    /** A slice of an earlier Service of that name dies with it, and is left alone. */
    private static boolean belongs(Resource slice, Resource service) {
        return !slice.isDeleting()
                && slice.controller().map(it -> it.uid().equals(service.uid())).orElse(true);
    }

    private static Optional<Key> serviceOf(Resource slice) {
        var view = new EndpointSlice(slice);
        return view.managedBy().equals(Slices.WRITER) && !view.serviceName().isEmpty()
                ? Optional.of(new Key(slice.namespace(), view.serviceName()))
                : Optional.empty();
    }
}
