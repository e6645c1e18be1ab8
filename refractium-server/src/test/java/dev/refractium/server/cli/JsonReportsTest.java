package dev.refractium.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The output of {@code check --json} and {@code plugins --json}: one object, and nothing beside it. */
class JsonReportsTest {
    private static final String ROUTE = """

            [[protocols]]
            name = "one"
            transport = "tcp"
            patterns = ["ONE"]
            forward_to = "127.0.0.1:1001"
            """;

    @TempDir
    private Path directory;

    private Path file;

    /** What a run of the command line ended with. */
    private record Run(int code, String out, String err) {
        JsonObject json() {
            assertThat(err).isEmpty();
            assertThat(out.lines()).hasSize(1);
            return JsonParser.parseString(out).getAsJsonObject();
        }

        List<JsonObject> problems() {
            return objects(json(), "problems");
        }
    }

    @BeforeEach
    void makeDirectoryOfPlugins() throws IOException {
        Files.createDirectory(directory.resolve("jars"));
        file = directory.resolve("refractium.toml");
    }

    @Test
    void validConfigurationHasItsPlan() throws IOException {
        configure("bind = \"127.0.0.2\"\nport = 4000\nmax_connections = 30" + ROUTE);

        Run run = run("check", "--json", file.toString());

        assertThat(run.code).isEqualTo(ExitCode.OK);
        JsonObject checked = run.json();
        assertThat(checked.get("valid").getAsBoolean()).isTrue();
        assertThat(run.problems()).isEmpty();
        JsonObject plan = checked.getAsJsonObject("plan");
        assertThat(plan.get("configuration").getAsString()).isEqualTo(file.toString());
        assertThat(plan.get("plugins_directory").getAsString())
                .isEqualTo(directory.resolve("jars").toString());
        assertThat(plan.get("max_connections").getAsInt()).isEqualTo(30);
        assertThat(plan.get("warnings").getAsJsonArray()).isEmpty();
        assertThat(objects(plan, "listeners")).singleElement().satisfies(listener -> {
            assertThat(listener.get("addresses").toString()).isEqualTo("[\"127.0.0.2:4000\"]");
            assertThat(listener.get("transports").toString()).isEqualTo("[\"tcp\",\"udp\"]");
        });
        assertThat(objects(plan, "routes")).singleElement().satisfies(route -> {
            assertThat(route.get("taken").getAsString()).isEqualTo("one");
            assertThat(route.get("backends").toString()).isEqualTo("[\"127.0.0.1:1001\"]");
        });
    }

    @Test
    void everyProblemIsWhereTheTextHasIt() throws IOException {
        configure("port = 70000\nprot = 1" + ROUTE + "sni = 7\n\n[pools.\"a\\u001b\"]\nservers = 1\n");

        Run text = run("check", file.toString(), "--bind=x", "--peek-buffer=1");
        Run json = run("check", file.toString(), "--bind=x", "--peek-buffer=1", "--json");

        assertThat(json.code).isEqualTo(text.code).isEqualTo(ExitCode.USAGE);
        assertThat(json.json().get("valid").getAsBoolean()).isFalse();
        assertThat(json.json().get("plan").isJsonNull()).isTrue();
        assertThat(text.out).isEmpty();
        assertThat(json.problems()).extracting(JsonReportsTest::line).containsExactlyElementsOf(lines(text.err));
        assertThat(json.problems())
                .extracting(problem -> problem.get("file").isJsonNull())
                .contains(true, false);
        assertThat(json.problems())
                .filteredOn(problem -> !problem.get("file").isJsonNull())
                .hasSizeGreaterThan(3)
                .allSatisfy(problem -> assertThat(problem.get("place").getAsString())
                        .isEqualTo(file + ":" + problem.get("line") + ":" + problem.get("column")));
    }

    @Test
    void fileThatIsNoTomlHasItsSyntaxErrors() throws IOException {
        Files.writeString(file, "[[protocols]\nname = \"x\"\n");

        Run run = run("check", "--json", "-c", file.toString());

        assertThat(run.code).isEqualTo(ExitCode.USAGE);
        assertThat(run.problems()).isNotEmpty().allSatisfy(problem -> {
            assertThat(problem.get("file").getAsString()).isEqualTo(file.toString());
            assertThat(problem.get("key").getAsString()).isEqualTo("syntax");
            assertThat(problem.get("line").getAsInt()).isPositive();
        });
    }

