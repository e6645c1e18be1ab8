package dev.refractium.server.route;

import static org.assertj.core.api.Assertions.assertThat;

import dev.refractium.api.Identification;
import dev.refractium.api.Protocol;
import dev.refractium.api.Transport;
import dev.refractium.server.identify.Candidate;
import dev.refractium.server.identify.Identifier.Outcome;
import dev.refractium.server.identify.Prefix;
import dev.refractium.server.route.Decision.Reason;
import dev.refractium.server.text.NameTable;
import dev.refractium.server.text.Network;
import dev.refractium.server.text.Networks;
import dev.refractium.server.upstream.Backend;
import dev.refractium.server.upstream.BalanceRules;
import dev.refractium.server.upstream.Policy;
import dev.refractium.server.upstream.Pool;
import dev.refractium.server.upstream.Source;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

class RouteTableTest {
    private final Protocol tls = new Prefix("https", "T", List.of("sni", "alpn"));
    private final List<Rule> rules = new ArrayList<>();

    @Test
    void exactValueBeatsTheLongestWildcardBeatsNone() {
        route("any", Map.of());
        route("short", Map.of("sni", List.of("*.test")));
        route("long", Map.of("sni", List.of("*.a.test")));
        route("exact", Map.of("sni", List.of("x.a.test")));

        assertThat(find("x.a.test")).isEqualTo("exact");
        assertThat(find("y.a.test")).isEqualTo("long");
        assertThat(find("y.z.a.test")).isEqualTo("long");
        assertThat(find("b.test")).isEqualTo("short");
        assertThat(find("example.org")).isEqualTo("any");
        assertThat(find()).isEqualTo("any");
    }

    @Test
    void wildcardMatchesWholeLabelsOnly() {
        route("wild", Map.of("sni", List.of("*.a.test")));

        assertThat(find("a.test")).isEqualTo("-");
        assertThat(find("xa.test")).isEqualTo("-");
        assertThat(find(".a.test")).isEqualTo("-");
        assertThat(find("b.a.test")).isEqualTo("wild");
    }

    @Test
    void emptyValueMatchesProvedAbsence() {
        route("absent", Map.of("sni", List.of("")));
        route("wild", Map.of("sni", List.of("*.test")));

        assertThat(find()).isEqualTo("absent");
        assertThat(find("a.test")).isEqualTo("wild");
        assertThat(find("a.org")).isEqualTo("-");
    }

    @Test
    void everyAlternativeIsWeighedByItself() {
        route("mixed", Map.of("sni", List.of("exact.test", "*.test")));
        route("longer", Map.of("sni", List.of("*.b.test")));

        assertThat(find("x.b.test")).isEqualTo("longer");
        assertThat(find("exact.test")).isEqualTo("mixed");
        assertThat(find("other.test")).isEqualTo("mixed");
    }

    @Test
    void earlierAttributeWeighsMore() {
        route("byName", Map.of("sni", List.of("*.test")));
        route("byAlpn", Map.of("alpn", List.of("h2")));
        route("both", Map.of("sni", List.of("*.test"), "alpn", List.of("h2")));

        assertThat(find(Map.of("sni", List.of("a.test"), "alpn", List.of("h2"))))
                .isEqualTo("both");
        assertThat(find(Map.of("sni", List.of("a.test"), "alpn", List.of("dot"))))
                .isEqualTo("byName");
        assertThat(find(Map.of("alpn", List.of("http/1.1", "h2")))).isEqualTo("byAlpn");
    }

    @Test
    void candidatesOfTheFirstAttributeAreCheckedForTheOthers() {
        route("exact", Map.of("sni", List.of("a.test"), "alpn", List.of("h2")));
        route("wild", Map.of("sni", List.of("*.test"), "alpn", List.of("h2")));
        route("absent", Map.of("sni", List.of(""), "alpn", List.of("h2")));
        route("any", Map.of());

        assertThat(find(Map.of("sni", List.of("a.test"), "alpn", List.of("h2"))))
                .isEqualTo("exact");
        assertThat(find(Map.of("sni", List.of("b.test"), "alpn", List.of("h2"))))
                .isEqualTo("wild");
        assertThat(find(Map.of("alpn", List.of("h2")))).isEqualTo("absent");
        assertThat(find(Map.of("sni", List.of("a.test"), "alpn", List.of("dot"))))
                .isEqualTo("any");
        assertThat(find(Map.of("alpn", List.of("dot")))).isEqualTo("any");
    }

