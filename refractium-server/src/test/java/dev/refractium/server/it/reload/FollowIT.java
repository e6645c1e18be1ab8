package dev.refractium.server.it.reload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.refractium.server.it.support.Client;
import dev.refractium.server.it.support.Site;
import dev.refractium.server.it.support.Versions;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files are followed, however they are written; what is not whole is left alone. */
class FollowIT {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @TempDir
    Path directory;

    private Site site;

    @BeforeEach
    void start() throws Exception {
        site = Site.following(directory);
    }

    @AfterEach
    void stop() throws Exception {
        site.close();
    }

    @Test
    void jarIsFollowedHoweverItIsCopied() throws Exception {
        try (Client old = site.connect()) {
            old.read(7);

            Versions.jar(2).writeTo(site.jar()); // as cp does
            awaitVersion(2);
            Files.move(
                    Versions.jar(3).writeTo(directory.resolve("new")),
                    site.jar(),
                    StandardCopyOption.REPLACE_EXISTING,
                    StandardCopyOption.ATOMIC_MOVE);
            awaitVersion(3);
            slowly(Versions.jar(4).bytes(), site.jar());
            awaitVersion(4);
            link(Versions.jar(5).writeTo(directory.resolve("5")), site.jar());
            awaitVersion(5);
            link(Versions.jar(6).writeTo(directory.resolve("6")), site.jar());
            awaitVersion(6);

            assertThat(old.send("more").read(4)).isEqualTo("more");
            assertThat(site.generation()).as("no reload but these").isEqualTo(6);
            await().untilAsserted(() -> assertThat(
                            site.server().status().lastReload().orElseThrow().problems())
                    .isEmpty());
        }
    }

    @Test
    void replacedPluginDirectoryIsFollowedAndSoIsItsReturn() throws Exception {
        Path other = Files.createDirectory(directory.resolve("other"));
        Versions.jar(2).writeTo(other.resolve("third.jar"));
        Files.move(site.plugins(), directory.resolve("old"));
        Files.move(other, site.plugins());
        awaitVersion(2);

        Files.move(site.plugins(), directory.resolve("older"));
        await().atMost(PATIENCE).until(() -> !site.server().status().reasons().isEmpty());
        assertThat(site.greeting()).isEqualTo("2");
        Files.createDirectory(site.plugins());
        Versions.jar(3).writeTo(site.jar());
        awaitVersion(3);
        await().untilAsserted(() -> assertThat(site.server().status().reasons()).isEmpty());
    }

    @Test
    void configurationIsFollowedThroughTheLinksOfAConfigMap() throws Exception {
        Path mount = Files.createDirectory(directory.resolve("mount"));
        configMap(mount, "first", site.text(""));
        Files.createSymbolicLink(mount.resolve("refractium.toml"), Path.of("..data", "refractium.toml"));
        Files.delete(site.config());
        Files.createSymbolicLink(site.config(), mount.resolve("refractium.toml"));

        configMap(mount, "second", site.text("") + extra("ONE"));
        await().atMost(PATIENCE).until(() -> isRouted("ONE"));

        configMap(mount, "third", site.text("") + extra("TWO"));
        await().atMost(PATIENCE).until(() -> isRouted("TWO"));
        assertThat(isRouted("ONE")).isFalse();
    }

    /** As {@code cp -p} and {@code tar -x} write. */
    @Test
    void configurationOfTheSameSizeAndTimeIsFollowed() throws Exception {
        Files.writeString(site.config(), site.text("") + extra("ONE"));
        await().atMost(PATIENCE).until(() -> isRouted("ONE"));
        FileTime time = Files.getLastModifiedTime(site.config());

        Files.writeString(site.config(), site.text("") + extra("TWO"));
        Files.setLastModifiedTime(site.config(), time);

        await().atMost(PATIENCE).until(() -> isRouted("TWO"));
    }

    @Test
    void incompleteConfigurationIsIgnoredUntilItIsComplete() throws Exception {
        String whole = site.text("");
        Files.writeString(site.config(), whole.substring(0, whole.indexOf("[[protocols]]", 400)));
        awaitDegraded("cut short");
        Files.writeString(site.config(), "");
        awaitDegraded("is empty");
        Files.delete(site.config());
        awaitDegraded("is gone");
        assertThat(site.generation()).isEqualTo(1);
        assertThat(site.greeting()).isEqualTo("1");

        Files.writeString(site.config(), whole);
        await().atMost(PATIENCE).until(() -> site.server().status().reasons().isEmpty());
        assertThat(site.generation()).as("the same again is no change").isEqualTo(1);
        Files.writeString(site.config(), whole + extra("ONE"));
        await().atMost(PATIENCE).until(() -> isRouted("ONE"));
    }

    @Test
    void brokenJarIsRefusedAndItsSuccessorLoaded() throws Exception {
        Files.writeString(site.jar(), "no JAR at all");
        Files.setLastModifiedTime(site.jar(), FileTime.fromMillis(1_000_000_000_000L));
        awaitDegraded("not a complete ZIP");
        assertThat(site.greeting()).isEqualTo("1");

        Versions.jar(2).writeTo(site.jar());
        awaitVersion(2);
        await().untilAsserted(() -> assertThat(site.server().status().reasons()).isEmpty());
    }

    private void awaitVersion(int version) throws Exception {
        await().atMost(PATIENCE).until(() -> site.serves(version));
        assertThat(site.greeting()).isEqualTo(Versions.value(version));
    }

    private void awaitDegraded(String reason) {
        await().atMost(PATIENCE)
                .until(() -> site.server().status().reasons().toString().contains(reason));
    }

    private boolean isRouted(String magic) throws Exception {
        try (Client client = Client.to(site.server().tcp().orElseThrow())) {
            return !client.send(magic).finish().rest().text().isEmpty();
        }
    }

    private String extra(String magic) {
        return Site.route(
                "extra", "patterns = [\"" + magic + "\"]", site.backend(1).address());
    }

    /** In eight parts; the pause in the middle looks like the end. */
    private static void slowly(byte[] bytes, Path to) throws Exception {
        try (OutputStream out = Files.newOutputStream(to)) {
            for (int part = 0; part < 8; part++) {
                int from = bytes.length * part / 8;
                out.write(bytes, from, bytes.length * (part + 1) / 8 - from);
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(part == 4 ? 1_500 : 200));
            }
        }
    }

    /** As {@code ln -sfn} does. */
    private void link(Path target, Path link) throws Exception {
        Path made = Files.createSymbolicLink(directory.resolve("link"), target);
        Files.move(made, link, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    }

    /** As a Kubernetes volume is written: a new directory, and one link that is moved. */
    private static void configMap(Path mount, String version, String text) throws Exception {
        Path data = Files.createDirectory(mount.resolve(".." + version));
        Files.writeString(data.resolve("refractium.toml"), text);
        Path link = Files.createSymbolicLink(mount.resolve("..data_tmp"), Path.of(".." + version));
        Files.move(link, mount.resolve("..data"), StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    }
}
