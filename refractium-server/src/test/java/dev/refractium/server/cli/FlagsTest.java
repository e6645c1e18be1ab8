package dev.refractium.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The effect of flags, as {@code refractium check} prints it; {@link StartIT} has those of a running server. */
class FlagsTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @TempDir
    private Path directory;

    private Path file;

    @BeforeEach
    void writeConfiguration() throws IOException {
        Path plugins = Files.createDirectory(directory.resolve("named-by-file"));
        file = Files.writeString(directory.resolve("refractium.toml"), """
                [server]
                bind = "127.0.0.2"
                port = 4000
                max_connections = 30
                plugins_dir = "%s"

                [[protocols]]
                name = "one"
                patterns = ["ONE"]
                forward_to = "127.0.0.1:1001"

                [[protocols]]
                name = "smtp"
                server_first = true
                forward_to = "127.0.0.1:1002"
                """.formatted(plugins.getFileName()));
    }

    @Test
    void fileOverridesTheDefaults() {
        assertThat(check("-c", file.toString())).isEqualTo(ExitCode.OK);

        assertThat(lines())
                .contains("configuration  " + file)
                .contains("plugins        " + directory.resolve("named-by-file"))
                .contains("listens on     127.0.0.2:4000 tcp and udp")
                .contains("connections    30 at most")
                .contains("  tcp  one             127.0.0.1:1001")
                .contains("  udp  one             127.0.0.1:1001")
                .contains("  tcp  silence (smtp)  127.0.0.1:1002");
    }

    @ParameterizedTest
    @CsvSource({
        "-b, 127.0.0.3, 'listens on     127.0.0.3:4000 tcp and udp'",
        "--bind, ::1, 'listens on     [::1]:4000 tcp and udp'",
        "-p, 5000, 'listens on     127.0.0.2:5000 tcp and udp'",
        "--port, 0, 'listens on     127.0.0.2:0 tcp and udp'",
        "--max-connections, 7, 'connections    7 at most'",
    })
    void flagGoesBeforeTheFile(String flag, String value, String line) {
        assertThat(check("-c", file.toString(), flag, value)).isEqualTo(ExitCode.OK);

        assertThat(lines()).contains(line);
    }

    @Test
    void pluginsFlagOverridesTheFile() throws IOException {
        Path other = Files.createDirectory(directory.resolve("other"));

        assertThat(check("-c", file.toString(), "--plugins", other.toString())).isEqualTo(ExitCode.OK);

        assertThat(lines()).contains("plugins        " + other);
    }

    @Test
    void peekBufferBoundsPatterns() throws IOException {
        Files.writeString(
                file,
                "[[protocols]]\nname = \"late\"\npatterns = [{ hex = \"2a\", offset = 600 }]\nforward_to = \"a:1\"\n");

        assertThat(check("-c", file.toString(), "--peek-buffer", "512")).isEqualTo(ExitCode.USAGE);

        assertThat(err.toString()).contains("the 512B of peek_buffer_size");
    }

    @ParameterizedTest
    @CsvSource({
        "missing/c.sock, 'is in a directory that does not exist; create %s/missing'",
        "cccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccc, 'has '",
    })
    @DisabledOnOs(value = OS.WINDOWS, disabledReason = "its paths have another separator")
    void placeThatNoControlSocketCouldBeAtIsReportedByItsLine(String control, String reason) throws IOException {
        String routes = Files.readString(file);
        Files.writeString(file, routes.replace("[server]", "[server]\ncontrol = \"" + control + "\""));

        assertThat(check("-c", file.toString())).isEqualTo(ExitCode.USAGE);

        assertThat(err.toString().lines())
                .singleElement()
                .asString()
                .startsWith(file + ":2:1: server.control: " + reason.formatted(directory));
    }

    @Test
    void fileThatIsNoTomlGetsSyntaxErrorsOnly() throws IOException {
        Files.writeString(file, "[[protocols]]\nname = \"x\"\npatterns = [\"\\xgg\"]\nforward_to = \"a:1\"\n");

        assertThat(check("-c", file.toString(), "--bind=x")).isEqualTo(ExitCode.USAGE);

        assertThat(err.toString().lines())
                .singleElement()
                .asString()
                .startsWith(file + ":3:14: syntax: invalid unicode escape sequence; write ");
    }

    @Test
    void pluginsOfAMissingDirectoryCannotBeListed() {
        Path missing = directory.resolve("missing");

        assertThat(run("plugins", "--plugins", missing.toString())).isEqualTo(ExitCode.COULD_NOT_RUN);

        assertThat(err.toString().strip())
                .isEqualTo("refractium: " + missing + ": no such plugin directory; create it, or set plugins_dir");
        assertThat(out.toString()).isEmpty();
    }

    @Test
    void forwardReplacesTheRoutesOfThatNameInTheFile() {
        assertThat(check("-c", file.toString(), "-f", "smtp=127.0.0.1:2001", "-f", "smtp=127.0.0.1:2002"))
                .isEqualTo(ExitCode.USAGE);

        // Its name alone makes no protocol of it: the file's server_first went with the file's route.
        assertThat(err.toString()).startsWith("-f smtp: protocols.smtp.name: unknown protocol \"smtp\"");
    }

    @ParameterizedTest
    @CsvSource({
        "--bind, example.test, server.bind",
        "--port, 65536, server.port",
        "--peek-buffer, 511B, server.peek_buffer_size",
        "--peek-buffer, 128KiB, server.peek_buffer_size",
        "--peek-timeout, 1ms, server.peek_timeout",
        "--max-connections, 0, server.max_connections",
        "--max-connections-per-ip, -1, server.max_connections_per_ip",
    })
    void badValueIsReportedByTheFlagThatGaveIt(String flag, String value, String key) {
        assertThat(check("-c", file.toString(), flag + "=" + value)).isEqualTo(ExitCode.USAGE);

        assertThat(err.toString()).startsWith(flag + ": " + key + ": ").contains(value);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--peek-timeout | 3000 | \"3000\" has no unit; write \"3s\" or \"3000ms\"",
                "--peek-timeout | 3sec | \"3sec\" is no duration; did you mean \"3s\"?",
                "--peek-buffer  | 16KB | \"16KB\" is no size; did you mean \"16KiB\"?",
            })
    void flagTakesTheFormsOfTheFile(String flag, String value, String problem) {
        assertThat(check("-c", file.toString(), flag + "=" + value)).isEqualTo(ExitCode.USAGE);

        assertThat(err.toString()).contains(problem);
    }

    @Test
    void everyBadFlagIsReportedAtOnce() {
        assertThat(check("-c", file.toString(), "--port=-1", "--bind=x", "--peek-buffer=1"))
                .isEqualTo(ExitCode.USAGE);

        assertThat(err.toString().lines()).hasSize(3);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"--port=abc", "--no-such-flag", "-f=nonsense", "--port=1 --port=2", "--config=/no/such/file", "x"
            })
    void misuseIsSaidInTwoLinesWithoutAStackTrace(String arguments) {
        assertThat(check(arguments.split(" "))).isEqualTo(ExitCode.USAGE);

        assertThat(err.toString().lines()).hasSize(2).allMatch(line -> line.startsWith("refractium: "));
        assertThat(out.toString()).isEmpty();
    }

    @Test
    void unknownFlagGetsASuggestion() {
        check("--prot=80");

        assertThat(err.toString()).contains("--prot").contains("did you mean --port");
    }

    @ParameterizedTest
    @ValueSource(strings = {"start", "run", "serve", "server"})
    void wordForServingIsAnsweredByTheWayToServe(String word) {
        assertThat(run(word)).isEqualTo(ExitCode.USAGE);

        assertThat(err.toString()).contains(word).contains("no command is needed to serve: write refractium -c FILE");
    }

    @Test
    void helpIsACommandToo() {
        assertThat(run("help")).isEqualTo(ExitCode.OK);
        String all = out.toString();
        assertThat(run("help", "check")).isEqualTo(ExitCode.OK);

        assertThat(all).contains("Usage: refractium ", "Commands:");
        assertThat(out.toString().substring(all.length())).contains("Usage: refractium check ");
        assertThat(err.toString()).isEmpty();
    }

    @Test
    void checkTakesItsFileWithoutAFlag() {
        assertThat(check(file.toString())).isEqualTo(ExitCode.OK);

        assertThat(lines()).contains("configuration  " + file);
    }

    @Test
    void checkRefusesTwoFiles() {
        assertThat(check("-c", file.toString(), file.toString())).isEqualTo(ExitCode.USAGE);

        assertThat(err.toString()).contains("both name the configuration; give one");
    }

    @Test
    void checkNamesTheFileThatIsNotThere() {
        assertThat(check("missing.toml")).isEqualTo(ExitCode.USAGE);

        assertThat(err.toString()).contains("refractium: there is no file missing.toml;");
    }

    @Test
    void argumentsAreEscaped() {
        check("--port=\u001b[31m");

        assertThat(err.toString()).contains("\\x1b[31m").doesNotContain("\u001b");
    }

    @Test
    void withoutFileAndRouteTheMessageSaysWhatToDo() {
        assertThat(check()).isEqualTo(ExitCode.USAGE);

        assertThat(err.toString())
                .contains("refractium init")
                .contains("-c FILE")
                .contains("-f http=");
    }

    @Test
    void flagBeforeACommandIsRefusedInsteadOfIgnored() {
        assertThat(run("--port", "80", "tcp")).isEqualTo(ExitCode.USAGE);

        assertThat(err.toString()).contains("refractium tcp --port");
    }

    @ParameterizedTest
    @ValueSource(strings = {"--help", "tcp --help", "udp -h", "check -h", "init -h", "plugins -h", "demo -h", "-V"})
    void helpAndVersionGoToStandardOutput(String arguments) {
        assertThat(run(arguments.split(" "))).isEqualTo(ExitCode.OK);

        assertThat(out.toString()).contains("efractium").doesNotContain("\u001b");
        assertThat(err.toString()).isEmpty();
    }

    @Test
    void helpIsColouredOnATerminal() {
        CommandLines.create(new PrintWriter(out), new PrintWriter(err), new Terminal(true, true))
                .execute("--help");

        assertThat(out.toString()).contains("\u001b[");
    }

    private int check(String... flags) {
        String[] arguments = new String[flags.length + 1];
        arguments[0] = "check";
        System.arraycopy(flags, 0, arguments, 1, flags.length);
        return run(arguments);
    }

    private int run(String... arguments) {
        return CommandLines.create(new PrintWriter(out, true), new PrintWriter(err, true), new Terminal(false, false))
                .execute(arguments);
    }

    private String[] lines() {
        return out.toString().lines().toArray(String[]::new);
    }
}