    @Test
    void orderOfTheFileDoesNotMatterIfARouteIsMoreSpecific() {
        route("any", Map.of());
        route("wild", Map.of("sni", List.of("*.test")));
        route("exact", Map.of("sni", List.of("a.test")));
        for (int seed = 0; seed < 6; seed++) {
            Collections.shuffle(rules, new Random(seed));

            assertThat(find("a.test")).isEqualTo("exact");
        }
    }

    @Test
    void unroutedSessionsGoToTheFallbackExceptIncompleteOnes() {
        route("a", Map.of("sni", List.of("a.test")));
        Route fallback = new Route("fallback", rules.get(0).route().pool(), true, false);
        RouteTable table = table(Optional.of(fallback));

        assertThat(table.decide(Outcome.NONE, null, Identification.noMatch(), null))
                .isEqualTo(new Decision(Reason.UNMATCHED, fallback));
        assertThat(decide(table, Outcome.MATCHED, Map.of())).isEqualTo(new Decision(Reason.NO_ROUTE, fallback));
        assertThat(decide(table, Outcome.INCOMPLETE, Map.of())).isEqualTo(new Decision(Reason.INCOMPLETE, null));
        assertThat(decide(table, Outcome.UNDECIDED, Map.of())).isEqualTo(new Decision(Reason.INCOMPLETE, null));
        assertThat(table.ofSilence(null)).isEqualTo(new Decision(Reason.SILENT, fallback));
        assertThat(table.ofUnreachable(rules.get(0).route())).isEqualTo(new Decision(Reason.UNREACHABLE, null));
        assertThat(table.ofUnreachable(fallback)).isEqualTo(new Decision(Reason.UNREACHABLE, null));
    }

    @Test
    void oddNamesGoWhereTheProtocolSendsThem() {
        route("a", Map.of("sni", List.of("a.test")));
        route("h2", Map.of("alpn", List.of("h2")));
        Route fallback = new Route("fallback", rules.get(0).route().pool(), true, false);
        assertThat(ofOddName(OddNames.CATCH_ALL, fallback)).isEqualTo(new Decision(Reason.INCOMPLETE, null));
        route("any", Map.of());

        assertThat(ofOddName(OddNames.CLOSED, fallback)).isEqualTo(new Decision(Reason.INCOMPLETE, null));
        assertThat(ofOddName(OddNames.FALLBACK, fallback)).isEqualTo(new Decision(Reason.INCOMPLETE, fallback));
        assertThat(ofOddName(OddNames.CATCH_ALL, fallback))
                .isEqualTo(new Decision(Reason.ROUTED, rules.get(2).route()));
    }

    @Test
    void whatIsUnreadableForAnotherReasonIsNoOddName() {
        route("any", Map.of());
        RouteTable.Entry entry = new RouteTable.Entry(tls, rules, false, OddNames.CATCH_ALL);
        RouteTable table = new RouteTable(List.of(entry), List.of(), Optional.empty());

        assertThat(table.decide(
                        Outcome.INCOMPLETE, Candidate.wantingAll(tls, 0), Identification.unreadable("two names"), null))
                .isEqualTo(new Decision(Reason.INCOMPLETE, null));
    }

    private Decision ofOddName(OddNames oddNames, Route fallback) {
        RouteTable.Entry entry = new RouteTable.Entry(tls, rules, false, oddNames);
        return new RouteTable(List.of(entry), List.of(), Optional.of(fallback))
                .decide(Outcome.INCOMPLETE, Candidate.wantingAll(tls, 0), Identification.oddName("an asterisk"), null);
    }

