package dev.refractium.server.cli;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.refractium.api.Transport;
import dev.refractium.server.Refractium;
import dev.refractium.server.explain.Explainer;
import dev.refractium.server.explain.FirstBytes;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code refractium identify} as a process, with the plugins that are shipped. */
class IdentifyIT {
    private static final String REQUEST = "GET / HTTP/1.1\r\nHost: A.test\r\n\r\n";
    private static final String VERSION = "SSH-2.0-x\r\n";

    @TempDir
    private Path directory;

    @Test
    void withoutConfigurationEveryProtocolIsAskedAboutAFile() throws Exception {
        Path file = Files.writeString(directory.resolve("bytes"), REQUEST);

        try (Launched identify = launch(file.toString())) {
            assertThat(identify.exitCode()).isZero();
            assertThat(identify.out().lines().map(line -> line.replaceAll(" +", " ")))
                    .containsExactly(
                            "PROTOCOL VERDICT AT BYTE DETAIL",
                            "http match 32 host=a.test",
                            "https no match 1",
                            "ssh no match 1",
                            "dns no match 1",
                            "ftp no match 1",
                            "protocol http, at byte 32",
                            "route none asked for: name a configuration by -c FILE, or give routes by -f");
        }
    }

    @Test
    void standardInputIsRoutedByTheConfigurationOfTheDirectory() throws Exception {
        configure();

        try (Launched identify = launch().send(REQUEST).finish()) {
            assertThat(identify.exitCode()).isZero();
            assertThat(identify.out())
                    .containsPattern("(?m)^route +http\\[host=a\\.test] to 127\\.0\\.0\\.1:1001$")
                    .containsPattern("(?m)^because +http is recognised, at byte 32$");
        }
    }

    @Test
    void documentedExampleIsTheOutputForTheFileOfInit() throws Exception {
        String page = Files.readString(Path.of("..", "docs", "configuration", "identify.md"));
        String request = "GET / HTTP/1.1\r\nHost: www.example.com\r\n\r\n";

        assertThat(page)
                .contains(" | refractium identify -c refractium.toml\n" + said(request.getBytes(ISO_8859_1)) + "```\n");
    }

    @Test
    void unknownMethodOfARequestIsPrintedWithTheKeyForIt() throws Exception {
        assertThat(said("XQUERY /a HTTP/1.1\r\n\r\n".getBytes(ISO_8859_1)))
                .containsPattern("(?m)^hint +XQUERY is no method that http knows; .* \\[settings\\.refractium-http]$");
        assertThat(said(REQUEST.getBytes(ISO_8859_1))).doesNotContain("hint");
    }

    @Test
    void needMoreOfOneByteIsPrintedInTheSingular() throws Exception {
        assertThat(said(new byte[0])).contains(" asks for 1 byte; at the end").doesNotContain("1 bytes");
    }

    @Test
    void hexMayBeADatagram() throws Exception {
        try (Launched identify =
                launch("--udp", "--hex", "0001 0100 0001 0000 0000 0000 0161 0474657374 00 0001 0001")) {
            assertThat(identify.exitCode()).isZero();
            assertThat(identify.out()).containsPattern("(?m)^dns +match +24 +qname=a\\.test$");
        }
    }

    @Test
    void contradictoryFlagsAreUsageErrors() throws Exception {
        try (Launched twice = launch("--hex", "00", "file");
                Launched datagram = launch("--json", "--udp");
                Launched odd = launch("--hex", "0");
                Launched missing = launch("missing")) {
            assertThat(twice.exitCode()).isEqualTo(ExitCode.USAGE);
            assertThat(datagram.exitCode()).isEqualTo(ExitCode.USAGE);
            assertThat(odd.exitCode()).isEqualTo(ExitCode.USAGE);
            assertThat(missing.exitCode()).isEqualTo(ExitCode.USAGE);
            assertThat(missing.err()).contains("there is no file missing");
        }
    }

