package dev.weft.mesh.compile;

import static dev.weft.mesh.compile.Objects.about;
import static dev.weft.mesh.compile.Objects.key;
import static dev.weft.mesh.compile.Objects.slice;
import static dev.weft.mesh.compile.Objects.split;
import static dev.weft.mesh.compile.Objects.web;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.api.model.Key;
import dev.weft.api.model.Resource;
import dev.weft.mesh.intent.Split;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Many small changes lead where one compilation of everything would. */
final class IncrementalCompileTest {
    @Test
    void resultDependsOnWhatIsKnownAndNotOnTheWayThere() {
        long seed = Long.getLong("seed", new Random().nextLong());
        System.Logger log = System.getLogger("test");
        log.log(System.Logger.Level.INFO, "repeat with -Dseed={0}", Long.toString(seed));
        var random = new Random(seed);
        var world = new HashMap<String, Object>();
        var compiler = new Compiler(List.of());
        for (int step = 0; step < 400; step++) {
            change(random, world, compiler);
            if (random.nextInt(3) == 0) {
                compiler.compile();
            }
            if (step % 10 == 0) {
                Compiled fresh = fromScratch(world, random);
                Compiled now = compiler.compile();
                assertThat(new HashSet<>(now.snapshot().hosts()))
                        .as("seed %d step %d", seed, step)
                        .isEqualTo(new HashSet<>(fresh.snapshot().hosts()));
                assertThat(now.remarks()).isEqualTo(fresh.remarks());
            }
        }
    }

    private static void change(Random random, Map<String, Object> world, Compiler compiler) {
        String name = "s" + random.nextInt(8);
        boolean remove = random.nextInt(3) == 0;
        switch (random.nextInt(3)) {
            case 0 -> {
                if (remove) {
                    world.remove("service " + name);
                    compiler.removeService(key(name));
                } else {
                    world.put("service " + name, web(name));
                    compiler.putService(web(name));
                }
            }
            case 1 -> {
                Resource slice =
                        slice(name + "-1", name, 8080, "127.1.0." + (1 + random.nextInt(3)));
                if (remove) {
                    world.remove("slice " + name);
                    compiler.removeSlice(slice.key());
                } else {
                    world.put("slice " + name, slice);
                    compiler.putSlice(slice);
                }
            }
            default -> {
                Split split =
                        split(
                                name,
                                random.nextInt(5),
                                "s" + random.nextInt(8),
                                "s" + random.nextInt(8),
                                random.nextInt(4),
                                "s" + random.nextInt(9),
                                random.nextInt(4));
                if (remove) {
                    world.remove("split " + name);
                    compiler.putIntents(about(split), List.of());
                } else {
                    world.put("split " + name, split);
                    compiler.putIntents(about(split), List.of(split));
                }
            }
        }
    }

    private static Compiled fromScratch(Map<String, Object> world, Random random) {
        var compiler = new Compiler(List.of());
        var all = new ArrayList<>(world.entrySet());
        Collections.shuffle(all, random);
        for (Map.Entry<String, Object> entry : all) {
            switch (entry.getValue()) {
                case Split split -> compiler.putIntents(about(split), List.of(split));
                case Resource it when it.kind().equals("Service") -> compiler.putService(it);
                case Resource it -> compiler.putSlice(it);
                default -> throw new IllegalStateException();
            }
        }
        return compiler.compile();
    }

    @Test
    void changeOfOneEndpointAmongTenThousandObjectsIsQuick() {
        var compiler = new Compiler(List.of());
        for (int i = 0; i < 5_000; i++) {
            compiler.putService(
                    Objects.service(
                            "s" + i,
                            "{\"clusterIP\":\"127.96.%d.%d\",\"ports\":[{\"name\":\"http\",\"port\":80}]}"
                                    .formatted(i / 250, i % 250)));
            compiler.putSlice(slice("s" + i + "-1", "s" + i, 8080, "127.1.0.1"));
        }
        compiler.compile();
        var millis = new ArrayList<Double>();
        for (int round = 0; round < 40; round++) {
            Key key = key("s" + round * 100);
            compiler.putSlice(slice(key.name() + "-1", key.name(), 8080, "127.1.0." + (2 + round)));
            long begin = System.nanoTime();
            Compiled compiled = compiler.compile();
            millis.add((System.nanoTime() - begin) / 1e6);
            assertThat(compiled.snapshot().listeners()).hasSize(5_000);
        }
        Collections.sort(millis);
        System.getLogger("test")
                .log(System.Logger.Level.INFO, "compile: median {0} ms", millis.get(20));
        assertThat(millis.get(20)).as("median of %s", millis).isLessThan(50);
    }
}