    @Test
    void routesMayPassSessionsThatTheyCannotServeToTheFallback() {
        Pool pool = new Pool(
                "test",
                List.of(new Backend(new Source("127.0.0.1", 1, Transport.TCP))),
                new BalanceRules(Policy.ROUND_ROBIN));
        Route generous = new Route("generous", pool, true, false);
        Route fallback = new Route("fallback", pool, false, false);
        RouteTable.Entry entry = new RouteTable.Entry(
                tls, Rule.expand(Map.of("sni", List.of("a.test")), generous), true, OddNames.CLOSED);
        RouteTable table = new RouteTable(List.of(entry), Rule.expand(Map.of(), generous), Optional.of(fallback));

        assertThat(decide(table, Outcome.INCOMPLETE, Map.of())).isEqualTo(new Decision(Reason.INCOMPLETE, fallback));
        assertThat(decide(table, Outcome.UNDECIDED, Map.of())).isEqualTo(new Decision(Reason.INCOMPLETE, fallback));
        assertThat(table.ofUnreachable(generous)).isEqualTo(new Decision(Reason.UNREACHABLE, fallback));
        assertThat(table.ofSilence(null)).isEqualTo(new Decision(Reason.ROUTED, generous));
        assertThat(table.ofSilence(null).isFallback()).isFalse();
    }

    @Test
    void networksOfClientsRankAfterTheAttributes() throws Exception {
        route("any", Map.of());
        route("office", Map.of(), "10.0.0.0/8");
        route("exact", Map.of("sni", List.of("a.test")));
        route("exact of the office", Map.of("sni", List.of("a.test")), "10.0.0.0/8", "2001:db8::/32");
        route("suffix of the office", Map.of("sni", List.of("*.test")), "10.0.0.0/8");
        RouteTable table = table(Optional.empty());

        assertThat(of(table, "10.1.1.1", "a.test")).isEqualTo("exact of the office");
        assertThat(of(table, "2001:db8::1", "a.test")).isEqualTo("exact of the office");
        assertThat(of(table, "11.1.1.1", "a.test")).isEqualTo("exact");
        assertThat(of(table, "10.1.1.1", "b.test")).isEqualTo("suffix of the office");
        assertThat(of(table, "11.1.1.1", "b.test")).isEqualTo("any");
        assertThat(of(table, "10.1.1.1", "b.example")).isEqualTo("office");
        assertThat(find("a.test")).isEqualTo("exact");
    }

    /** As a longer suffix does among names, wherever the routes stand in the file. */
    @Test
    void longestPrefixThatHasTheClientWins() throws Exception {
        route("all", Map.of(), "0.0.0.0/0", "::/0");
        route("net", Map.of(), "10.0.0.0/8", "10.9.9.0/24");
        route("site", Map.of(), "10.1.0.0/16", "10.9.9.9");
        route("exact net", Map.of("sni", List.of("a.test")), "10.0.0.0/8");
        route("exact site", Map.of("sni", List.of("a.test")), "192.0.2.1", "10.1.0.0/16");
        RouteTable table = table(Optional.empty());
        RouteTable silent = new RouteTable(List.of(), rules.subList(0, 3), Optional.empty());

        assertThat(of(table, "10.1.1.1", "b.test")).isEqualTo("site");
        assertThat(of(table, "10.2.1.1", "b.test")).isEqualTo("net");
        assertThat(of(table, "10.9.9.1", "b.test")).isEqualTo("net");
        assertThat(of(table, "10.9.9.9", "b.test")).isEqualTo("site");
        assertThat(of(table, "192.0.2.1", "b.test")).isEqualTo("all");
        assertThat(of(table, "2001:db8::1", "b.test")).isEqualTo("all");
        assertThat(of(table, "10.1.1.1", "a.test")).isEqualTo("exact site");
        assertThat(of(table, "10.2.1.1", "a.test")).isEqualTo("exact net");
        assertThat(of(table, "11.1.1.1", "a.test")).isEqualTo("all");
        assertThat(silent.ofSilence(InetAddress.getByName("10.1.1.1")).route())
                .isEqualTo(rules.get(2).route());
        assertThat(silent.ofSilence(InetAddress.getByName("10.2.1.1")).route())
                .isEqualTo(rules.get(1).route());
        assertThat(table.routes())
                .extracting(Route::name)
                .containsExactly("exact site", "exact net", "site", "net", "all");
    }

