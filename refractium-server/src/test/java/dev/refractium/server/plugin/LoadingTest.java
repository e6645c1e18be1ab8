package dev.refractium.server.plugin;

import dev.refractium.server.files.StateDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A test that puts JARs into a plugin directory and loads it. */
abstract class LoadingTest {
    @TempDir
    Path directory;

    StateDirectory copies;

    @BeforeEach
    void openCopies() throws IOException {
        copies = StateDirectory.open(Map.of());
    }

    @AfterEach
    void closeCopies() {
        copies.close();
    }

    PluginScan load() {
        return load(PluginRules.NONE);
    }

    PluginScan load(PluginRules rules) {
        return PluginDirectory.load(directory, copies, rules, RunningPlugins.NONE, new PluginCalls());
    }

    static List<Path> filesIn(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.toList();
        }
    }
}
