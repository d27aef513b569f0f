package dev.weft.dialects.gatewayapi.rule;

import dev.weft.api.codec.JsonArray;
import dev.weft.api.codec.JsonObject;
import dev.weft.api.model.Key;
import dev.weft.api.model.Resource;
import dev.weft.api.model.ResourceType;
import dev.weft.dataplane.route.Backend;
import dev.weft.dataplane.route.Changes;
import dev.weft.dataplane.route.Match;
import dev.weft.dataplane.route.Policy;
import dev.weft.mesh.intent.ConnectionRule;
import dev.weft.mesh.intent.HttpRule;
import dev.weft.mesh.intent.Intent;
import dev.weft.mesh.intent.Place;
import dev.weft.mesh.intent.Source;
import dev.weft.mesh.intent.Target;
import dev.weft.mesh.intent.World;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads the rules of one route. Belongs to one thread and one route. */
public final class Rules {
    private static final World NOTHING =
            new World() {
                @Override
                public Optional<Resource> find(ResourceType type, Key key) {
                    return Optional.empty();
                }

                @Override
                public List<Resource> all(ResourceType type) {
                    return List.of();
                }
            };

    private final Resource route;
    private final Source source;
    private final RouteSort sort;
    private final List<Place> places;
    private final Findings findings;
    private final BackendRefs backends;
    private final List<Intent> intents = new ArrayList<>();
    private int broken;

    /** Those of the rule before: rules that ask for the same share it as an object. */
    private Policy policy = Policy.usual();

    private HttpRule.Sharing sharing = new HttpRule.Sharing(List.of(), List.of());

    public Rules(
            Resource route, RouteSort sort, List<Place> places, World world, Findings findings) {
        this.route = route;
        this.source = Source.of(route);
        this.sort = sort;
        this.places = List.copyOf(places);
        this.findings = findings;
        this.backends = new BackendRefs(route, sort, world, findings);
    }

    /** What the route wants; the findings then hold what is wrong with it. */
    public List<Intent> read() {
        List<JsonObject> rules = route.spec().array("rules").objects();
        for (int i = 0; i < rules.size(); i++) {
            switch (sort) {
                case HTTP, GRPC -> requests(rules.get(i), i);
                case TLS, TCP -> connections(rules.get(i), i);
            }
        }
        return List.copyOf(intents);
    }

    /** What is found out once about a list of rules, as long as it stays the same object. */
    private record Verdict(RouteSort sort, boolean whollyBroken) {}

    /** Whether no rule of a route can be carried out, whatever is around it. */
    public static boolean isWhollyBroken(Resource route, RouteSort sort) {
        JsonArray rules = route.spec().array("rules");
        Verdict known = rules.derived(Verdict.class, it -> judged(route, sort));
        return (known.sort == sort ? known : judged(route, sort)).whollyBroken;
    }

    private static Verdict judged(Resource route, RouteSort sort) {
        var rules = new Rules(route, sort, List.of(), NOTHING, new Findings());
        rules.read();
        return new Verdict(sort, rules.isWhollyBroken());
    }

    /** Whether no rule can be carried out. */
    public boolean isWhollyBroken() {
        return broken > 0 && broken == route.spec().array("rules").size();
    }

    private void requests(JsonObject rule, int order) {
        String at = "rules[" + order + "]";
        Optional<List<Match>> matches = matches(rule, at);
        if (matches.isEmpty()) {
            broken++;
            return;
        }
        int before = findings.values().size();
        Filters filters =
                new Filters(at + ".filters", backends, findings, false)
                        .read(rule.array("filters"), name(rule));
        List<HttpRule.Part> parts = parts(rule, at);
        Policy asked = policy(rule, at, filters);
        boolean failed = findings.values().size() > before;
        if (failed) {
            broken++;
        }
        if (places.isEmpty()) {
            // only what is wrong with it was asked for
            return;
        }
        Optional<Backend.Redirect> elsewhere = failed ? Optional.empty() : filters.redirect();
        var shared =
                failed
                        ? new HttpRule.Sharing(
                                List.of(
                                        nobody(
                                                "unsupported-value",
                                                "The rule asks for what is not carried out here;"
                                                        + " see the status of the route.")),
                                List.of())
                        : new HttpRule.Sharing(parts, filters.copies());
        policy = asked.equals(policy) ? policy : asked;
        sharing = shared.equals(sharing) ? sharing : shared;
        String named = rule.text("name").orElse("");
        for (Match match : matches.get()) {
            intents.add(
                    new HttpRule(source, named, order, places, match, policy, sharing, elsewhere));
        }
    }

    /** Nothing where one of them cannot be read: nobody can tell then what the rule is for. */
    private Optional<List<Match>> matches(JsonObject rule, String at) {
        Matches matches = Matches.of(rule.array("matches"), sort);
        matches.problems()
                .forEach((index, why) -> findings.dropped(at + ".matches[" + index + "]: " + why));
        return matches.problems().isEmpty() ? Optional.of(matches.all()) : Optional.empty();
    }

    private Policy policy(JsonObject rule, String at, Filters filters) {
        Policy policy = Policy.usual().withChanges(filters.changes());
        if (filters.cors().isPresent()) {
            policy = policy.withGuard(policy.guard().withCors(filters.cors().get()));
        }
        return RulePolicy.read(rule, at, policy, findings);
    }

    private List<HttpRule.Part> parts(JsonObject rule, String at) {
        var parts = new ArrayList<HttpRule.Part>();
        int index = 0;
        for (JsonObject ref : rule.array("backendRefs").objects()) {
            String path = at + ".backendRefs[" + index++ + "]";
            Filters filters =
                    new Filters(path + ".filters", backends, findings, true)
                            .read(ref.array("filters"), name(rule));
            parts.add(
                    new HttpRule.Part(
                            ref.whole("weight").orElse(1L),
                            backends.target(ref, path),
                            filters.changes(),
                            filters.copies()));
        }
        if (parts.isEmpty()) {
            parts.add(nobody("no-backends", "The rule names no backend."));
        }
        return parts;
    }

    private HttpRule.Part nobody(String cause, String message) {
        return new HttpRule.Part(
                1,
                backends.nobody(route.key().toString(), cause, message),
                Changes.none(),
                List.of());
    }

    private void connections(JsonObject rule, int order) {
        String at = "rules[" + order + "]";
        if (order > 0) {
            findings.dropped(at + ": a " + sort.kind() + " has one rule here (expected: one)");
            return;
        }
        var parts = new ArrayList<HttpRule.Part>();
        int index = 0;
        for (JsonObject ref : rule.array("backendRefs").objects()) {
            Target target = backends.target(ref, at + ".backendRefs[" + index++ + "]");
            parts.add(
                    new HttpRule.Part(
                            ref.whole("weight").orElse(1L), target, Changes.none(), List.of()));
        }
        var doors = new ArrayList<Place.Door>();
        for (Place place : places) {
            switch (place) {
                case Place.Door door -> doors.add(door);
                case Place.Callee callee -> {}
            }
        }
        intents.add(new ConnectionRule(source, rule.text("name").orElse(""), doors, parts));
    }

    private String name(JsonObject rule) {
        return route.key() + rule.text("name").map(it -> "/" + it).orElse("");
    }
}