    @Test
    void sessionOfOtherClientsHasNoRoute() throws Exception {
        route("office", Map.of("sni", List.of("a.test")), "10.0.0.0/8");

        assertThat(of(table(Optional.empty()), "11.1.1.1", "a.test")).isEqualTo("-");
    }

    @Test
    void silentClientsAndOddNamesGoByNetworksToo() throws Exception {
        route("any", Map.of());
        route("office", Map.of(), "10.0.0.0/8");
        Route office = rules.get(1).route();
        RouteTable.Entry entry = new RouteTable.Entry(tls, rules, false, OddNames.CATCH_ALL);
        RouteTable table = new RouteTable(List.of(entry), List.of(rules.get(1)), Optional.empty());
        InetAddress inside = InetAddress.getByName("10.1.1.1");
        InetAddress outside = InetAddress.getByName("11.1.1.1");

        assertThat(table.takesSilence(inside)).isTrue();
        assertThat(table.takesSilence(outside)).isFalse();
        assertThat(table.ofSilence(inside).route()).isEqualTo(office);
        assertThat(table.ofSilence(outside)).isEqualTo(new Decision(Reason.SILENT, null));
        Identification odd = Identification.oddName("an asterisk");
        Candidate candidate = Candidate.wantingAll(tls, 0);
        assertThat(table.decide(Outcome.INCOMPLETE, candidate, odd, inside).route())
                .isEqualTo(office);
        assertThat(table.decide(Outcome.INCOMPLETE, candidate, odd, outside).route())
                .isEqualTo(rules.get(0).route());
    }

    @Test
    void mapsComeAfterRoutesThatNameValuesAndBeforeThoseWithoutConditions() {
        map("first", Map.of(), "a.test", "*.b.test", "named.test");
        map("second", Map.of(), "a.test", "c.test", "x.b.test");
        route("any", Map.of());
        route("named", Map.of("sni", List.of("named.test", "*.z.test")));
        route("h2", Map.of("alpn", List.of("h2")));

        assertThat(find("named.test")).isEqualTo("named");
        assertThat(find("a.test")).isEqualTo("first->a.test");
        assertThat(find("x.b.test")).isEqualTo("first->*.b.test");
        assertThat(find("c.test")).isEqualTo("second->c.test");
        assertThat(find("d.test")).isEqualTo("any");
        assertThat(find()).isEqualTo("any");
        assertThat(find(Map.of("sni", List.of("a.test"), "alpn", List.of("h2"))))
                .isEqualTo("h2");
        assertThat(table(Optional.empty()).routes())
                .extracting(Route::name)
                .containsExactly(
                        "named",
                        "h2",
                        "first->a.test",
                        "first->*.b.test",
                        "first->named.test",
                        "second->a.test",
                        "second->c.test",
                        "second->x.b.test",
                        "any");
    }

    @Test
    void mapTakesOnlySessionsThatFitItsOtherConditions() throws Exception {
        map("h2", Map.of("alpn", List.of("h2")), "a.test");
        map("office", Map.of(), List.of("10.0.0.0/8"), "a.test", "@");
        map("default", Map.of(), "@");

        assertThat(find(Map.of("sni", List.of("a.test"), "alpn", List.of("h2", "x"))))
                .isEqualTo("h2->a.test");
        assertThat(find("a.test")).isEqualTo("default->@");
        assertThat(of(table(Optional.empty()), "10.1.1.1", "a.test")).isEqualTo("office->a.test");
        assertThat(of(table(Optional.empty()), "10.1.1.1", "b.test")).isEqualTo("office->@");
        assertThat(find()).isEqualTo("default->@");
    }

