package dev.weft.app.console;

import dev.weft.api.client.Query;
import dev.weft.api.client.ResourceClient;
import dev.weft.api.model.Resource;
import dev.weft.api.model.Types;
import java.util.List;

/** The objects that the page is about, as they stood at one moment. */
record World(
        List<Resource> deployments,
        List<Resource> pods,
        List<Resource> services,
        List<Resource> slices,
        List<Resource> splits,
        List<Resource> events) {

    static World read(ResourceClient client) {
        return new World(
                client.list(Types.DEPLOYMENT, Query.all()).items(),
                client.list(Types.POD, Query.all()).items(),
                client.list(Types.SERVICE, Query.all()).items(),
                client.list(Types.ENDPOINT_SLICE, Query.all()).items(),
                client.list(Types.TRAFFIC_SPLIT, Query.all()).items(),
                client.list(Types.EVENT, Query.all().withFields("type=Warning")).items());
    }
}
