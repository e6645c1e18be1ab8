package dev.refractium.plugins.accesslog;

import static org.assertj.core.api.Assertions.assertThat;

import dev.refractium.api.Hook;
import dev.refractium.api.Party;
import dev.refractium.testkit.FakeSession;
import dev.refractium.testkit.FakeSettings;
import dev.refractium.testkit.Tapping;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AccessLogHookTest {
    @TempDir
    Path directory;

    @Test
    void aSessionIsOneLineWithEverythingThatIsKnown() throws IOException {
        FakeSession session = FakeSession.tcp()
                .id("s42")
                .protocol("https")
                .attribute("sni", "a.test")
                .attribute("alpn", "h2", "http/1.1")
                .route("web", "match")
                .listenerName("edge")
                .pool("pool:web")
                .generation(7);
        Hook hook = configured();

        Tapping tapping = Tapping.open(hook, session).fromClient("hello");
        session.backend("2001:db8::1", 8443);
        tapping.connected().fromBackend("bye").end("done", Party.CLIENT);

        assertThat(lines()).containsExactly("""
                {"start":"2026-01-01T00:00:00Z","id":"s42","transport":"tcp","client":"192.0.2.1:40000",\
                "local":"192.0.2.80:443","listener":"edge","protocol":"https",\
                "attributes":{"alpn":["h2","http/1.1"],"sni":["a.test"]},"route":"web","why":"match",\
                "pool":"pool:web","backend":"[2001:db8:0:0:0:0:0:1]:8443","attempts":1,"reason":"done",\
                "ended_by":"client","stage":"relay","ms_header":null,"ms_peek":1.000,"ms_queue":null,"ms_dial":2.000,\
                "ms_first_byte":1.000,"ms_total":5.000,"bytes_from_client":5,"bytes_from_backend":3,"generation":7}""");
    }

    @Test
    void refusedSessionsAreLinesIfTheTableSaysSoAndManyOfOneClientAreFew() throws IOException {
        FakeSession session = FakeSession.tcp()
                .id("s9")
                .protocol("https")
                .attribute("sni", "b.test")
                .route("", "");
        Hook silent = configured();
        FakeSettings settings = FakeSettings.of(
                        "file", directory.resolve("access.log").toString())
                .and("refused", true);
        Hook asking = new AccessLogHook().configured(settings);

        Tapping.refuse(silent, session, "no-route");
        for (int i = 0; i < 100; i++) {
            Tapping.refuse(asking, session, "no-route");
        }
        asking.close();

        assertThat(settings.problems()).isEmpty();
        assertThat(silent.refusals()).isFalse();
        assertThat(lines()).hasSize(6).startsWith("""
                {"start":"2026-01-01T00:00:00Z","id":"s9","transport":"tcp","client":"192.0.2.1:40000",\
                "local":"192.0.2.80:443","listener":"default","protocol":"https","attributes":{"sni":["b.test"]},\
                "route":null,"why":"","pool":null,"backend":null,"attempts":0,"reason":"no-route","ended_by":"proxy",\
                "stage":"peek","ms_header":null,"ms_peek":1.000,"ms_queue":null,"ms_dial":null,\
                "ms_first_byte":null,"ms_total":1.000,"bytes_from_client":0,"bytes_from_backend":0,"generation":1,\
                "refused":1}""");
        assertThat(lines().get(5)).endsWith("\"refused\":95}");
    }

    @Test
    void aBackendMayBeAUnixSocket() throws IOException {
        Tapping.open(configured(), FakeSession.tcp().backend(UnixDomainSocketAddress.of("/run/app.sock")))
                .end("done");

        assertThat(lines()).singleElement().asString().contains("\"backend\":\"unix:/run/app.sock\",");
    }

    @Test
    void aProxyThatPassedTheClientOnIsThePeer() throws IOException {
        FakeSession session = FakeSession.tcp().client("198.51.100.7", 4711).peer("192.0.2.9", 40_000);

        Tapping.open(configured(), session).end("done");

        assertThat(lines()).singleElement().asString().contains("""
                "client":"198.51.100.7:4711","peer":"192.0.2.9:40000","local":""");
    }

    @Test
    void aDialThatFailedHasNoBackend() throws IOException {
        Tapping.open(configured(), FakeSession.udp().protocol("").route("rest", "fallback unmatched"))
                .end("no-backend");

        assertThat(lines()).singleElement().asString().contains("""
                "protocol":"","attributes":{},"route":"rest","why":"fallback unmatched","pool":"rest",\
                "backend":null,"attempts":1,"reason":"no-backend","ended_by":"proxy","stage":"dial",""", """
                "ms_first_byte":null,""");
    }

    @Test
    void noByteOfAClientEndsALineOrHidesAnything() throws IOException {
        String hostile = "a\"b\\c\r\n{\"id\":1}\u001b[2J\u0000\u007f\u00e9\u202e\ud83d\ude00\ud800" + "x".repeat(2000);

        Tapping.open(configured(), FakeSession.tcp().attribute("host", hostile)).end("done");

        assertThat(Files.readString(directory.resolve("access.log")).chars().limit(5000))
                .allMatch(c -> c == '\n' || (c >= ' ' && c < 0x7f));
        assertThat(lines()).singleElement().asString().contains("""
                "host":["a\\"b\\\\c\\u000d\\u000a{\\"id\\":1}\\u001b[2J\\u0000\\u007f\\u00e9\\u202e\\ud83d\\ude00\\ud800xxx""").contains("xxx...\"]");
    }

    @Test
    void itAsksForNoBytesAndForAttributes() {
        Hook hook = configured();

        assertThat(hook.bytes()).isEmpty();
        assertThat(hook.attributes()).contains("sni", "host");
        assertThat(hook.name()).isEqualTo("access-log");
    }

    @Test
    void nothingIsMadeBeforeTheFirstSessionEnds() {
        Tapping.open(configured(), FakeSession.tcp());

        assertThat(directory.resolve("access.log")).doesNotExist();
    }

    @Test
    void settingsThatCannotBeAreRefusedTogether() {
        FakeSettings settings = FakeSettings.of(
                        "file", directory.resolve("missing/access.log").toString())
                .and("max_size", 1L)
                .and("keep", -1L)
                .and("mode", "0777")
                .and("group", "no-such-group")
                .and("rotate", "5m")
                .and("format", "xml")
                .and("syslog", "unix:/dev/log")
                .and("interval", "1s")
                .and("fiel", "x");

        new AccessLogHook().configured(settings);

        assertThat(settings.problems())
                .containsExactlyInAnyOrder(
                        "file: is in a directory that does not exist; create " + directory.resolve("missing"),
                        "max_size: 1B is too small; use 64KiB or more",
                        "keep: -1 is out of range; use 0 to 1000",
                        "mode: \"0777\" is no mode for this file; write \"0600\", \"0640\" or \"0644\":"
                                + " the owner reads and writes, others never write, nobody executes",
                        "rotate: 5m is no period; use \"1h\" or \"1d\"",
                        "format: \"xml\" is no format; use \"json\" or \"text\"",
                        "syslog: \"unix:/dev/log\" cannot be sent to: Java has no Unix datagram sockets; let rsyslog"
                                + " listen by imudp and write \"udp:127.0.0.1:514\", or let it read the file by imfile",
                        "interval: 1s is too short; use 10s or more",
                        "group: there is no group \"no-such-group\" here; name one of /etc/group, or create it");
        assertThat(settings.unknown()).containsExactly("fiel");
    }

    @Test
    void aFileMustBeNamed() {
        FakeSettings none = FakeSettings.none();

        new AccessLogHook().configured(none);

        assertThat(none.problems()).singleElement().asString().startsWith("file: is missing; name");
    }

    @Test
    void patternIsForText() {
        FakeSettings settings = FakeSettings.of("syslog", "udp:127.0.0.1").and("pattern", "{id}");

        new AccessLogHook().configured(settings);

        assertThat(settings.problems()).containsExactly("pattern: is for text; set format = \"text\", or leave it out");
    }

    @Test
    void lineOfTextIsAsThePatternHasIt() throws IOException {
        FakeSettings settings = FakeSettings.of(
                        "file", directory.resolve("access.log").toString())
                .and("format", "text")
                .and("pattern", "{id} {client} {reason}");
        Hook hook = new AccessLogHook().configured(settings);

        Tapping.open(hook, FakeSession.tcp().id("s7")).end("idle");

        assertThat(settings.problems()).isEmpty();
        assertThat(lines()).containsExactly("s7 192.0.2.1:40000 idle");
    }

    @Test
    void itSaysHowManyDescriptorsItMayHold() {
        assertThat(configured().descriptors()).isEqualTo(2);
        assertThat(new AccessLogHook().descriptors()).isZero();
    }

    private Hook configured() {
        FakeSettings settings =
                FakeSettings.of("file", directory.resolve("access.log").toString());
        Hook hook = new AccessLogHook().configured(settings);
        assertThat(settings.problems()).isEmpty();
        assertThat(settings.unknown()).isEmpty();
        return hook;
    }

    private List<String> lines() throws IOException {
        return Files.readAllLines(directory.resolve("access.log"));
    }
}
