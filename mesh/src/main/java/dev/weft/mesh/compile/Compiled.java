package dev.weft.mesh.compile;

import dev.weft.dataplane.route.Snapshot;
import dev.weft.mesh.intent.Remark;
import dev.weft.mesh.intent.Source;
import java.util.List;
import java.util.Map;

/**
 * What the data plane is to do, and what the users must know about objects that cannot be carried
 * out as they stand.
 *
 * @param doors where the listeners of Gateways are, by name
 */
record Compiled(
        Snapshot snapshot, Map<Source, List<Remark>> remarks, Map<String, DoorState> doors) {
    public Compiled {
        remarks = Map.copyOf(remarks);
        doors = Map.copyOf(doors);
    }
}