    @Test
    void everyFlowIsAnsweredByOneLineInTheOrderOfTheInput() throws Exception {
        configure(); // ignored, since no flag names it
        String flows = Stream.of(
                        flow("\"one\"", "tcp", REQUEST.substring(0, 3), REQUEST.substring(3)),
                        flow("2", "tcp", VERSION),
                        flow("3", "tcp", "nobody's"),
                        flow("4", "udp", VERSION),
                        flow("5", "tcp", "GET / HTTP/1.1\r\nHost: a"),
                        flow("\"\u202e\u009b\"", "tcp", VERSION))
                .collect(Collectors.joining("\n"));
        Path file = Files.writeString(directory.resolve("flows"), flows);

        try (Launched identify = launch("--json", file.toString())) {
            assertThat(identify.exitCode()).isZero();
            assertThat(identify.out().lines())
                    .containsExactly(
                            "{\"id\":\"one\",\"protocol\":\"http\",\"attributes\":{\"host\":[\"a.test\"]},\"bytes_needed\":32}",
                            "{\"id\":2,\"protocol\":\"ssh\",\"attributes\":{},\"bytes_needed\":8}",
                            "{\"id\":3,\"protocol\":null,\"attributes\":{},\"bytes_needed\":1}",
                            "{\"id\":4,\"protocol\":null,\"attributes\":{},\"bytes_needed\":11}",
                            "{\"id\":5,\"protocol\":\"http\",\"attributes\":{},\"bytes_needed\":23}",
                            "{\"id\":\"\\u202e\\u009b\",\"protocol\":\"ssh\",\"attributes\":{},\"bytes_needed\":8}");
        }
    }

    @Test
    void flowIsAnsweredBeforeTheNextOneArrives() throws Exception {
        try (Launched identify = launch("--json")) {
            identify.send(flow("1", "tcp", VERSION) + "\n").awaitOut("\"id\":1,");

            identify.send(flow("2", "tcp", VERSION) + "\n").awaitOut("\"id\":2,");

            identify.finish();
            assertThat(identify.exitCode()).isZero();
        }
    }

    @Test
    void endsWhenTheReaderOfItsOutputHasGone() throws Exception {
        String flow = flow("1", "tcp", VERSION) + "\n";
        String[] command = {"identify", "--plugins", Launched.plugins(), "--json"};
        try (Launched identify = Launched.withOutputPipe(directory, command)) {
            identify.send(flow);
            assertThat(identify.readLineAndCloseOut()).startsWith("{\"id\":1,");

            identify.send(flow);

            assertThat(identify.exitCode()).isEqualTo(ExitCode.COULD_NOT_RUN);
            assertThat(identify.err().lines())
                    .singleElement()
                    .asString()
                    .startsWith("refractium: standard output cannot be written");
        }
    }

    @Test
    void malformedLineIsReportedAndTheOthersAreAnswered() throws Exception {
        Path file = Files.writeString(
                directory.resolve("flows"), "no flow\n\n" + flow("1", "tcp", VERSION) + "\n{\"id\":1}\n");

        try (Launched identify = launch("--json", file.toString())) {
            assertThat(identify.exitCode()).isEqualTo(ExitCode.USAGE);
            assertThat(identify.out().lines()).hasSize(1);
            assertThat(identify.err())
                    .contains("refractium: line 1: no JSON")
                    .contains("refractium: line 4: \"transport\" is missing");
        }
    }

    /** Returns the output of the command for a session's bytes, with the file that {@code init} writes. */
    private String said(byte[] bytes) throws Exception {
        // A copy: the file of a checkout may be writable by others, and is then refused.
        Path file =
                Files.write(directory.resolve("refractium.toml"), Files.readAllBytes(Path.of("..", "refractium.toml")));
        StringWriter out = new StringWriter();
        try (Explainer identifying = Refractium.builder()
                .config(file)
                .plugins(Path.of(Launched.plugins()))
                .identify()) {
            new Verdicts(identifying, FirstBytes.of(Transport.TCP, bytes), Optional.empty())
                    .print(new PrintWriter(out, true));
        }
        return out.toString();
    }

    private Launched launch(String... arguments) throws IOException {
        String[] all = Stream.concat(Stream.of("identify", "--plugins", Launched.plugins()), Stream.of(arguments))
                .toArray(String[]::new);
        return Launched.in(directory, all);
    }

    private void configure() throws IOException {
        Files.writeString(directory.resolve("refractium.toml"), """
            [[protocols]]
            name = "http"
            host = "a.test"
            forward_to = "127.0.0.1:1001"
            """);
    }

    private static String flow(String id, String transport, String... segments) {
        String hex = Stream.of(segments)
                .map(text -> "\"" + HexFormat.of().formatHex(text.getBytes(ISO_8859_1)) + "\"")
                .collect(Collectors.joining(","));
        return "{\"id\":" + id + ",\"transport\":\"" + transport + "\",\"segments\":[" + hex + "]}";
    }
}
