package dev.weft.dataplane.balance;

import dev.weft.dataplane.route.Backend;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The endpoints of a backend in one snapshot, with their weights. Immutable; what is known of the
 * members changes below it. Any event loop.
 */
final class Roster {
    /** What a new endpoint is given at first, of its share. */
    private static final double SLOWEST = 0.1;

    private final Member[] members;
    private final double[] weights;
    private final double[] upTo;
    private final boolean equal;
    private final long slowStartNanos;

    Roster(Member[] members, Backend.Endpoints backend) {
        this.members = members;
        List<Backend.Endpoint> endpoints = backend.endpoints();
        this.weights = endpoints.stream().mapToDouble(Backend.Endpoint::weight).toArray();
        this.upTo = new double[weights.length];
        double sum = 0;
        boolean same = true;
        for (int i = 0; i < weights.length; i++) {
            sum += weights[i];
            upTo[i] = sum;
            same &= weights[i] == weights[0];
        }
        this.equal = same;
        this.slowStartNanos = backend.terms().balancer().slowStart().toNanos();
    }

    int size() {
        return members.length;
    }

    Member at(int index) {
        return members[index];
    }

    boolean hasEqualWeights() {
        return equal;
    }

    double weight(int index) {
        return weights[index];
    }

    /** Whether one can be asked by an exchange that has tried others. */
    boolean can(int index, @Nullable Tried tried, long nowNanos) {
        Member member = members[index];
        return (tried == null || !tried.has(member)) && member.standing().ready(nowNanos);
    }

    /** What part of its share one gets: less than 1 while it is new. */
    double part(int index, long nowNanos) {
        if (slowStartNanos == 0) {
            return 1;
        }
        double age = (double) (nowNanos - members[index].since()) / slowStartNanos;
        return age >= 1 ? 1 : Math.max(SLOWEST, age);
    }

    /**
     * Whom a fraction of all weights falls on.
     *
     * @param fraction from 0 up to but not including 1
     */
    int drawn(double fraction) {
        if (equal) {
            return (int) (fraction * members.length);
        }
        double point = fraction * upTo[upTo.length - 1];
        int low = 0;
        int high = upTo.length - 1;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (upTo[middle] <= point) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    /** The first that can be asked, from one on; -1 if none can. */
    int firstFrom(int start, @Nullable Tried tried, long nowNanos) {
        int at = start;
        for (int i = 0; i < members.length; i++) {
            if (can(at, tried, nowNanos)) {
                return at;
            }
            at = at + 1 == members.length ? 0 : at + 1;
        }
        return -1;
    }

    /**
     * Of those that took no connection the one whose penalty ends first, one that was not tried
     * before if there is any, the one tried last only if there is no other; -1 if there is none.
     * One that answers badly is not asked.
     */
    int leastBad(@Nullable Tried tried) {
        int best = -1;
        for (int i = 0; i < members.length; i++) {
            if (members[i].standing().isUnreachable() && (best < 0 || better(i, best, tried))) {
                best = i;
            }
        }
        return best;
    }

    private boolean better(int one, int other, @Nullable Tried tried) {
        int more = tried == null ? 0 : tried.against(members[one]) - tried.against(members[other]);
        if (more != 0) {
            return more < 0;
        }
        return members[one].standing().outUntilNanos() - members[other].standing().outUntilNanos()
                < 0;
    }

    /** Which member a token names; -1 if none. */
    int named(long token) {
        for (int i = 0; i < members.length; i++) {
            if (members[i].token() == token) {
                return i;
            }
        }
        return -1;
    }
}
