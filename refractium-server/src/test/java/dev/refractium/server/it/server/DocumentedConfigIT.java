package dev.refractium.server.it.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.refractium.server.Refractium;
import dev.refractium.server.RefractiumBuilder;
import dev.refractium.server.config.ConfigException;
import dev.refractium.server.config.Problem;
import dev.refractium.server.it.support.Client;
import dev.refractium.server.it.support.TestBackend;
import dev.refractium.server.it.support.TestedIo;
import dev.refractium.server.report.Plan;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The configurations that users are shown start, with the plugins that they are shipped with. */
class DocumentedConfigIT {
    private static final Path DOCUMENTED = Path.of("src", "test", "resources", "documented.toml");
    private static final Path SHIPPED = Path.of("..", "refractium.toml");
    private static final Pattern ROOM = Pattern.compile("use (\\d+) or less");

    @TempDir
    Path directory;

    /** The documented file has {@code plugins_dir = "plugins"}, relative to itself. */
    @BeforeEach
    void copyPlugins() throws Exception {
        Path plugins = Files.createDirectory(directory.resolve("plugins"));
        Path built = Path.of(Objects.requireNonNull(System.getProperty("refractium.plugins")));
        try (Stream<Path> jars = Files.list(built)) {
            for (Path jar : jars.toList()) {
                readableByAll(Files.copy(jar, plugins.resolve(jar.getFileName())));
            }
        }
    }

    @Test
    void documentedConfigurationStarts() throws Exception {
        try (TestBackend web = TestBackend.named("web");
                TestBackend mail = TestBackend.named("mail");
                Refractium proxy = startDocumented(onLoopback(Files.readString(DOCUMENTED), web, mail))) {
            assertThat(proxy.plan().routes())
                    .extracting(Plan.Route::taken)
                    .containsExactly(
                            "http",
                            "https[sni=*.example.com]",
                            "silence (smtp)",
                            "anything else",
                            "my_app",
                            "anything else");
            assertThat(proxy.plan().plugins())
                    .allSatisfy(plugin -> assertThat(plugin.refused()).isEmpty())
                    .flatExtracting(plugin -> plugin.provides())
                    .contains("dns", "ftp", "http", "https", "ssh");
            assertAnswers(proxy, "GET / HTTP/1.1\r\nHost: a.test\r\n\r\n", "web>");
            assertAnswers(proxy, "", "mail>");
        }
    }

    @Test
    void shippedConfigurationStarts() throws Exception {
        Path file = readableByAll(Files.copy(SHIPPED, directory.resolve("refractium.toml")));

        // Another server, or another run of this test, may be on port 8080.
        RefractiumBuilder builder = TestedIo.server()
                .config(file)
                .defaultPlugins(directory.resolve("plugins"))
                .port(0);

        try (Refractium proxy = builder.start()) {
            assertThat(proxy.plan().routes())
                    .extracting(Plan.Route::taken)
                    .containsExactly("http", "https[sni=*.example.com]", "https", "ssh", "dns");
        }
    }

    private static void assertAnswers(Refractium proxy, String request, String answer) throws Exception {
        try (Client client = Client.to(proxy.tcp().orElseThrow())) {
            client.send(request);

            assertThat(client.read(answer.length())).isEqualTo(answer);
        }
    }

    /** Addresses are all that differs: a test sends nothing to other machines, nor to the services of this one. */
    private static String onLoopback(String toml, TestBackend web, TestBackend mail) throws Exception {
        return toml.replace("bind = \"0.0.0.0\"", "bind = \"127.0.0.1\"")
                .replace("port = 8080 ", "port = 0 ")
                .replace("\"10.0.0.1:80\", \"10.0.0.2:80\"", "\"" + web.address() + "\", \"127.0.0.1:1\"")
                .replace("\"127.0.0.1:25\"", "\"" + mail.address() + "\"");
    }

    /**
     * Starts it as it stands. Where a process may not have the descriptors that 10,000 connections need, the start is
     * refused, as documented, with the number that there is room for; with that number it must start.
     */
    private Refractium startDocumented(String toml) throws Exception {
        try {
            return start(toml);
        } catch (ConfigException e) {
            List<Problem> problems = e.problems();
            assertThat(problems).singleElement().extracting(Problem::key).isEqualTo("server.max_connections");
            Matcher room = ROOM.matcher(problems.get(0).message());
            assertThat(room.find()).as(problems.get(0).message()).isTrue();
            System.out.printf("documented configuration: with max_connections = %s; %s%n", room.group(1), problems);
            return start(toml.replace("max_connections = 10000", "max_connections = " + room.group(1)));
        }
    }

    private Refractium start(String toml) throws Exception {
        Path file = readableByAll(Files.writeString(directory.resolve("documented.toml"), toml));
        return TestedIo.server().config(file).start();
    }

    /** A file that others may write would be refused, whatever mask the tests run under. */
    private static Path readableByAll(Path file) throws Exception {
        return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
    }
}
