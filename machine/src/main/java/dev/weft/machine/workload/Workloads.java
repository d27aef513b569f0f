package dev.weft.machine.workload;

import dev.weft.api.control.Controller;
import dev.weft.api.control.Informer;
import dev.weft.api.control.LiveReader;
import dev.weft.api.control.Surroundings;
import dev.weft.api.model.Types;
import dev.weft.machine.network.PodSockets;
import java.util.List;
import java.util.Optional;

/**
 * Every controller of this room, over informers that they share. Made and started by one thread;
 * ends with the scope of its surroundings.
 */
public final class Workloads {
    private final List<Controller> controllers;
    private final GarbageCollector garbage;

    /**
     * @param here the node on which pods run, under the name by which the API knows it
     */
    public Workloads(Surroundings surroundings, ThisNode here) {
        this(surroundings, here, Optional.empty());
    }

    /**
     * @param sockets where pods of this machine listen that ask for a socket
     */
    public Workloads(Surroundings surroundings, ThisNode here, Optional<PodSockets> sockets) {
        var copies = new Copies(surroundings);
        var clock = surroundings.clock();
        var chance = surroundings.chance();
        Informer definitions = copies.of(Types.CUSTOM_RESOURCE_DEFINITION);
        var reach = new Reach(new LiveReader(surroundings), definitions::all);
        this.controllers =
                List.of(
                        new EndpointReconciler(copies, chance.fork(), sockets)
                                .controller(surroundings),
                        new Scheduler(copies, clock).controller(surroundings),
                        new ReplicaSetReconciler(copies, clock, chance.fork())
                                .controller(surroundings),
                        new DeploymentReconciler(copies, reach, clock).controller(surroundings),
                        new NamespaceReconciler(copies, reach, clock).controller(surroundings),
                        new NodeReconciler(here, copies, clock).controller(surroundings));
        this.garbage = new GarbageCollector(surroundings, copies, reach);
    }

    /** Begins; what there is to do is begun as soon as the informers know what there is. */
    public void start() {
        controllers.forEach(Controller::start);
    }

    /**
     * Begins to collect garbage, which has to look at every object that there is: a platform that
     * starts may leave that until others have what they need.
     */
    public void collectGarbage() {
        garbage.start();
    }
}
