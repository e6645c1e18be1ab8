package dev.refractium.server.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.refractium.server.text.Escape;
import dev.refractium.server.text.FileFailure;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Writes a project to begin a plugin with: the template, under another id. */
@Command(
        name = "new",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        description = "Writes a Maven project with a protocol, its test and its manifest.")
final class NewPluginCommand implements Callable<Integer> {
    /** The template's files, which are resources. */
    static final List<String> FILES = List.of(
            "README.md",
            "pom.xml",
            "src/main/java/com/example/greeting/Greeting.java",
            "src/main/java/com/example/greeting/GreetingHealthCheck.java",
            "src/test/java/com/example/greeting/GreetingTest.java");

    private static final String TEMPLATE = "/dev/refractium/server/cli/template/";
    private static final Pattern ID = Pattern.compile("[a-z][a-z0-9._-]{0,63}");

    /** The template's own id, artefact and file, in the words around them. */
    private static final Pattern NAMES =
            Pattern.compile("example-greeting|greeting-plugin|(?<=<finalName>)greeting|greeting(?=\\.jar)");

    private static final String REPOSITORY = """
              <!-- The API and the test kit, as the installation has them. -->
              <repositories>
                <repository>
                  <id>refractium</id>
                  <url>URL</url>
                  <releases>
                    <checksumPolicy>ignore</checksumPolicy>
                  </releases>
                  <snapshots>
                    <checksumPolicy>ignore</checksumPolicy>
                  </snapshots>
                </repository>
              </repositories>

            """;

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec command;

    @Parameters(index = "0", paramLabel = "NAME", description = "The plugin's id: letters, digits, '.', '_' and '-'.")
    @SuppressWarnings("NullAway.Init")
    private String name;

    @Parameters(
            index = "1",
            arity = "0..1",
            paramLabel = "DIRECTORY",
            description = "What to write, which must not be there yet; without it, NAME in the current directory.")
    private @Nullable Path directory;

    @Override
    public Integer call() {
        if (!ID.matcher(name).matches()) {
            throw misuse(Escape.quoted(name)
                    + " is no id of a plugin; use lower-case letters, digits, '.', '_' and '-'," + " a letter first");
        }
        Path project = (directory == null ? Path.of(name) : directory).toAbsolutePath();
        try {
            Files.createDirectory(project);
            for (String file : FILES) {
                Path place = project.resolve(file);
                Files.createDirectories(Objects.requireNonNull(place.getParent()));
                Files.writeString(place, text(file));
            }
        } catch (FileAlreadyExistsException e) {
            throw misuse(project + " is there already; choose another directory");
        } catch (IOException e) {
            command.commandLine().getErr().println("refractium: cannot write " + Escape.text(FileFailure.of(e), 4096));
            return ExitCode.COULD_NOT_RUN;
        }
        command.commandLine()
                .getOut()
                .println("wrote " + Escape.text(project.toString(), 4096) + "; `mvn package` in it makes target/" + name
                        + ".jar");
        return ExitCode.OK;
    }

    private ParameterException misuse(String reason) {
        return new ParameterException(command.commandLine(), reason);
    }

    private String text(String file) throws IOException {
        try (InputStream template =
                Objects.requireNonNull(NewPluginCommand.class.getResourceAsStream(TEMPLATE + file), file)) {
            String text =
                    NAMES.matcher(new String(template.readAllBytes(), UTF_8)).replaceAll(name);
            return file.equals("pom.xml")
                    ? text.replaceFirst(
                            "(?=  <dependencies>)",
                            Matcher.quoteReplacement(repository().orElse("")))
                    : text;
        }
    }

    /** Returns the repository of the installation; empty if this runs from anywhere else. */
    private static Optional<String> repository() {
        return Installation.home()
                .map(home -> home.resolve("maven").toAbsolutePath())
                .filter(Files::isDirectory)
                .map(repository -> REPOSITORY.replace("URL", repository.toUri().toString()));
    }
}
