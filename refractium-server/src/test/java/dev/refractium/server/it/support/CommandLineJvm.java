package dev.refractium.server.it.support;

import java.io.File;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/**
 * How tests start a JVM with the command line: quickly, since they start hundreds. All test JVMs share an archive of its
 * classes, which the first one makes.
 */
public final class CommandLineJvm {
    private static final String MAIN = "dev.refractium.server.cli.Main";
    private static final String CLASS_PATH = withoutTests();
    private static final Path PLUGINS = Path.of(System.getProperty("refractium.plugins", "plugins"));
    private static final List<String> COMMAND = command();

    private CommandLineJvm() {}

    /** Returns the command up to the name of the main class, exclusively. */
    public static List<String> options() {
        return COMMAND;
    }

    /** Returns the class path of this JVM, as it is without the tests' own classes. */
    private static String withoutTests() {
        try {
            Path own = Path.of(CommandLineJvm.class
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toURI());
            return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator, -1))
                    .filter(entry -> !Path.of(entry).toAbsolutePath().equals(own.toAbsolutePath()))
                    .collect(Collectors.joining(File.pathSeparator));
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    private static List<String> command() {
        List<String> command = plain();
        try {
            Path archive = archive();
            if (Files.size(archive) > 0) {
                command.add("-XX:SharedArchiveFile=" + archive);
                // An archive that does not fit is only slower.
                command.add("-Xlog:cds=off");
                command.add("-Xlog:cds+dynamic=off");
            }
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
        command.add("-cp");
        command.add(CLASS_PATH);
        return List.copyOf(command);
    }

    private static List<String> plain() {
        List<String> plain = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:CompileThresholdScaling=4",
                "-XX:+UseSerialGC"));
        if (Runtime.version().feature() >= 24) {
            // The launcher's JAR has this in its manifest; a class path cannot, and then the JVM warns.
            plain.add("--enable-native-access=ALL-UNNAMED");
        }
        return plain;
    }

    /** Returns the archive; an empty file where there can be none, as with classes in directories. */
    private static Path archive() throws IOException, InterruptedException {
        Path archive = PLUGINS.toAbsolutePath()
                .resolveSibling("command-line-" + Integer.toHexString(state().hashCode()) + ".jsa");
        Path lock = archive.resolveSibling(archive.getFileName() + ".lock");
        try (FileChannel channel = FileChannel.open(lock, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                var held = channel.lock()) {
            if (held.isValid() && !Files.exists(archive)) {
                make(archive);
            }
        }
        return archive;
    }

    /** Returns what an archive depends on: the Java and the files of the class path. */
    private static List<Object> state() throws IOException {
        List<Object> state = new ArrayList<>(List.of(Runtime.version()));
        for (String entry : CLASS_PATH.split(File.pathSeparator, -1)) {
            Path file = Path.of(entry);
            state.add(entry);
            if (Files.exists(file)) {
                state.add(Files.size(file));
                state.add(Files.getLastModifiedTime(file).toMillis());
            }
        }
        return state;
    }

    private static void make(Path archive) throws IOException, InterruptedException {
        Path made = archive.resolveSibling(archive.getFileName() + ".new");
        List<String> command = plain();
        command.addAll(List.of(
                "-XX:ArchiveClassesAtExit=" + made,
                "-cp",
                CLASS_PATH,
                MAIN,
                "demo",
                "--once",
                "--plugins=" + PLUGINS.toAbsolutePath()));
        Process process = new ProcessBuilder(command)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        if (!process.waitFor(2, TimeUnit.MINUTES)) {
            process.destroyForcibly().waitFor();
        }
        if (!Files.exists(made)) {
            Files.createFile(made);
        }
        Files.move(made, archive);
    }
}
