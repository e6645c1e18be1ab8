package dev.refractium.server.cli;

import dev.refractium.server.it.support.TestBackend;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A test that starts the command line as a process, in a directory of its own, and has a backend for it. */
abstract class LaunchTesting {
    @TempDir
    Path directory;

    TestBackend backend;

    @BeforeEach
    void startBackend() throws IOException {
        backend = TestBackend.named("backend");
    }

    @AfterEach
    void stopBackend() throws IOException {
        backend.close();
    }

    Launched launch(String... arguments) throws IOException {
        return Launched.in(directory, arguments);
    }

    /** Writes a refractium.toml that needs no plugin. */
    void configure(String more) throws IOException {
        Files.writeString(directory.resolve("refractium.toml"), """
                [server]
                bind = "127.0.0.1"
                port = 0
                %s

                [[protocols]]
                name = "one"
                patterns = ["ONE"]
                forward_to = "%s"
                """.formatted(more, backend.address()));
    }

    /** A directory with those of the built plugins that have one of these names in theirs. */
    Path copyOfPlugins(String... names) throws IOException {
        Path plugins = Files.createDirectory(directory.resolve("plugins"));
        try (var jars = Files.list(Path.of(Launched.plugins()))) {
            for (Path jar : jars.toList()) {
                String file = jar.getFileName().toString();
                for (String name : names) {
                    if (file.contains(name)) {
                        Files.copy(jar, plugins.resolve(file));
                    }
                }
            }
        }
        return plugins;
    }
}
