package dev.refractium.server.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.refractium.server.it.support.Client;
import dev.refractium.server.it.support.TestBackend;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** {@code refractium top} and {@code sessions} against a server that runs as a process. */
@EnabledOnOs(value = OS.LINUX, disabledReason = "a pseudo terminal is made by util-linux")
class TopIT {
    private static final String ENTERED = "\033[?1049h";
    private static final String LEFT = "\033[?25h\033[?1049l";

    @TempDir
    private Path directory;

    private TestBackend backend;
    private Launched server;
    private Client client;

    @BeforeEach
    void start() throws IOException {
        backend = TestBackend.named("b");
        Files.writeString(directory.resolve("refractium.toml"), """
                [server]
                bind = "127.0.0.1"
                port = 0
                control = "c.sock"
                hot_reload = false
                drain_timeout = "0s"
                [[protocols]]
                name = "one"
                patterns = ["ONE"]
                forward_to = "%s"
                """.formatted(backend.address()));
        server = Launched.in(directory);
        client = Client.to(server.address()).send("ONE");
        assertThat(client.read(5)).isEqualTo("b>ONE");
    }

    @AfterEach
    void stop() throws IOException {
        client.close();
        server.close();
        backend.close();
    }

    @Test
    void tablesArePrintedOnceWhereThereIsNoTerminal() throws Exception {
        try (Launched top = Launched.in(directory, "top", "--every", "500ms")) {
            assertThat(top.exitCode()).as(top.err()).isZero();

            assertThat(top.out())
                    .startsWith("refractium ready  process " + server.pid())
                    .contains("\nsessions 1 live, ")
                    .containsPattern("\none +default +tcp +one +1 ")
                    .containsPattern("\n" + backend.address() + " +one +tcp +up +1 +1 +0 +[0-9.]+ ms +0 +0\n")
                    .containsPattern("\n *1 +127.0.0.1:[0-9]+ +tcp +one +one +" + backend.address() + " +relay ")
                    .doesNotContain("\033");
        }
    }

    @Test
    void keysAndSizesAreFollowedAtATerminalWhichIsRestored() throws Exception {
        try (Launched top = atTerminal()) {
            top.awaitOut(ENTERED).awaitOut("ROUTE ").awaitOut("q end");
            top.send("b").awaitOut("BACKEND  ").awaitOut("FIRST BYTE*");
            top.send(">").awaitOut("FAILED*");
            top.send("o").awaitOut("FAILED^");
            stty(top, "rows", "10", "cols", "30");
            top.awaitOut("\033[2Kr routes  b backends  s sessio\033[H");
            top.send("q");

            assertThat(top.exitCode()).isZero();
            assertRestored(top);
        }
    }

    @Test
    void signalsEndItAndRestoreTheTerminal() throws Exception {
        for (String signal : List.of("INT", "TERM")) {
            try (Launched top = atTerminal()) {
                top.awaitOut("q end");

                assertThat(new ProcessBuilder(
                                        "kill",
                                        "-" + signal,
                                        String.valueOf(top.jvm().pid()))
                                .start()
                                .waitFor())
                        .isZero();

                assertThat(top.exitCode()).isZero();
                assertRestored(top);
            }
        }
    }

    @Test
    void serverThatEndsEndsItWithAReason() throws Exception {
        try (Launched top = atTerminal()) {
            top.awaitOut("q end");
            server.close();

            assertThat(top.exitCode()).isEqualTo(ExitCode.COULD_NOT_RUN);
            assertThat(top.out()).containsPattern("(?s)1049l.*refractium: (no server|there is no socket)");
            assertRestored(top);
        }
    }

    @Test
    void sessionsAndSamplesArePrintedAndSwitched() throws Exception {
        assertThat(said("sessions", "--route", "one", "--client", "127.0.0.0/8"))
                .containsPattern("\n1 +tcp +default +127.0.0.1:[0-9]+ +one +one +" + backend.address() + " +relay +")
                .endsWith("1 of 1 session\n");
        assertThat(said("sessions", "--json", "--backend", "127.0.0.1:1"))
                .isEqualTo("{\"sessions\":[],\"next\":null,\"total\":0}\n");
        assertThat(said("samples")).startsWith("off; ");
        assertThat(said("samples", "on", "--for", "5m")).startsWith("on until 2");
        try (Client stranger = Client.to(server.address()).send("GET / \0\n")) {
            stranger.rest();
        }
        assertThat(said("samples")).containsPattern("\n2\\S+Z  default   tcp        unmatched  GET / \\\\x00\\\\x0a\n");
        assertThat(said("samples", "off")).startsWith("off; ");
        server.awaitErr("client samples on for=5m by=\"user ");
    }

    private String said(String... arguments) throws Exception {
        try (Launched command = Launched.in(directory, arguments)) {
            assertThat(command.exitCode()).as(command.err()).isZero();
            return command.out();
        }
    }

    private Launched atTerminal() throws IOException {
        return Launched.atTerminal(directory, new Launched.Size(20, 110), "top", "--every", "500ms");
    }

    private void assertRestored(Launched top) throws IOException {
        assertThat(top.out()).contains(LEFT);
        assertThat(directory.resolve("after")).hasSameTextualContentAs(directory.resolve("before"), UTF_8);
    }

    /** Sets the terminal of {@code top}, whose size is part of what is compared afterwards, as its user would. */
    private static void stty(Launched top, String... settings) throws Exception {
        String terminal = Files.readSymbolicLink(Path.of("/proc/" + top.jvm().pid() + "/fd/0"))
                .toString();
        List<String> words = new ArrayList<>(List.of("stty"));
        words.addAll(List.of(settings));
        ProcessBuilder command = new ProcessBuilder(words).redirectInput(new File(terminal));
        assertThat(command.start().waitFor()).isZero();
    }
}
