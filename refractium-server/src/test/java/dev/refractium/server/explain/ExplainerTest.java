package dev.refractium.server.explain;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.refractium.api.Identification;
import dev.refractium.api.Identification.Verdict;
import dev.refractium.api.Peek;
import dev.refractium.api.Protocol;
import dev.refractium.api.Transport;
import dev.refractium.server.Refractium;
import dev.refractium.server.RefractiumBuilder;
import dev.refractium.server.explain.Explainer.Match;
import dev.refractium.server.explain.Explainer.ProtocolVerdict;
import dev.refractium.server.it.support.PrefixProtocol;
import dev.refractium.server.report.Plan;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ExplainerTest {
    private final RefractiumBuilder builder = Refractium.builder()
            .protocol(PrefixProtocol.of("zebra", "Z"))
            .protocol(PrefixProtocol.of("ape", "A"))
            .protocol(PrefixProtocol.of("ssh", "SSH-"))
            .protocol(PrefixProtocol.withAttribute("http", "GET ", "host"));

    @SuppressWarnings("NullAway.Init")
    private Explainer identifying;

    @AfterEach
    void close() {
        if (identifying != null) {
            identifying.close();
        }
    }

    // What the bytes are

    @Test
    void withoutAConfigurationTheUsualProtocolsGoBeforeTheOthersByName() throws Exception {
        identifying = builder.identify();

        assertThat(identifying.opinions(tcp("x")))
                .extracting(ProtocolVerdict::protocol)
                .containsExactly("http", "ssh", "ape", "zebra");
        assertThat(identifying.route(tcp("x"))).isEmpty();
    }

    @Test
    void everyProtocolHasItsVerdictAndTheByteThatBroughtItAbout() throws Exception {
        identifying = builder.identify();

        assertThat(identifying.opinions(tcp("GET a\nmore")))
                .satisfiesExactly(
                        http -> {
                            assertThat(http.answer().verdict()).isEqualTo(Verdict.MATCH);
                            assertThat(http.at()).isEqualTo(6);
                        },
                        ssh -> no(ssh, 1),
                        ape -> no(ape, 1),
                        zebra -> no(zebra, 1));
        assertThat(identifying.opinions(tcp("SSX"))).element(1).satisfies(ssh -> no(ssh, 3));
    }

    @Test
    void verdictsThatTheBytesLeaveOpenStayOpen() throws Exception {
        identifying = builder.identify();

        assertThat(identifying.opinions(tcp("SS"))).element(1).satisfies(ssh -> {
            assertThat(ssh.answer().verdict()).isEqualTo(Verdict.NEED_MORE);
            assertThat(ssh.answer().atLeast()).isEqualTo(3);
        });
        assertThat(identifying.opinions(tcp("GET a"))).first().satisfies(http -> {
            assertThat(http.answer().verdict()).isEqualTo(Verdict.RECOGNISED);
            assertThat(http.at()).isEqualTo(4);
        });
    }

    @Test
    void findingIsTheSameHoweverTheBytesAreCut() throws Exception {
        identifying = builder.identify();
        Match expected = new Match(Optional.of("http"), Map.of("host", List.of("a")), 6, Optional.empty());

        assertThat(identifying.find(tcp("GET a\nmore"))).isEqualTo(expected);
        assertThat(identifying.find(tcp("G", "", "ET ", "a\nm", "ore"))).isEqualTo(expected);
    }

    @Test
    void attributesThatNeverBecameReadableAreAbsent() throws Exception {
        identifying = builder.identify();

        assertThat(identifying.find(tcp("GET a")))
                .isEqualTo(new Match(Optional.of("http"), Map.of(), 5, Optional.empty()));
        assertThat(identifying.find(tcp("GET a!b")))
                .isEqualTo(new Match(Optional.of("http"), Map.of(), 6, Optional.empty()));
    }

    @Test
    void nobodysBytesAreKnownToBeAtTheByteThatRuledOutTheLast() throws Exception {
        identifying = builder.identify();

        assertThat(identifying.find(tcp("GEX and more")))
                .isEqualTo(new Match(Optional.empty(), Map.of(), 3, Optional.empty()));
        assertThat(identifying.find(tcp("SSH"))).isEqualTo(new Match(Optional.empty(), Map.of(), 3, Optional.empty()));
        assertThat(identifying.find(tcp())).isEqualTo(new Match(Optional.empty(), Map.of(), 0, Optional.empty()));
    }

    @Test
    void firstDatagramAloneIsLookedAt() throws Exception {
        identifying = builder.identify();

        assertThat(identifying.find(udp("SS", "SSH-")).protocol()).isEmpty();
        assertThat(identifying.find(udp("SSH-2", "x")))
                .isEqualTo(new Match(Optional.of("ssh"), Map.of(), 5, Optional.empty()));
    }

    @Test
    void moreThanAPeekHoldsIsNotLookedAt() throws Exception {
        identifying = builder.peekBufferSize(512).identify();

        assertThat(identifying.find(tcp("GET " + "a".repeat(600) + "\n")))
                .isEqualTo(new Match(Optional.of("http"), Map.of(), 512, Optional.empty()));
    }

    @Test
    void protocolThatThrowsGivesNoAnswerButItsFault() throws Exception {
        identifying = builder.protocol(new Thrower()).identify();

        Match finding = identifying.find(tcp("thrown"));

        assertThat(finding.protocol()).isEmpty();
        assertThat(finding.fault())
                .hasValueSatisfying(fault -> assertThat(fault).contains("second byte"));
        assertThat(finding.bytesNeeded()).isEqualTo(2);
    }

    @Test
    void unknownMethodOfARequestIsToldWithTheKeyForIt() throws Exception {
        identifying = builder.identify();

        for (String request :
                List.of("XQUERY /a HTTP/1.1\r\n", "\r\nXQUERY http://a.test/ HTTP/1.0", "XQUERY * HTTP/1.9 ")) {
            assertThat(identifying.hint(tcp(request)))
                    .as(request)
                    .contains("XQUERY is no method that http knows; if it is one, add it to methods of"
                            + " [settings.refractium-http]");
        }
        for (String other : List.of(
                "xquery /a HTTP/1.1",
                "XQUERY /a HTTP/2.0",
                "XQUERY /a RTSP/1.0",
                "XQUERY  /a HTTP/1.1",
                "XQUERY /a",
                "GET a\n")) {
            assertThat(identifying.hint(tcp(other))).as(other).isEmpty();
        }
        assertThat(identifying.hint(udp("XQUERY /a HTTP/1.1"))).isEmpty();
    }

    @Test
    void methodIsNotToldWhereHttpIsNotRouted() throws Exception {
        identifying = builder.route("ssh", route -> route.to("127.0.0.1:1")).identify();

        assertThat(identifying.hint(tcp("XQUERY /a HTTP/1.1\r\n"))).isEmpty();
    }

    // Where it goes

    @Test
    void routeIsTheOneThatAServerWouldTake() throws Exception {
        identifying = builder.route("ssh", route -> route.to("127.0.0.1:1"))
                .route("http", route -> route.match("host", "a").to("127.0.0.1:2"))
                .fallback(Transport.TCP, "127.0.0.1:3")
                .peekBufferSize(4096)
                .identify();

        assertThat(identifying.opinions(tcp("x")))
                .extracting(ProtocolVerdict::protocol)
                .containsExactly("ssh", "http");
        goes("SSH-", "ssh", "ssh is recognised", 4);
        goes("GET a\n", "http[host=a]", "http is recognised", 6);
        goes("GET b\n", "fallback", "no route of it asks for these attributes", 6);
        goes("x", "fallback", "no protocol recognises it", 1);
        closes("GET a", "the bytes end before", 5);
        closes("GE", "http is not decided, and a route of it asks for attributes: the bytes end before", 2);
        closes("GET " + "a".repeat(5_000), "peek_buffer_size ends the bytes before", 4096);
        closes("GET !", "an exclamation mark", 5);
    }

    @Test
    void silentClientGoesWhereTheServerSpeaksFirst() throws Exception {
        identifying = builder.route("smtp", route -> route.serverFirst(true).to("127.0.0.1:1"))
                .identify();

        goes("", "smtp", "says nothing", 0);
    }

    private void goes(String bytes, String route, String reason, int at) {
        assertThat(identifying.route(tcp(bytes))).hasValueSatisfying(destination -> {
            assertThat(destination.to()).map(Plan.Route::taken).contains(route);
            assertThat(destination.reason()).contains(reason);
            assertThat(destination.at()).isEqualTo(at);
        });
    }

    private void closes(String bytes, String reason, int at) {
        assertThat(identifying.route(tcp(bytes))).hasValueSatisfying(destination -> {
            assertThat(destination.to()).isEmpty();
            assertThat(destination.reason()).contains(reason);
            assertThat(destination.at()).isEqualTo(at);
        });
    }

    private static void no(ProtocolVerdict opinion, int at) {
        assertThat(opinion.answer().verdict()).isEqualTo(Verdict.NO_MATCH);
        assertThat(opinion.at()).isEqualTo(at);
    }

    @Test
    void clientDecidesWhereRoutesNameNetworksAndWhetherItIsServed() throws Exception {
        builder.deny("192.0.2.66")
                .route("ssh", r -> r.to("127.0.0.1:1"))
                .route("ssh", r -> r.clients("10.0.0.0/8").deny("10.6.6.6").to("127.0.0.1:2"));
        identifying = builder.identify();

        assertThat(of("192.0.2.1").to().map(Plan.Route::taken)).contains("ssh");
        assertThat(of("10.1.1.1").to().map(Plan.Route::taken)).contains("ssh[clients=10.0.0.0/8]");
        assertThat(of("10.6.6.6"))
                .isEqualTo(new Explanation(
                        Optional.empty(),
                        "ssh is recognised, and the allow or deny of ssh[clients=10.0.0.0/8] refuses the client",
                        4));
        assertThat(of("192.0.2.66"))
                .isEqualTo(
                        new Explanation(Optional.empty(), "the allow or deny of the listener refuses the client", 0));
        assertThat(identifying.route(tcp("SSH-")).orElseThrow().to().map(Plan.Route::taken))
                .contains("ssh");
    }

    private Explanation of(String client) throws UnknownHostException {
        return identifying
                .route(tcp("SSH-"), Optional.of(InetAddress.getByName(client)))
                .orElseThrow();
    }

    private static FirstBytes tcp(String... segments) {
        return bytes(Transport.TCP, segments);
    }

    private static FirstBytes udp(String... datagrams) {
        return bytes(Transport.UDP, datagrams);
    }

    private static FirstBytes bytes(Transport transport, String... segments) {
        return new FirstBytes(
                transport,
                List.of(segments).stream().map(text -> text.getBytes(US_ASCII)).toList());
    }

    private static final class Thrower implements Protocol {
        @Override
        public String name() {
            return "thrower";
        }

        @Override
        public Identification identify(Peek peek) {
            if (peek.length() > 1) {
                throw new IllegalStateException("second byte");
            }
            return Identification.needMore(2);
        }
    }
}