    @Test
    void mapAsksForItsAttributeAndIsNoCatchAll() {
        map("map", Map.of(), "@");
        RouteTable.Entry entry = new RouteTable.Entry(tls, rules, false, OddNames.CATCH_ALL);
        RouteTable table = new RouteTable(List.of(entry), List.of(), Optional.empty());

        Identification odd = Identification.oddName("an asterisk");
        assertThat(table.decide(Outcome.INCOMPLETE, Candidate.wantingAll(tls, 0), odd, null))
                .isEqualTo(new Decision(Reason.INCOMPLETE, null));
        assertThat(table.maps()).hasSize(1);
    }

    @Test
    void decisionOfAMapNamesTheLine() {
        map("map", Map.of(), "a.test", "@");
        Identification answer = Identification.match(Map.of("sni", List.of("b.test")));

        Decision decision = table(Optional.empty()).decide(Outcome.MATCHED, Candidate.wantingAll(tls, 0), answer, null);

        assertThat(decision.mapLine(answer)).contains("map.map:2");
        assertThat(new Decision(Reason.ROUTED, decision.route()).mapLine(answer))
                .isEmpty();
    }

    private void map(String name, Map<String, List<String>> match, String... lines) {
        map(name, match, List.of(), lines);
    }

    private void map(String name, Map<String, List<String>> match, List<String> clients, String... lines) {
        NameTable.Builder names = new NameTable.Builder();
        List<Route> routes = new ArrayList<>();
        for (String line : lines) {
            byte[] bytes = line.getBytes(StandardCharsets.UTF_8);
            names.add(bytes, 0, bytes.length, routes.size(), routes.size() + 1);
            Pool pool = new Pool(
                    "test",
                    List.of(new Backend(new Source("127.0.0.1", 1, Transport.TCP))),
                    new BalanceRules(Policy.ROUND_ROBIN));
            routes.add(new Route(name + "->" + line, pool, false, false));
        }
        Networks networks = Networks.of(clients.stream().map(Network::parse).toList());
        rules.addAll(
                Rule.expand(match, networks, new NameMap(name, Path.of(name + ".map"), "sni", names.table(), routes)));
    }

    private String of(RouteTable table, String client, String sni) throws UnknownHostException {
        Identification answer = Identification.match(Map.of("sni", List.of(sni)));
        Route found = table.decide(Outcome.MATCHED, Candidate.wantingAll(tls, 0), answer, InetAddress.getByName(client))
                .route();
        return found == null ? "-" : found.name();
    }

    private void route(String name, Map<String, List<String>> match, String... clients) {
        Pool pool = new Pool(
                "test",
                List.of(new Backend(new Source("127.0.0.1", 1, Transport.TCP))),
                new BalanceRules(Policy.ROUND_ROBIN));
        Networks networks =
                Networks.of(Arrays.stream(clients).map(Network::parse).toList());
        rules.addAll(Rule.expand(match, networks, new Route(name, pool, false, false)));
    }

    private void route(String name, Map<String, List<String>> match) {
        Pool pool = new Pool(
                "test",
                List.of(new Backend(new Source("127.0.0.1", 1, Transport.TCP))),
                new BalanceRules(Policy.ROUND_ROBIN));
        rules.addAll(Rule.expand(match, new Route(name, pool, false, false)));
    }

    private String find(String... sni) {
        return find(sni.length == 0 ? Map.of() : Map.of("sni", List.of(sni)));
    }

    private String find(Map<String, List<String>> attributes) {
        Route found =
                decide(table(Optional.empty()), Outcome.MATCHED, attributes).route();
        return found == null ? "-" : found.name();
    }

    private Decision decide(RouteTable table, Outcome outcome, Map<String, List<String>> attributes) {
        return table.decide(outcome, Candidate.wantingAll(tls, 0), Identification.match(attributes), null);
    }

    private RouteTable table(Optional<Route> fallback) {
        return new RouteTable(List.of(new RouteTable.Entry(tls, rules, false, OddNames.CLOSED)), List.of(), fallback);
    }
}