    @Test
    void problemWithAWholeFileHasTheFileAndNoLine() throws IOException {
        Files.writeString(file, "x = 1\n".repeat(2) + "#".repeat(16 << 20));

        Run run = run("check", "--json", file.toString());

        assertThat(run.problems()).singleElement().satisfies(problem -> {
            assertThat(problem.get("file").getAsString()).isEqualTo(file.toString());
            assertThat(problem.get("line").isJsonNull()).isTrue();
        });
    }

    @Test
    void missingFileIsTheOnlyProblem() {
        Run run = run("check", "--json", "missing.toml");

        assertThat(run.code).isEqualTo(ExitCode.USAGE);
        assertCouldNotBeRead(run, "there is no file missing.toml; `refractium init` writes one");
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void fileThatCannotBeReadIsTheOnlyProblem() {
        Run run = run("check", "--json", "/proc/self/mem");

        assertThat(run.code).isEqualTo(ExitCode.COULD_NOT_RUN);
        assertCouldNotBeRead(run, "cannot read the configuration: Input/output error");
    }

    @Test
    void flagThatIsUnknownIsSaidOnStandardErrorAlone() {
        Run run = run("check", "--json", "--prot=80");

        assertThat(run.code).isEqualTo(ExitCode.USAGE);
        assertThat(run.out).isEmpty();
        assertThat(run.err).contains("did you mean --port");
    }

    @Test
    void warningsArePartOfThePlan() throws IOException {
        configure(ROUTE + "source = \"192.0.2.1\"\n");

        Run text = run("check", file.toString());
        Run json = run("check", "--json", file.toString());

        assertThat(json.code).isEqualTo(ExitCode.OK);
        assertThat(json.json().getAsJsonObject("plan").getAsJsonArray("warnings"))
                .isNotEmpty()
                .extracting(warning -> "warning: " + warning.getAsString())
                .containsExactlyElementsOf(lines(text.err));
    }

    @Test
    void refusedPluginHasItsReason() throws IOException {
        configure(ROUTE);
        Files.writeString(directory.resolve("jars").resolve("broken.jar"), "no archive");

        Run run = run("plugins", "--json", "-c", file.toString());

        assertThat(run.code).isEqualTo(ExitCode.OK);
        JsonObject listing = run.json();
        assertThat(listing.get("configuration").getAsString()).isEqualTo(file.toString());
        assertThat(listing.get("directory").getAsString())
                .isEqualTo(directory.resolve("jars").toString());
        assertThat(objects(listing, "plugins")).singleElement().satisfies(plugin -> {
            assertThat(plugin.get("file").getAsString()).isEqualTo("broken.jar");
            assertThat(plugin.get("id").isJsonNull()).isTrue();
            assertThat(plugin.get("refused").getAsString()).isNotBlank();
        });
    }

    private static void assertCouldNotBeRead(Run run, String message) {
        assertThat(run.json().get("valid").getAsBoolean()).isFalse();
        assertThat(run.problems()).singleElement().satisfies(problem -> {
            assertThat(problem.get("place").isJsonNull()).isTrue();
            assertThat(problem.get("message").getAsString()).isEqualTo(message);
        });
    }

    /** Writes a configuration that begins with these keys of the server. */
    private void configure(String server) throws IOException {
        Files.writeString(file, "[server]\nplugins_dir = \"jars\"\n" + server);
    }

    private static Run run(String... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int code = CommandLines.create(
                        new PrintWriter(out, true), new PrintWriter(err, true), new Terminal(false, false))
                .execute(arguments);
        return new Run(code, out.toString(), err.toString());
    }

    /** Returns a problem as the text has it. */
    private static String line(JsonObject problem) {
        return problem.get("place").getAsString() + ": " + problem.get("key").getAsString() + ": "
                + problem.get("message").getAsString();
    }

    private static List<String> lines(String text) {
        return text.lines().toList();
    }

    private static List<JsonObject> objects(JsonObject parent, String name) {
        return parent.getAsJsonArray(name).asList().stream()
                .map(JsonElement::getAsJsonObject)
                .toList();
    }
}
