package dev.weft.machine.workload;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.api.model.Pod;
import dev.weft.testkit.Seed;
import dev.weft.testkit.Seeds;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Who goes first when there are too many. */
@ExtendWith(Seeds.class)
class PodChoiceTest {
    /** In the order in which they should go. */
    private static final List<Pod> ORDER =
            List.of(
                    pod("unbound", "", "Pending", "", 0, 0, "09"),
                    pod("pending", "n", "Pending", "", 0, 0, "01"),
                    pod("unknown", "n", "Unknown", "", 0, 0, "01"),
                    pod("unready-restarted", "n", "Running", "", 0, 7, "01"),
                    pod("unready-young", "n", "Running", "", 0, 0, "05"),
                    pod("unready-old", "n", "Running", "", 0, 0, "01"),
                    pod("cheap", "n", "Running", "01", -5, 0, "01"),
                    pod("ready-lately", "n", "Running", "09", 0, 0, "01"),
                    pod("ready-long", "n", "Running", "02", 0, 0, "01"),
                    pod("dear", "n", "Running", "09", 100, 0, "09"));

    @Test
    void whatIsMissedLeastGoesFirst(Seed seed) {
        var chance = seed.chance();
        for (int round = 0; round < 50; round++) {
            var rest = new ArrayList<>(ORDER);
            var shuffled = new ArrayList<Pod>();
            while (!rest.isEmpty()) {
                shuffled.add(rest.remove(chance.below(rest.size())));
            }
            for (int count = 0; count <= ORDER.size(); count++) {
                assertThat(PodChoice.leastMissed(shuffled, count))
                        .isEqualTo(ORDER.subList(0, count));
            }
        }
    }

    private static Pod pod(
            String name,
            String node,
            String phase,
            String readySince,
            int cost,
            int restarts,
            String created) {
        return new Pod(
                Manifests.resource(
                        """
                        {'metadata': {'name': '%s', 'creationTimestamp': '2026-01-%sT00:00:00Z',
                           'annotations': {'controller.kubernetes.io/pod-deletion-cost': '%d'}},
                         'spec': {'nodeName': '%s'},
                         'status': {'phase': '%s', 'containerStatuses': [{'restartCount': %d}],
                           'conditions': [{'type': 'Ready', 'status': '%s',
                             'lastTransitionTime': '2026-01-%sT00:00:00Z'}]}}
                        """
                                .formatted(
                                        name,
                                        created,
                                        cost,
                                        node,
                                        phase,
                                        restarts,
                                        readySince.isEmpty() ? "False" : "True",
                                        readySince.isEmpty() ? "01" : readySince)));
    }
}
