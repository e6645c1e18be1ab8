package dev.refractium.server.it.reload;

import dev.refractium.server.it.support.Loaders;
import dev.refractium.server.it.support.Site;
import dev.refractium.server.report.Status;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A test with its own server, whose files are read again on request. */
abstract class ReloadTesting {
    @TempDir
    Path directory;

    Site site;

    @BeforeEach
    void start() throws Exception {
        Loaders.forget();
        site = Site.of(directory, "");
    }

    @AfterEach
    void stop() throws Exception {
        site.close();
    }

    /** The numbers of the generations that live. */
    List<Long> live() {
        return site.server().status().generations().stream()
                .map(Status.Generation::number)
                .toList();
    }
}
