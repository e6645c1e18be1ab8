package dev.refractium.server.it.clients;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** docs/recipes.md does what it shows: its configurations start, and its commands print what stands below them. */
class RecipesIT {
    @RegisterExtension
    final Lab lab = new Lab();

    @BeforeEach
    void install() throws IOException {
        Path plugins = Files.createDirectory(lab.directory().resolve("plugins"));
        try (Stream<Path> jars = Files.list(Lab.plugins())) {
            for (Path jar : jars.toList()) {
                lab.write("plugins/" + jar.getFileName(), Files.readAllBytes(jar));
            }
        }
        assertThat(plugins).isNotEmptyDirectory();
        lab.program(
                "refractium",
                "exec '%s' -XX:TieredStopAtLevel=1 %s -Drefractium.home='%s' -cp '%s' dev.refractium.server.cli.Main \"$@\""
                        .formatted(
                                Path.of(System.getProperty("java.home"), "bin", "java"),
                                Runtime.version().feature() >= 24 ? "--enable-native-access=ALL-UNNAMED" : "",
                                lab.directory(),
                                System.getProperty("java.class.path")));
    }

    @ParameterizedTest
    @MethodSource("recipes")
    void recipePrintsWhatThePageShows(Recipe documented) throws Exception {
        try (RecipeBackends backends = RecipeBackends.start(lab, documented.ports())) {
            Recipe recipe = documented.onLoopback(backends.ports());
            lab.write("refractium.toml", recipe.configuration());

            for (Recipe.Step step : recipe.steps()) {
                String output = step.isServer() ? serve() : run(step.command());

                assertThat(output).as("output of %s", step.command()).matches(step.expected());
            }
        }
    }

    @Test
    void everySectionOfThePageIsARecipe() throws IOException {
        assertThat(Recipe.all())
                .extracting(Recipe::title)
                .containsExactly(
                        "HTTPS and SSH on port 443",
                        "Two TLS sites by name",
                        "A protocol of your own and DNS on one UDP port",
                        "Mail behind silence",
                        "Behind a load balancer",
                        "Canary of a plugin");
        assertThat(Recipe.all())
                .allSatisfy(recipe -> assertThat(recipe.steps())
                        .filteredOn(Recipe.Step::isServer)
                        .hasSize(1));
    }

    static List<Recipe> recipes() throws IOException {
        return Recipe.all();
    }

    /** Starts the proxy and returns its ready line. */
    private String serve() throws Exception {
        Path ready = lab.write("ready", "");
        lab.serve(() -> Files.readString(ready).endsWith("\n"), "sh", "-c", shell("exec refractium >ready"));
        return Files.readString(ready).strip();
    }

    /** Runs a command and returns its standard output. */
    private String run(String command) throws Exception {
        Output output = lab.run("sh", "-c", shell(command));
        assertThat(output.exitCode())
                .as("exit code of %s: %s", command, output.errors())
                .isZero();
        return new String(output.out(), StandardCharsets.UTF_8)
                .lines()
                .map(String::stripTrailing)
                .reduce((one, other) -> one + "\n" + other)
                .orElse("");
    }

    /** The commands find control sockets and programs in the test's own directory, and no other server of the machine. */
    private String shell(String command) {
        return """
                unset RUNTIME_DIRECTORY
                export PATH='%1$s/bin':$PATH XDG_RUNTIME_DIR='%1$s' REFRACTIUM_JAVA_OPTS='-Djava.io.tmpdir=%1$s'
                %2$s""".formatted(lab.directory(), command);
    }
}
