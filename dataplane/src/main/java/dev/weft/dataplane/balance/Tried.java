package dev.weft.dataplane.balance;

import dev.weft.dataplane.service.Exchange;
import dev.weft.dataplane.service.Note;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Whom one request has been given to, of whichever backend, so that its next try goes to somebody
 * else. Made when a second try is chosen for, and empty never; a first try knows of none. It knows
 * the endpoints themselves and not their places, so that it means the same in every snapshot. Its
 * event loop.
 */
final class Tried {
    private static final int AT_FIRST = 4;

    /** Each once, the last one last. */
    private Member[] members;

    private int count;

    private Tried(Member only, int room) {
        members = new Member[room];
        members[0] = only;
        count = 1;
    }

    /** Whom an exchange has tried; null if nobody. */
    static @Nullable Tried by(Exchange exchange) {
        if (exchange.note(Note.TRIED) instanceof Tried known) {
            return known;
        }
        if (!(exchange.note(Note.ENDPOINT) instanceof Member first)) {
            return null;
        }
        var made = new Tried(first, AT_FIRST);
        exchange.note(Note.TRIED, made);
        return made;
    }

    boolean has(Member member) {
        return place(member) < count;
    }

    private int place(Member member) {
        int at = 0;
        while (at < count && members[at] != member) {
            at++;
        }
        return at;
    }

    /** How much speaks against trying one: 0 while it is new, most for the one tried last. */
    int against(Member member) {
        int at = place(member);
        return at == count ? 0 : at == count - 1 ? 2 : 1;
    }

    /** The one that was tried last, and nobody else. */
    Tried last() {
        return count == 1 ? this : new Tried(members[count - 1], 1);
    }

    /** One is tried now. */
    void add(Member member) {
        int at = place(member);
        if (at < count) {
            System.arraycopy(members, at + 1, members, at, count - at - 1);
            count--;
        } else if (count == members.length) {
            members = Arrays.copyOf(members, 2 * count);
        }
        members[count++] = member;
    }
}
