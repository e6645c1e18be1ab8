package dev.refractium.server.it.corpus;

import static org.assertj.core.api.Assertions.assertThat;

import dev.refractium.api.Transport;
import dev.refractium.server.identify.Identifier.Outcome;
import dev.refractium.server.it.corpus.Detector.Finding;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Recorded traffic is taken for what it is, however it is cut. */
@SuppressWarnings("NullAway.Init")
class CorpusIT {
    private static Plugins plugins;
    private static Detector detector;
    private static List<Flow> flows;

    @BeforeAll
    static void load() throws IOException {
        flows = Corpus.read();
        plugins = new Plugins();
        detector = Detector.indexed(plugins.protocols());
    }

    @AfterAll
    @SuppressWarnings("UnnecessaryNullCheck") // without a corpus, nothing was loaded
    static void close() {
        if (plugins != null) {
            plugins.close();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "http, tcp, 0.995, 0.995",
        "https, tcp, 0.995, 0.995",
        "ssh, tcp, 0.99, 0.995",
        "dns, tcp, 0.99, 0.97",
        "dns, udp, 0.99, 0.97"
    })
    void aProtocolIsFoundWhereItIsAndNowhereElse(
            String protocol, String transport, double leastRecall, double leastPrecision) {
        Tally tally = new Tally(protocol + "/" + transport);

        for (Flow flow : flows) {
            if (flow.transport().equals(transport) && !flow.evidence().equals("conflict") && flow.firstFlight() > 0) {
                count(tally, flow, protocol);
            }
        }

        System.out.println("corpus " + tally);
        assertThat(tally.recall()).as(tally.toString()).isGreaterThanOrEqualTo(leastRecall);
        assertThat(tally.precision()).as(tally.toString()).isGreaterThanOrEqualTo(leastPrecision);
    }

    /** All that speak it wait for the server. */
    @Test
    void nothingIsTakenForFtp() {
        assertThat(flows)
                .filteredOn(flow -> asCaptured(flow).protocol().equals("ftp"))
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"sni", "alpn", "ech", "host", "qname"})
    void attributesOfAgreedFlowsAreExact(String attribute) {
        String label = switch (attribute) {
            case "host" -> "http";
            case "qname" -> "dns";
            default -> "tls";
        };
        Map<String, List<String>> wrong = new TreeMap<>();
        int right = 0;
        int unread = 0;

        for (Flow flow : flows) {
            Finding finding = asCaptured(flow);
            if (flow.isAgreed()
                    && flow.label().equals(label)
                    && finding.protocol().equals(flow.expected())) {
                List<String> read = finding.attributes().getOrDefault(attribute, List.of());
                boolean unreadable = attribute.equals("host") && serversMayReadAnotherHost(flow);
                if (unreadable && finding.outcome() == Outcome.INCOMPLETE) {
                    unread++;
                } else if (!unreadable && finding.outcome() == Outcome.MATCHED && isExact(flow, attribute, read)) {
                    right++;
                } else {
                    wrong.put(flow.id(), read);
                }
            }
        }

        System.out.println("corpus " + attribute + ": exact in " + right + " of " + (right + wrong.size())
                + " flows; rightly unread in " + unread);
        assertThat(wrong).isEmpty();
        assertThat(right).isPositive();
    }

    @Test
    void answerDoesNotDependOnTheCuts() {
        List<String> different = new ArrayList<>();
        int asked = 0;

        for (Flow flow : flows) {
            byte[] bytes = flow.bytes();
            if (flow.over() == Transport.TCP && bytes.length > 0) {
                Finding captured = asCaptured(flow);
                asked++;
                if (!captured.equals(detector.askAtOnce(Transport.TCP, bytes))
                        || !captured.equals(detector.askByteByByte(bytes))) {
                    different.add(flow.id());
                }
            }
        }

        System.out.println("corpus cuts: " + asked + " flows as captured, at once and byte by byte");
        assertThat(different).isEmpty();
        assertThat(asked).isPositive();
    }

    @Test
    void indexChangesNoAnswer() {
        Detector inLine = Detector.inLine(plugins.protocols());

        for (Flow flow : flows) {
            assertThat(asCaptured(flow)).as(flow.id()).isEqualTo(inLine.ask(flow.over(), flow.bytes(), flow.ends()));
        }
    }

    @Test
    void nothingIsRecognisedBeforeTheClientSpeaks() {
        List<Flow> silent =
                flows.stream().filter(flow -> flow.firstFlight() == 0).toList();

        assertThat(silent)
                .isNotEmpty()
                .allSatisfy(flow -> assertThat(asCaptured(flow).outcome()).isEqualTo(Outcome.NONE));
    }

    private static void count(Tally tally, Flow flow, String protocol) {
        boolean found = asCaptured(flow).protocol().equals(protocol);
        boolean sameFormat = protocol.equals("dns")
                && (flow.label().equals("mdns") || flow.label().equals("llmnr"));
        if (flow.expected().equals(protocol)) {
            if (found) {
                tally.found();
            } else {
                tally.missed(flow);
            }
        } else if (found && !sameFormat) {
            tally.mistaken(flow);
        }
    }

    private static Finding asCaptured(Flow flow) {
        return detector.ask(flow.over(), flow.bytes(), flow.ends());
    }

    /** A head that is cut off, one with LF alone, and one of HTTP/1.1 without Host: these have no host that is certain. */
    private static boolean serversMayReadAnotherHost(Flow flow) {
        String text = new String(flow.bytes(), StandardCharsets.ISO_8859_1);
        int end = text.indexOf("\r\n\r\n");
        String head = end < 0 ? text : text.substring(0, end);
        boolean without = Pattern.compile("^\\S+ \\S+ HTTP/1\\.[1-9]")
                        .matcher(head.strip())
                        .find()
                && !Pattern.compile("\nhost:", Pattern.CASE_INSENSITIVE)
                        .matcher(head)
                        .find();
        return end < 0 || without || Pattern.compile("(?<!\r)\n").matcher(head).find();
    }

    private static boolean isExact(Flow flow, String attribute, List<String> read) {
        return switch (attribute) {
            case "sni" -> read.equals(listOf(flow.sni()));
            case "alpn" -> read.equals(flow.alpn() == null ? List.of() : flow.alpn());
            case "ech" -> flow.ech() != read.isEmpty();
            case "host" ->
                read.equals(listOf(flow.host() == null ? null : flow.host().replaceAll("\\.?(:[0-9]*)?$", "")));
            case "qname" ->
                flow.host() == null || read.equals(listOf(flow.host().isEmpty() ? "." : flow.host()));
            default -> throw new IllegalArgumentException(attribute);
        };
    }

    private static List<String> listOf(@Nullable String name) {
        return name == null ? List.of() : List.of(name.toLowerCase(Locale.ROOT));
    }
}
