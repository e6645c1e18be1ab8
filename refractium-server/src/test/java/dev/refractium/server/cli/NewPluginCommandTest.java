package dev.refractium.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NewPluginCommandTest {
    private static final Path TEMPLATE = Path.of("..", "plugins", "template");

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @TempDir
    private Path directory;

    @Test
    void writesTheTemplateUnderAnotherId() throws IOException {
        Path project = directory.resolve("project");

        assertThat(create("my-plugin", project)).as(err.toString()).isEqualTo(ExitCode.OK);

        assertThat(project.resolve("pom.xml"))
                .content()
                .contains(
                        "<artifactId>my-plugin</artifactId>",
                        "<finalName>my-plugin</finalName>",
                        "<Plugin-Id>my-plugin</Plugin-Id>");
        assertThat(project.resolve("README.md")).content().startsWith("# my-plugin.jar");
        assertThat(project.resolve("src/main/java/com/example/greeting/Greeting.java"))
                .hasSameTextualContentAs(TEMPLATE.resolve("src/main/java/com/example/greeting/Greeting.java"));
        assertThat(out.toString().strip())
                .isEqualTo("wrote " + project + "; `mvn package` in it makes target/my-plugin.jar");
    }

    @Test
    void writesEveryFileOfTheTemplate() throws IOException {
        try (Stream<Path> files = Files.walk(TEMPLATE)) {
            assertThat(files.filter(Files::isRegularFile)
                            .map(TEMPLATE::relativize)
                            .map(Path::toString)
                            .filter(file -> !file.startsWith("target")))
                    .containsExactlyInAnyOrderElementsOf(NewPluginCommand.FILES);
        }
    }

    @Test
    void keepsADirectoryThatIsThere() throws IOException {
        Path mine = Files.writeString(directory.resolve("pom.xml"), "mine");

        assertThat(create("my-plugin", directory)).isEqualTo(ExitCode.USAGE);

        assertThat(mine).hasContent("mine");
        assertThat(err.toString()).contains(directory + " is there already; choose another directory");
    }

    @Test
    void refusesWhatIsNoId() {
        Path project = directory.resolve("project");

        assertThat(create("Mine", project)).isEqualTo(ExitCode.USAGE);

        assertThat(err.toString()).contains("\"Mine\" is no id of a plugin");
        assertThat(project).doesNotExist();
    }

    private int create(String name, Path project) {
        return CommandLines.create(new PrintWriter(out, true), new PrintWriter(err, true), new Terminal(false, false))
                .execute("plugin", "new", name, project.toString());
    }
}
