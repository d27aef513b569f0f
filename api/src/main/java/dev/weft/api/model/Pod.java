package dev.weft.api.model;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** What runs: one or more processes that share an address and a fate. */
public record Pod(Resource resource) {
    public static final String READY = "Ready";
    public static final String SCHEDULED = "PodScheduled";

    /** The annotation that says which pods to give up last when there are too many. */
    public static final String DELETION_COST = "controller.kubernetes.io/pod-deletion-cost";

    public List<Container> containers() {
        return containers("containers");
    }

    public List<Container> initContainers() {
        return containers("initContainers");
    }

    /** The node it runs on or is meant for, empty while none was chosen. */
    public String nodeName() {
        return resource.tree().text("spec", "nodeName").orElse("");
    }

    /** {@code Pending}, {@code Running}, {@code Succeeded}, {@code Failed} or {@code Unknown}. */
    public String phase() {
        return resource.tree().text("status", "phase").orElse("Pending");
    }

    /** Its address, empty before it has one. */
    public String ip() {
        return resource.tree().text("status", "podIP").orElse("");
    }

    public boolean isTerminal() {
        return phase().equals("Succeeded") || phase().equals("Failed");
    }

    /** Whether it runs or will: neither ended nor on its way out. */
    public boolean isActive() {
        return !isTerminal() && !resource.isDeleting();
    }

    public boolean isReady() {
        return resource.condition(READY).map(Condition::isTrue).orElse(false);
    }

    /** Since when it is ready, without a break; absent where it is not. */
    public Optional<Instant> readySince() {
        return resource.condition(READY)
                .filter(Condition::isTrue)
                .flatMap(Condition::transitionedAt);
    }

    /** Ready, and for at least that long. */
    public boolean isAvailable(Duration minReady, Instant now) {
        if (!isReady()) {
            return false;
        }
        return minReady.isZero()
                || readySince().map(since -> !since.plus(minReady).isAfter(now)).orElse(false);
    }

    /** How often its containers were started anew; the most restarted one counts. */
    public int restarts() {
        return resource.tree().array("status", "containerStatuses").objects().stream()
                .mapToInt(it -> Math.toIntExact(it.whole("restartCount").orElse(0L)))
                .max()
                .orElse(0);
    }

    /** What {@link #DELETION_COST} says, 0 where it says nothing or no number. */
    public int deletionCost() {
        return resource.annotation(DELETION_COST)
                .filter(text -> text.matches("-?(0|[1-9][0-9]{0,8})"))
                .map(Integer::parseInt)
                .orElse(0);
    }

    private List<Container> containers(String field) {
        return resource.tree().array("spec", field).objects().stream().map(Container::new).toList();
    }
}
