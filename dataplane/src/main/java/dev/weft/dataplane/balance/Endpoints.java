package dev.weft.dataplane.balance;

import dev.weft.dataplane.filter.Verdict;
import dev.weft.dataplane.http.Head;
import dev.weft.dataplane.http.Upstream.Terms;
import dev.weft.dataplane.load.Standing;
import dev.weft.dataplane.route.Refusal;
import dev.weft.dataplane.service.Exchange;
import dev.weft.dataplane.service.Failure;
import dev.weft.dataplane.service.Note;
import dev.weft.dataplane.service.Outcome;
import dev.weft.dataplane.service.Service;
import dev.weft.dataplane.service.Step;
import dev.weft.foundation.chance.Chance;
import org.jspecify.annotations.Nullable;

/**
 * Sends each request to one of a backend's endpoints, and learns from what becomes of it. Passes
 * over those that are out, and those that this request has tried already; when none is left but
 * them, the one that it tried last. It serves all routes that lead there in the same terms. Any
 * event loop.
 */
final class Endpoints implements Service, Step {
    private final Crew crew;
    private final Roster roster;
    private final Picker picker;
    private final Terms terms;
    private final Chance[] chances;
    private final Standing.Rules rules;
    private final boolean strict;
    private final @Nullable Turnstile turnstile;
    private final Service admitted = this::admitted;
    private final Failure none;
    private final Failure down;

    Endpoints(Crew crew, Roster roster, Picker picker, Terms terms, Chance[] chances) {
        this.crew = crew;
        this.roster = roster;
        this.picker = picker;
        this.terms = terms;
        this.chances = chances;
        this.rules = crew.rules();
        this.strict = rules.successRate() > 0;
        this.turnstile = crew.turnstile();
        none = refused("no-endpoints", " has no endpoint that is ready.");
        down = refused("fail-fast", " has had no endpoint that can be asked for a while.");
    }

    private Failure refused(String cause, String sentence) {
        String object = terms.object();
        return new Failure(new Refusal(503, cause, object, object + sentence), false, true);
    }

    /** Whom it has for an exchange. */
    Choice.Offer offer(Exchange exchange) {
        Tried tried = Tried.by(exchange);
        long now = exchange.home().now();
        if (roster.firstFrom(0, tried, now) >= 0) {
            return Choice.Offer.A_NEW_ONE;
        }
        if (tried != null && roster.firstFrom(0, tried.last(), now) >= 0) {
            return Choice.Offer.ANOTHER;
        }
        return tried != null && roster.firstFrom(0, null, now) >= 0
                ? Choice.Offer.THE_LAST
                : Choice.Offer.NOBODY;
    }

    /** Has the exchange go to the endpoint that a token names; false if it is not one of these. */
    boolean want(Exchange exchange, long token) {
        int at = roster.named(token);
        if (at < 0) {
            return false;
        }
        exchange.note(Note.WANTED, roster.at(at));
        return true;
    }

    @Override
    public void serve(Exchange exchange) {
        if (roster.size() == 0) {
            exchange.fail(none);
        } else if (turnstile == null) {
            send(exchange);
        } else {
            turnstile.enter(exchange, admitted);
        }
    }

    private void admitted(Exchange exchange) {
        exchange.note(Note.ADMITTED, turnstile);
        send(exchange);
    }

    private void send(Exchange exchange) {
        long now = exchange.home().now();
        Member member = give(exchange, now);
        if (member == null) {
            leave(exchange);
            exchange.fail(down);
            return;
        }
        exchange.note(Note.UNDER_WAY, member);
        member.load().begin(exchange.home().index());
        exchange.sending();
        exchange.push(this);
        member.upstream().serve(exchange, terms);
    }

    /** Gives an exchange to an endpoint, which it has tried then; null if nobody can be asked. */
    @Nullable Member give(Exchange exchange, long now) {
        Tried tried = Tried.by(exchange);
        Member member = choose(exchange, tried, now);
        if (member != null) {
            if (tried != null) {
                tried.add(member);
            }
            exchange.note(Note.ENDPOINT, member);
        }
        return member;
    }

    private @Nullable Member choose(Exchange exchange, @Nullable Tried tried, long now) {
        if (exchange.note(Note.WANTED) instanceof Member member) {
            // by this try alone: the next may be another backend's
            exchange.note(Note.WANTED, null);
            if (claim(exchange, member, now)) {
                return member;
            }
        }
        for (int i = 0; i <= roster.size(); i++) {
            int at = pick(exchange, tried, now);
            if (at < 0) {
                break;
            }
            Member member = roster.at(at);
            // another loop may have taken the one request of a probation meanwhile
            if (claim(exchange, member, now)) {
                return member;
            }
        }
        int least = roster.leastBad(tried);
        return least < 0 || crew.outage().lasts(now) ? null : roster.at(least);
    }

    /** Somebody new; else anybody but the last one; else the same once more. */
    private int pick(Exchange exchange, @Nullable Tried tried, long now) {
        int at = picker.pick(exchange, tried, now);
        if (at < 0 && tried != null) {
            at = picker.pick(exchange, tried.last(), now);
            if (at < 0) {
                at = picker.pick(exchange, null, now);
            }
        }
        return at;
    }

