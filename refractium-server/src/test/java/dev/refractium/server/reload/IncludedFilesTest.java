package dev.refractium.server.reload;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.refractium.server.Refractium;
import dev.refractium.server.RefractiumBuilder;
import dev.refractium.server.config.ConfigException;
import dev.refractium.server.config.Problem;
import dev.refractium.server.report.Plan;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Configurations of several files, as the commands read them. */
class IncludedFilesTest {
    private static final String INCLUDE = "include = [\"conf.d/*.toml\"]\n[server]\nport = 0\n";

    @TempDir
    private Path directory;

    @BeforeEach
    void makeDirectory() throws IOException {
        Files.createDirectory(directory.resolve("conf.d"));
        write("refractium.toml", INCLUDE);
    }

    @Test
    void tablesOfAllFilesAreOneConfiguration() throws Exception {
        write("refractium.toml", INCLUDE + route("main", "pool:web", ""));
        write("conf.d/20.toml", route("b", "a:2", "") + "[pools.web]\nservers = [\"a:1\"]\n");
        write("conf.d/10.toml", route("a", "a:3", ""));
        write("conf.d/.30.toml", route("hidden", "a:4", ""));

        assertThat(taken(builder().check())).containsExactly("main", "a", "b");
    }

    @Test
    void orderGoesBeforeFilesAndTables() throws Exception {
        write("refractium.toml", INCLUDE + route("last", "a:1", "order = 7"));
        write("conf.d/a.toml", route("third", "a:1", "") + route("first", "a:1", "order = -1"));
        write("conf.d/b.toml", route("fourth", "a:1", ""));

        RefractiumBuilder builder = builder()
                .route(
                        "built",
                        route ->
                                route.to("a:1").pattern("built".getBytes(UTF_8)).order(1))
                .route(
                        "second",
                        route -> route.to("a:1")
                                .pattern("second".getBytes(UTF_8))
                                .order(-1));

        assertThat(taken(builder.check())).containsExactly("first", "second", "third", "fourth", "built", "last");
    }

    @Test
    void everyProblemOfEveryFileIsReportedAtItsPlace() throws Exception {
        write("refractium.toml", INCLUDE + "prot = 1\n[pools.web]\nservers = [\"a:1\"]\n[hooks.log]\n");
        write("conf.d/a.toml", "include = \"x\"\nforward = 1\n[server]\nport = 1\n[pools.web]\nservers = [\"a:2\"]\n");
        write("conf.d/b.toml", route("x", "pool:wbe", "colour = 1") + "[hooks.log]\n[settings.x]\n");

        assertThat(problems(builder()))
                .contains(
                        at("conf.d/a.toml:1:1: include: may not stand in an included file; move it to the main file"),
                        at("conf.d/a.toml:2:1: forward: unknown key; known are protocols, pools, hooks"),
                        at("conf.d/a.toml:3:1: server: may not stand in an included file; move it to the main file"),
                        at("conf.d/a.toml:5:1: pools.web: is also in " + at("refractium.toml:5:1")
                                + "; give one of them another name"),
                        at("conf.d/b.toml:6:1: hooks.log: is also in " + at("refractium.toml:7:1")
                                + "; give one of them another name"),
                        at("conf.d/b.toml:7:1: settings: may not stand in an included file; move it to the main file"),
                        at("refractium.toml:4:1: server.prot: unknown key; did you mean \"port\"?"))
                .anySatisfy(problem -> assertThat(problem).startsWith(at("conf.d/b.toml:3:1: protocols[0].forward_to")))
                .anySatisfy(problem -> assertThat(problem).startsWith(at("conf.d/b.toml:5:1: protocols[0].colour")))
                .isSorted();
    }

    @Test
    void fileThatIsNoTomlIsReportedAloneSinceWhatItDefinesIsNotKnown() throws Exception {
        write("refractium.toml", INCLUDE + route("x", "pool:web", ""));
        write("conf.d/a.toml", "[pools.web]\nservers = [\"a:1\"\n");

        assertThat(problems(builder()))
                .singleElement()
                .asString()
                .startsWith(at("conf.d/a.toml:"))
                .contains(": syntax: ");
    }

    @Test
    void wildcardMayMatchNothingAndAPlainPathMayNot() throws Exception {
        write("refractium.toml", "include = [\"conf.d/*.toml\", \"teams.toml\"]\nfallback_tcp = \"a:1\"\n");

        assertThat(problems(builder()))
                .containsExactly(at("refractium.toml:1:29: include[1]: cannot read what is included: "
                        + directory.resolve("teams.toml") + ": no such file or directory"));
    }

