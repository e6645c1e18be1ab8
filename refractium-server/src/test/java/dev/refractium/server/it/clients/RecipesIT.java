package dev.refractium.server.it.clients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** docs/recipes.md does what it shows: its configurations start, and its commands print what stands below them. */
class RecipesIT {
    /** What the shell writes about a program that this machine lacks. */
    private static final Pattern MISSING = Pattern.compile("(?m)^\\S*sh: .*?(\\S+): not found$");

    @RegisterExtension
    final Lab lab = new Lab();

    @BeforeEach
    void install() throws IOException {
        CommandLine.install(lab);
    }

    @ParameterizedTest
    @MethodSource("recipes")
    void recipePrintsWhatThePageShows(Recipe documented) throws Exception {
        try (RecipePrograms programs = RecipePrograms.of(lab, documented);
                RecipeBackends backends = RecipeBackends.start(lab, documented)) {
            Recipe recipe = documented.onLoopback(lab.directory(), backends.ports());
            lab.write("refractium.toml", recipe.configuration());
            programs.start(recipe.files());

            for (Recipe.Step step : recipe.steps()) {
                follow(step);
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
                        "A map of sites",
                        "A protocol of your own and DNS on one UDP port",
                        "Mail behind silence",
                        "Behind a load balancer",
                        "Client addresses in nginx",
                        "TLS certificates that nginx renews",
                        "Client addresses in Postfix",
                        "Client addresses of sshd",
                        "Bans by fail2ban",
                        "Redis",
                        "An address that keepalived moves",
                        "Canary of a plugin");
        assertThat(Recipe.all())
                .allSatisfy(recipe -> assertThat(recipe.steps())
                        .filteredOn(Recipe.Step::isServer)
                        .hasSize(1));
    }

    static List<Recipe> recipes() throws IOException {
        return Recipe.all();
    }

    private void follow(Recipe.Step step) throws Exception {
        if (step.isQuery()) {
            await().untilAsserted(() -> assertOutput(step, run(step.command())));
        } else {
            assertOutput(step, step.isServer() ? CommandLine.serve(lab) : run(step.command()));
        }
    }

    private static void assertOutput(Recipe.Step step, String output) {
        assertThat(output).as("output of %s", step.command()).matches(step.expected());
    }

    /** Runs a command and returns its standard output. */
    private String run(String command) throws Exception {
        Output output = lab.run("sh", "-c", shell(command));
        Matcher missing = MISSING.matcher(output.errors());
        if (missing.find()) {
            Tool.missing(missing.group(1) + " is not installed");
        }
        assertThat(output.exitCode())
                .as("exit code of %s: %s", command, output.errors())
                .isZero();
        return new String(output.out(), StandardCharsets.UTF_8)
                .lines()
                .map(String::stripTrailing)
                .collect(Collectors.joining("\n"))
                .stripTrailing();
    }

    /** The commands find the test's own programs. */
    private String shell(String command) {
        return "PATH='" + lab.directory() + "/bin':$PATH\n" + command;
    }
}
