package dev.refractium.plugins.accesslog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.refractium.api.Hook;
import dev.refractium.testkit.FakeSession;
import dev.refractium.testkit.FakeSettings;
import dev.refractium.testkit.Tapping;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** On a file system of 1 MiB that is full. To mount one takes root; for others the test is left out. */
class DiskFullIT {
    @TempDir
    Path directory;

    private boolean mounted;

    @BeforeEach
    void mount() throws Exception {
        mounted = run("mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", directory.toString());
        assumeTrue(mounted, "no file system can be mounted here");
    }

    @AfterEach
    void unmount() throws Exception {
        if (mounted) {
            run("umount", "-l", directory.toString());
        }
    }

    @Test
    void linesAreLostWhileItIsFullAndWholeBeforeAndAfter() throws IOException {
        Path path = directory.resolve("access.log");
        Hook hook = new AccessLogHook().configured(FakeSettings.of("file", path.toString()));
        endSessions(hook, "before", 10);
        Path filler = directory.resolve("filler");
        fill(filler);

        endSessions(hook, "full", 200);
        int whileFull = Files.readAllLines(path).size();
        Files.delete(filler);
        endSessions(hook, "after", 10);
        hook.close();

        List<String> lines = Files.readAllLines(path);
        assertThat(whileFull).isBetween(10, 30);
        assertThat(lines).hasSize(whileFull + 10).allMatch(line -> line.startsWith("{") && line.endsWith("}"));
        assertThat(lines.subList(whileFull, lines.size())).allMatch(line -> line.contains("\"id\":\"after\""));
    }

    private static void endSessions(Hook hook, String id, int count) {
        for (int i = 0; i < count; i++) {
            Tapping.open(hook, FakeSession.tcp().id(id)).end("done");
        }
    }

    private static void fill(Path filler) throws IOException {
        byte[] block = new byte[4096];
        try (OutputStream out = Files.newOutputStream(filler)) {
            for (int i = 0; i < 10_000; i++) {
                out.write(block);
            }
        } catch (IOException e) {
            assertThat(e).hasMessageContaining("No space left");
            return;
        }
        throw new AssertionError("the file system does not get full");
    }

    private static boolean run(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        process.getInputStream().readAllBytes();
        return process.waitFor(10, TimeUnit.SECONDS) && process.exitValue() == 0;
    }
}