    @Test
    void missingDirectoryAndWrongPatternsAreRefused() throws Exception {
        write(
                "refractium.toml",
                "include = [\"none/*.toml\", \"*/a.toml\", \"./*.toml\", \"conf.d/\"]\nfallback_tcp = \"a:1\"\n");

        assertThat(problems(builder()))
                .satisfiesExactly(
                        missing -> assertThat(missing)
                                .contains("include[0]: cannot read what is included: ", "no such file"),
                        wildcard -> assertThat(wildcard).contains("include[1]: \"*/a.toml\" has a wildcard before"),
                        itself -> assertThat(itself).contains("include[2]: includes the main file itself"),
                        name -> assertThat(name).contains("include[3]: \"conf.d/\" names no file"));
    }

    @Test
    void numberOfFilesAndTheirSizeAreLimited() throws Exception {
        write("refractium.toml", INCLUDE + "fallback_tcp = \"a:1\"\n");
        for (int i = 0; i < 1_000; i++) {
            write("conf.d/" + i + ".toml", "");
        }
        assertThat(problems(builder())).isEmpty();

        write("conf.d/1000.toml", "");
        assertThat(problems(builder())).singleElement().asString().contains("includes more than 1000 files");

        Files.delete(directory.resolve("conf.d/1000.toml"));
        write("conf.d/0.toml", "[pools.x]\nservers = \"a:1\"\n");
        for (int i = 1; i <= 16; i++) {
            write("conf.d/" + i + ".toml", "#".repeat(1 << 20));
        }
        assertThat(problems(builder())).singleElement().asString().contains("includes more than 16MiB");

        for (int i = 1; i <= 16; i++) {
            write("conf.d/" + i + ".toml", "");
        }
        write("conf.d/0.toml", "#".repeat((1 << 20) + 1));
        assertThat(problems(builder())).singleElement().asString().contains("0.toml: file: has more than 1MiB");
    }

    @Test
    @DisabledOnOs(value = OS.WINDOWS, disabledReason = "it is about POSIX permissions")
    void whatOthersMayWriteOrAddIsRefused() throws Exception {
        write("refractium.toml", INCLUDE + "fallback_tcp = \"a:1\"\n");
        Path file = write("conf.d/a.toml", "");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-rw-rw-"));
        assertThat(problems(builder())).singleElement().asString().contains("a.toml cannot be trusted: every user may");

        Files.delete(file);
        Path included = directory.resolve("conf.d");
        Files.setPosixFilePermissions(included, PosixFilePermissions.fromString("rwxrwxrwx"));
        assertThat(problems(builder()))
                .singleElement()
                .asString()
                .contains("conf.d cannot be trusted: every user may write it; chmod o-w ", "--trust-dir DIR");
        assertThat(problems(builder().trustDirectory(included))).isEmpty();
    }

    @Test
    void textInPlaceOfAFileIncludesFilesToo() throws Exception {
        String toml = "include = \"" + directory.resolve("conf.d") + "/*.toml\"\n[server]\nport = 0\n";
        write("conf.d/a.toml", route("x", "${env:BACKEND}", ""));

        Plan plan = Refractium.builder()
                .config("<stdin>", toml.getBytes(UTF_8))
                .environment(Map.of("BACKEND", "a:1"))
                .check();

        assertThat(plan.configuration()).contains("<stdin>, read once");
        assertThat(taken(plan)).containsExactly("x");
        assertThat(plan.variables()).containsExactly(new Plan.Variable("BACKEND", at("conf.d/a.toml:3:1"), true));
    }

    private RefractiumBuilder builder() {
        return Refractium.builder().config(directory.resolve("refractium.toml"));
    }

    private static List<String> problems(RefractiumBuilder builder) {
        ConfigException refused = catchThrowableOfType(ConfigException.class, builder::check);
        return refused == null
                ? List.of()
                : refused.problems().stream().map(Problem::toString).toList();
    }

    private static List<String> taken(Plan plan) {
        return plan.routes().stream()
                .filter(route -> route.transport().equals("tcp"))
                .map(route -> route.taken().split(" ", -1)[0])
                .filter(name -> !name.equals("anything") && !name.equals("silence"))
                .toList();
    }

    private static String route(String name, String to, String more) {
        return "[[protocols]]\nname = \"%s\"\nforward_to = \"%s\"\npatterns = [\"%s\"]\n%s\n"
                .formatted(name, to, name, more);
    }

    private String at(String place) {
        return directory + "/" + place;
    }

    private Path write(String name, String text) throws IOException {
        return Files.writeString(directory.resolve(name), text);
    }
}