    /** Whether this exchange may go there; it is the one that tries it, where one has to. */
    private boolean claim(Exchange exchange, Member member, long now) {
        Standing standing = member.standing();
        if (standing.state() != Standing.State.GOOD && standing.tries(now)) {
            exchange.note(Note.TRIAL, member);
            return true;
        }
        if (standing.state() != Standing.State.GOOD) {
            return false;
        }
        crew.outage().over();
        return true;
    }

    // ---- what becomes of it

    @Override
    public void answering(Exchange exchange) {
        if (!(exchange.note(Note.UNDER_WAY) instanceof Member member)) {
            return;
        }
        int loop = exchange.home().index();
        long now = exchange.home().now();
        exchange.note(Note.UNDER_WAY, null);
        member.load().end(loop);
        Head answer = exchange.answer();
        boolean grpc = Verdict.isGrpc(answer);
        if (grpc) {
            exchange.note(Note.GRPC, answer);
        }
        int status = grpc ? Verdict.grpcStatus(exchange) : Verdict.NONE;
        if (grpc && status == Verdict.NONE && answer.status() == 200) {
            begins(exchange, member, now);
            return;
        }
        boolean failed =
                Verdict.failed(answer.status(), strict) || Verdict.grpcFailed(status, strict);
        judge(exchange, member, failed, now);
    }

    /** The status of gRPC stands behind the body: how it went is known at the end. */
    private static void begins(Exchange exchange, Member member, long now) {
        exchange.note(Note.UNJUDGED, member);
        member.load().answered(now, now - exchange.sentNanos());
        if (exchange.note(Note.TRIAL) == member) {
            member.standing().begins(now);
        }
    }

    /** One that ends without a status of gRPC has not failed, as far as anybody can tell. */
    private void judgeByEnd(Exchange exchange, Member member, boolean whole, long now) {
        int loop = exchange.home().index();
        exchange.note(Note.UNJUDGED, null);
        boolean trial = takeTrial(exchange, member);
        if (!whole) {
            // cut, by whomever
            if (trial) {
                member.standing().abandoned(now);
            }
        } else if (exchange.hasAnswerTrailers()
                && Verdict.grpcFailed(Verdict.grpcStatus(exchange.answerTrailers()), strict)) {
            member.standing().failed(loop, now, trial, rules, chances[loop]);
        } else {
            member.standing().succeeded(loop, now, trial, rules);
        }
    }

    @Override
    public void tunnelling(Exchange exchange) {
        // it stays under way until the tunnel ends
        if (exchange.note(Note.UNDER_WAY) instanceof Member member) {
            judge(exchange, member, false, exchange.home().now());
        }
    }

    private void judge(Exchange exchange, Member member, boolean failed, long now) {
        int loop = exchange.home().index();
        boolean trial = takeTrial(exchange, member);
        long took = now - exchange.sentNanos();
        if (failed) {
            member.load().failed(now, took);
            member.standing().failed(loop, now, trial, rules, chances[loop]);
        } else {
            member.load().answered(now, took);
            member.standing().succeeded(loop, now, trial, rules);
        }
    }

    private static boolean takeTrial(Exchange exchange, Member member) {
        if (exchange.note(Note.TRIAL) == member) {
            exchange.note(Note.TRIAL, null);
            return true;
        }
        return false;
    }

    @Override
    public boolean failing(Exchange exchange, Failure failure) {
        leave(exchange);
        if (!(exchange.note(Note.UNDER_WAY) instanceof Member member)) {
            return true;
        }
        long now = exchange.home().now();
        int loop = exchange.home().index();
        exchange.note(Note.UNDER_WAY, null);
        member.load().end(loop);
        if (failure.isUnreachable()) {
            boolean trial = takeTrial(exchange, member);
            member.standing().unreachable(now, trial, rules, chances[loop]);
        } else if (failure.reached() || failure.again()) {
            judge(exchange, member, true, now);
        } else if (takeTrial(exchange, member)) {
            member.standing().abandoned(now);
        }
        return true;
    }

    @Override
    public void retracted(Exchange exchange) {
        leave(exchange);
        if (exchange.note(Note.UNJUDGED) instanceof Member member) {
            judgeByEnd(exchange, member, false, exchange.home().now());
        }
    }

    @Override
    public void ended(Exchange exchange, Outcome outcome) {
        leave(exchange);
        long now = exchange.home().now();
        int loop = exchange.home().index();
        if (exchange.note(Note.UNDER_WAY) instanceof Member member) {
            member.load().end(loop);
            if (takeTrial(exchange, member)) {
                member.standing().abandoned(now);
            }
        } else if (exchange.note(Note.UNJUDGED) instanceof Member member) {
            judgeByEnd(exchange, member, outcome == Outcome.COMPLETE, now);
        }
    }

    private static void leave(Exchange exchange) {
        if (exchange.note(Note.ADMITTED) instanceof Turnstile through) {
            exchange.note(Note.ADMITTED, null);
            through.leave(exchange.home().index());
        }
    }
}
