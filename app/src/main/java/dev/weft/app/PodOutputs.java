package dev.weft.app;

import dev.weft.api.client.ResourceClient;
import dev.weft.api.model.Resource;
import dev.weft.api.model.Types;
import dev.weft.api.request.PodLogs;
import dev.weft.dialects.openfaas.FunctionLogs;
import dev.weft.machine.log.LogQuery;
import dev.weft.machine.pod.PodOutput;
import java.io.IOException;
import java.io.OutputStream;
import java.util.OptionalLong;

/** What pods have written, in the words of each port that asks for it. Any thread. */
final class PodOutputs implements PodLogs, FunctionLogs {
    private final PodOutput output;
    private final ResourceClient client;

    PodOutputs(PodOutput output, ResourceClient client) {
        this.output = output;
        this.client = client;
    }

    @Override
    public void write(Resource pod, Wish wish, OutputStream out)
            throws IOException, InterruptedException {
        var query = new LogQuery(wish.tail(), wish.since(), wish.timestamps(), wish.bytesMax());
        output.write(
                pod,
                new PodOutput.Wish(wish.container(), wish.follow(), wish.previous(), query),
                out);
    }

    @Override
    public void write(Wanted wanted, OutputStream out) throws IOException, InterruptedException {
        Resource pod =
                client.get(Types.POD, wanted.pod())
                        .orElseThrow(() -> new IOException("there is no pod " + wanted.pod()));
        var tail = wanted.tail() < 0 ? OptionalLong.empty() : OptionalLong.of(wanted.tail());
        var query = new LogQuery(tail, wanted.since(), true, OptionalLong.empty());
        output.write(
                pod, new PodOutput.Wish(wanted.container(), wanted.follow(), false, query), out);
    }
}
