package dev.refractium.plugins.capture;

import static dev.refractium.api.Direction.FROM_BACKEND;
import static dev.refractium.api.Direction.FROM_CLIENT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.refractium.api.Hook;
import dev.refractium.testkit.FakeSession;
import dev.refractium.testkit.FakeSettings;
import dev.refractium.testkit.Tapping;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What Wireshark's command line makes of captures. */
class TsharkIT {
    private static final String REQUEST = "GET /hello HTTP/1.1\r\nHost: a.test\r\n\r\n";
    private static final String ANSWER = "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nbye";
    private static final List<String> CHECKED =
            List.of("-o", "tcp.check_checksum:TRUE", "-o", "ip.check_checksum:TRUE", "-o", "udp.check_checksum:TRUE");

    @TempDir
    Path directory;

    private Path path;

    @BeforeAll
    static void needTshark() {
        boolean there = Stream.of(System.getenv("PATH").split(":"))
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, "tshark")));
        if ("1".equals(System.getenv("REFRACTIUM_REQUIRE_TOOLS"))) {
            assertThat(there).as("tshark is required and missing").isTrue();
        }
        assumeTrue(there, "left out: no tshark here");
    }

    @BeforeEach
    void namePath() {
        path = directory.resolve("web.pcapng");
    }

    @Test
    void theRequestAndItsAnswerAreFoundWithTheirDirectionsAndTimes() throws Exception {
        FakeSession session =
                FakeSession.tcp().listener("192.0.2.80", 80).protocol("http").route("web", "match");

        Tapping.open(capture(65_536), session)
                .fromClient(REQUEST)
                .fromBackend(ANSWER)
                .end("done");

        assertThat(fields("http.request", "ip.src", "tcp.srcport", "http.request.uri", "frame.time_epoch"))
                .containsExactly("192.0.2.1,40000,/hello,1767225600.002000000");
        assertThat(fields("http.response", "ip.src", "tcp.srcport", "http.response.code", "frame.time_epoch"))
                .containsExactly("192.0.2.80,80,200,1767225600.003000000");
        assertThat(fields("frame.number == 1", "tcp.flags.str", "frame.comment"))
                .singleElement()
                .asString()
                .contains("S")
                .endsWith("session=s1 protocol=http route=web why=\"match\"");
        assertThat(fields("frame.packet_flags_direction == 1", "ip.src")).containsOnly("192.0.2.1");
        assertThat(fields("frame.packet_flags_direction == 2", "ip.src")).containsOnly("192.0.2.80");
        assertThatNothingIsOdd();
    }

    @Test
    void bulkBothWaysIsPutTogetherAgain() throws Exception {
        byte[] up = random(1, 300_000);
        byte[] down = random(2, 200_000);
        Tapping tapping = Tapping.open(capture(1 << 20), FakeSession.tcp().listener("192.0.2.80", 9999));

        tapping.data(FROM_CLIENT, Arrays.copyOf(up, 100_000));
        tapping.data(FROM_BACKEND, down);
        tapping.data(FROM_CLIENT, Arrays.copyOfRange(up, 100_000, up.length));
        tapping.end("done");

        assertThatNothingIsOdd();
        assertThat(payload("ip.src == 192.0.2.1")).isEqualTo(up);
        assertThat(payload("ip.src == 192.0.2.80")).isEqualTo(down);
    }

    @Test
    void ipv6AndMixedAddressesAreRead() throws Exception {
        Hook hook = capture(65_536);
        FakeSession wide = FakeSession.tcp().client("2001:db8::1", 40_000).listener("2001:db8::80", 80);
        FakeSession mixed = FakeSession.tcp().client("192.0.2.7", 40_001).listener("2001:db8::80", 80);

        Tapping.open(hook, wide).fromClient(REQUEST).fromBackend(ANSWER).end("done");
        Tapping.open(hook, mixed).fromClient(REQUEST).fromBackend(ANSWER).end("client-reset");

        assertThat(fields("http.request", "ipv6.src")).containsExactly("2001:db8::1", "::ffff:192.0.2.7");
        assertThat(fields("tcp.flags.reset == 1", "ipv6.src")).containsExactly("::ffff:192.0.2.7");
        assertThatNothingIsOdd();
    }

    @Test
    void datagramsAreReadOneByOne() throws Exception {
        String asked = "\0\u0001\0\0\0\0\0\0\u0001a\u0004test\0\0\u0001\0\u0001";
        String question = "\u00123\u0001\0" + asked;
        String answer = "\u00123\u0081\u0080" + asked;
        FakeSession session = FakeSession.udp().listener("192.0.2.80", 53).protocol("dns");

        Tapping.open(capture(65_536), session)
                .fromClient(question)
                .fromBackend(answer)
                .fromClient("")
                .end("idle");

        assertThat(fields("dns", "ip.src", "dns.qry.name")).containsExactly("192.0.2.1,a.test", "192.0.2.80,a.test");
        assertThat(fields("udp.length == 8", "ip.src")).containsExactly("192.0.2.1");
        assertThatNothingIsOdd();
    }

    @Test
    void whatIsMissingShowsAsMissing() throws Exception {
        Tapping.open(capture(65_536), FakeSession.tcp().listener("192.0.2.80", 9999))
                .fromClient("begin")
                .lost(FROM_CLIENT, 1_000)
                .fromClient("end")
                .end("backend-reset");

        assertThat(fields("tcp.analysis.lost_segment", "ip.src", "tcp.seq", "tcp.len"))
                .containsExactly("192.0.2.1,1006,3");
        assertThat(fields("tcp.flags.reset == 1", "ip.src")).containsExactly("192.0.2.80");
    }

    @Test
    void onlyTheFirstBytesAreThere() throws Exception {
        Tapping.open(capture(10), FakeSession.tcp().listener("192.0.2.80", 9999))
                .fromClient("0123456789abcdef")
                .fromClient("later")
                .end("done");

        assertThat(payload("ip.src == 192.0.2.1"))
                .asString(StandardCharsets.US_ASCII)
                .isEqualTo("0123456789");
        assertThat(fields("tcp.flags.fin == 1 && ip.src == 192.0.2.1", "tcp.seq"))
                .containsExactly("22");
    }

    private Hook capture(long firstBytes) {
        FakeSettings settings = FakeSettings.of("file", path.toString()).and("first_bytes", firstBytes);
        Hook hook = new CaptureHook().configured(settings);
        assertThat(settings.problems()).isEmpty();
        assertThat(settings.unknown()).isEmpty();
        return hook;
    }

    private void assertThatNothingIsOdd() throws Exception {
        assertThat(fields(
                        "tcp.analysis.flags || _ws.malformed || _ws.expert.severity >= \"Warning\" && !tcp.flags.reset",
                        "frame.number"))
                .isEmpty();
        assertThat(fields(
                        "ip.checksum.status == 0 || tcp.checksum.status == 0 || udp.checksum.status == 0",
                        "frame.number"))
                .isEmpty();
    }

    private byte[] payload(String filter) throws Exception {
        return HexFormat.of().parseHex(String.join("", fields(filter + " && tcp.len > 0", "tcp.payload")));
    }

    /** The values of each packet that passes, with commas between. */
    private List<String> fields(String filter, String... names) throws Exception {
        List<String> command = new ArrayList<>(List.of("tshark", "-n", "-r", path.toString(), "-Y", filter));
        command.addAll(CHECKED);
        command.addAll(List.of("-T", "fields", "-E", "separator=,"));
        Stream.of(names).forEach(name -> command.addAll(List.of("-e", name)));
        Path errors = directory.resolve("errors");
        Process tshark =
                new ProcessBuilder(command).redirectError(errors.toFile()).start();
        String output = read(tshark.getInputStream());
        assertThat(tshark.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(tshark.exitValue()).as(Files.readString(errors)).isZero();
        return output.lines().toList();
    }

    private static String read(InputStream stream) throws IOException {
        return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
    }

    private static byte[] random(int seed, int length) {
        byte[] bytes = new byte[length];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }
}
