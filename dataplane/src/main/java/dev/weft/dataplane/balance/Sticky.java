package dev.weft.dataplane.balance;

import dev.weft.dataplane.http.Head;
import dev.weft.dataplane.route.Route;
import dev.weft.dataplane.route.Stickiness;
import dev.weft.dataplane.service.Exchange;
import dev.weft.dataplane.service.Note;
import dev.weft.dataplane.service.Service;
import dev.weft.dataplane.service.Step;
import dev.weft.foundation.time.Clock;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Leads a caller back to the endpoint of its first request, by a cookie or a header that the caller
 * sends along. An endpoint that is out or gone is replaced, and so is one whose backend has no
 * weight any more; the weights decide for first requests only. What the caller carries names an
 * endpoint, when that was said and when it was last used; it is no secret, since a caller who makes
 * one up chooses an endpoint and nothing more. Any event loop.
 */
final class Sticky implements Service, Step {
    private static final byte[] COOKIE = "cookie".getBytes(StandardCharsets.US_ASCII);
    private static final int NUMBERS = 3;

    private final Stickiness terms;
    private final byte[] name;
    private final Choice[] choices;
    private final boolean[] weighted;
    private final Clock clock;
    private final Service next;

    Sticky(Route route, Choice[] choices, Clock clock, Service next) {
        this.terms = route.policy().stickiness();
        String carried =
                terms.by() == Stickiness.By.HEADER
                        ? terms.name().toLowerCase(Locale.ROOT)
                        : terms.name();
        this.name = carried.getBytes(StandardCharsets.ISO_8859_1);
        this.choices = choices;
        this.weighted = new boolean[choices.length];
        for (int i = 0; i < choices.length; i++) {
            weighted[i] = route.backends().get(i).weight() > 0;
        }
        this.clock = clock;
        this.next = next;
    }

    @Override
    public void serve(Exchange exchange) {
        exchange.push(this);
        long[] said = exchange.tries() > 1 ? null : said(exchange.request());
        if (said != null) {
            for (int i = 0; i < choices.length; i++) {
                if (weighted[i] && choices[i].want(exchange, said[0])) {
                    choices[i].serve(exchange);
                    return;
                }
            }
        }
        next.serve(exchange);
    }

    @Override
    public void answering(Exchange exchange) {
        if (!(exchange.note(Note.ENDPOINT) instanceof Member member)) {
            return;
        }
        long[] said = said(exchange.request());
        boolean same = said != null && said[0] == member.token();
        if (same && terms.idle().isZero()) {
            return;
        }
        long now = clock.now().getEpochSecond();
        long issued = said != null && same ? said[1] : now;
        String value =
                Long.toHexString(member.token())
                        + "."
                        + Long.toHexString(issued)
                        + "."
                        + Long.toHexString(now);
        if (terms.by() == Stickiness.By.HEADER) {
            exchange.answer().drop(name);
            exchange.answer().add(terms.name(), value);
        } else {
            exchange.answer().add("set-cookie", cookie(exchange, value, issued - now));
        }
    }

    private String cookie(Exchange exchange, String value, long sinceIssued) {
        String age =
                terms.by() == Stickiness.By.PERMANENT_COOKIE
                        ? "; Max-Age=" + Math.max(0, terms.absolute().toSeconds() + sinceIssued)
                        : "";
        String secure = exchange.peer().encrypted() ? "; Secure" : "";
        return terms.name() + "=" + value + "; Path=/" + age + "; HttpOnly; SameSite=Lax" + secure;
    }

    /** The endpoint, since when, and last used: what the caller carries, if it holds still. */
    private long @Nullable [] said(Head request) {
        int start;
        int end;
        if (terms.by() == Stickiness.By.HEADER) {
            int field = request.find(name, 0);
            if (field < 0) {
                return null;
            }
            start = request.valueStart(field);
            end = request.valueEnd(field);
        } else {
            long found = Cookies.find(request, COOKIE, name);
            if (found == Cookies.NONE) {
                return null;
            }
            start = Cookies.start(found);
            end = Cookies.end(found);
        }
        long[] numbers = numbers(request.bytes(), start, end);
        return numbers != null && holds(numbers) ? numbers : null;
    }

    private boolean holds(long[] said) {
        long now = clock.now().getEpochSecond();
        boolean young = terms.absolute().isZero() || now - said[1] <= terms.absolute().toSeconds();
        boolean used = terms.idle().isZero() || now - said[2] <= terms.idle().toSeconds();
        return young && used;
    }

    /** Three hexadecimal numbers with points between. */
    private static long @Nullable [] numbers(byte[] bytes, int start, int end) {
        long[] numbers = new long[NUMBERS];
        int at = 0;
        int digits = 0;
        for (int i = start; i < end; i++) {
            int digit = Character.digit(bytes[i], 16);
            if (bytes[i] == '.' && digits > 0 && at < NUMBERS - 1) {
                at++;
                digits = 0;
            } else if (digit >= 0 && digits < 16) {
                numbers[at] = numbers[at] << 4 | digit;
                digits++;
            } else {
                return null;
            }
        }
        return at == NUMBERS - 1 && digits > 0 ? numbers : null;
    }
}
