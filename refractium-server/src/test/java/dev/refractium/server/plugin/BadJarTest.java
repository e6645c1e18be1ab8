package dev.refractium.server.plugin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class BadJarTest extends LoadingTest {
    private static final Path OPEN_FILES = Path.of("/proc/self/fd");

    @ParameterizedTest(name = "{0}")
    @MethodSource("dev.refractium.server.plugin.BadJars#all")
    void isRefusedWithItsReasonAndLeavesNoTrace(String what, byte[] jar, String reason) throws IOException {
        Recogniser.jar("first").writeTo(directory.resolve("a.jar"));
        Files.write(directory.resolve("b-bad.jar"), jar);
        Recogniser.jar("last").writeTo(directory.resolve("c.jar"));

        try (PluginScan scan = load()) {
            assertThat(scan.accepted()).extracting(LoadedPlugin::id).containsExactly("first", "last");
            assertThat(scan.refused()).singleElement().satisfies(refused -> {
                assertThat(refused.file()).isEqualTo(directory.resolve("b-bad.jar"));
                assertThat(refused.reason()).contains(reason);
            });
            assertThat(filesIn(copies.path())).as("copies and the lock").hasSize(3);
        }
        assertThat(filesIn(copies.path())).as("the lock").hasSize(1);
    }

    @Test
    void everyWrongLineOfAManifestIsNamed() {
        Recogniser.jar("bad")
                .without("Plugin-Id")
                .version("new")
                .requires(">=9.0.0")
                .manifest("Plugin-Class", "a.B")
                .manifest("Class-Path", "ext/")
                .writeTo(directory.resolve("bad.jar"));

        PluginScan scan = load();

        assertThat(scan.refused())
                .singleElement()
                .extracting(RefusedJar::reason)
                .asString()
                .startsWith("manifest: Plugin-Id is missing; add a line")
                .contains(
                        "; Plugin-Version: \"new\" is not a version",
                        "; Plugin-Requires: asks for API \">=9.0.0\"",
                        "; Plugin-Class: \"a.B\" is not in the JAR",
                        "; Class-Path is not allowed");
    }

    @Test
    void everyTruncationIsRefused() throws IOException {
        byte[] whole = Recogniser.jar("whole").bytes();
        Path jar = directory.resolve("part.jar");

        for (int length = 0; length < whole.length; length++) {
            Files.write(jar, Arrays.copyOf(whole, length));

            PluginScan scan = load();

            assertThat(scan.accepted())
                    .as("%d of %d bytes", length, whole.length)
                    .isEmpty();
            assertThat(scan.refused()).singleElement().asString().contains("not a complete ZIP file");
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("dev.refractium.server.plugin.BadJars#all")
    void refusingCostsNoDescriptor(String what, byte[] jar) throws IOException {
        assumeTrue(Files.isDirectory(OPEN_FILES), "reads descriptors in /proc");
        Recogniser.jar("good").writeTo(directory.resolve("a.jar"));
        Files.write(directory.resolve("b-bad.jar"), jar);

        try (PluginScan scan = load()) {
            assertThat(scan.refused()).hasSize(1);
            assertThat(openFiles()).as("the lock and the good JAR").hasSize(2);
        }
    }

    /** What this process has open of the plugins and their copies; of all others, some come and go with other tests. */
    private List<String> openFiles() throws IOException {
        List<String> open = new ArrayList<>();
        for (Path descriptor : filesIn(OPEN_FILES)) {
            try {
                String file = Files.readSymbolicLink(descriptor).toString();
                if (file.startsWith(directory.toString())
                        || file.startsWith(copies.path().toString())) {
                    open.add(file);
                }
            } catch (NoSuchFileException e) {
                // Closed since.
            }
        }
        return open;
    }

    @Test
    void everyOneOfThemIsRefusedAmongTheOthers() throws IOException {
        List<byte[]> all = BadJars.all().map(row -> (byte[]) row.get()[1]).toList();
        for (int i = 0; i < all.size(); i++) {
            Files.write(directory.resolve(i + ".jar"), all.get(i));
        }

        PluginScan scan = load();

        System.out.printf("bad JARs: refused %d of %d%n", scan.refused().size(), all.size());
        assertThat(scan.refused()).hasSameSizeAs(all);
    }

    @Test
    void aJarLargerThanTheBoundIsNotCopiedWhole() throws IOException {
        Path jar = directory.resolve("huge.jar");
        try (RandomAccessFile file = new RandomAccessFile(jar.toFile(), "rw")) {
            file.setLength(StagedJar.MAX_BYTES + 1);
        }

        PluginScan scan = load();

        assertThat(scan.refused()).singleElement().asString().contains("larger than 256 MiB");
        assertThat(filesIn(copies.path())).as("the lock").hasSize(1);
    }

    @Test
    void aBombBelowTheRatioIsRefusedByItsSize() {
        Recogniser.jar("bad").file("sparse", sparse(257 << 20)).writeTo(directory.resolve("bomb.jar"));

        PluginScan scan = load();

        assertThat(scan.refused()).singleElement().asString().contains("unpacks to more than 256 MiB");
    }

    /** Compresses about a hundredfold: below the bound on the ratio. */
    private static byte[] sparse(int size) {
        byte[] bytes = new byte[size];
        byte[] noise = new byte[512];
        Random random = new Random(1);
        for (int at = 0; at + noise.length <= size; at += 1 << 16) {
            random.nextBytes(noise);
            System.arraycopy(noise, 0, bytes, at, noise.length);
        }
        return bytes;
    }
}
