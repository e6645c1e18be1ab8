package dev.refractium.plugins.capture;

import static org.assertj.core.api.Assertions.assertThat;

import dev.refractium.api.Direction;
import dev.refractium.api.Hook;
import dev.refractium.testkit.FakeSession;
import dev.refractium.testkit.FakeSettings;
import dev.refractium.testkit.Tapping;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CaptureHookTest {
    private static final int SECTION = 0x0A0D0D0A;

    @TempDir
    Path directory;

    private Path path;

    @BeforeEach
    void namePath() {
        path = directory.resolve("web.pcapng");
    }

    @Test
    void itSaysHowManyDescriptorsItMayHold() {
        assertThat(configured(1 << 20).descriptors()).isEqualTo(2);
        assertThat(new CaptureHook().descriptors()).isZero();
    }

    @Test
    void aFileIsASectionAnInterfaceAndAPacketForEachThingThatHappened() throws IOException {
        Hook hook = configured(1 << 20);

        Tapping.open(hook, FakeSession.tcp())
                .fromClient("hello")
                .fromBackend("bye")
                .end("done");

        assertThat(blocks()).containsExactly(SECTION, 1, 6, 6, 6, 6, 6, 6, 6, 6);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path)))
                .isEqualTo("rw-------");
    }

    @Test
    void refusedSessionsAreCapturedIfTheTableSaysSo() throws IOException {
        FakeSettings settings = FakeSettings.of("file", path.toString()).and("refused", true);
        Hook hook = new CaptureHook().configured(settings);

        Tapping.refuse(configured(1 << 20), FakeSession.tcp(), "no-route");
        assertThat(path).doesNotExist();
        Tapping.refuse(hook, FakeSession.tcp().attribute("sni", "b.test\"\n"), "no-route");
        Tapping.refuse(hook, FakeSession.udp().client("2001:db8::1", 1).protocol(""), "unmatched");
        hook.close();

        assertThat(settings.problems()).isEmpty();
        assertThat(blocks()).containsExactly(SECTION, 1, 6, 6, 6);
        assertThat(Files.readString(path, StandardCharsets.ISO_8859_1))
                .contains("session=s1 protocol=test refused=no-route count=1 why=\"match\" sni=\"b.test??\"")
                .contains("session=s1 protocol=none refused=unmatched count=1");
    }

    @Test
    void theFileHasTheModeThatIsAskedFor() throws IOException {
        FakeSettings settings = FakeSettings.of("file", path.toString()).and("mode", "0640");
        Hook hook = new CaptureHook().configured(settings);

        Tapping.open(hook, FakeSession.tcp()).fromClient("hello").end("done");
        hook.close();

        assertThat(settings.problems()).isEmpty();
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path)))
                .isEqualTo("rw-r-----");
    }

    @Test
    void aCaptureThatIsThereGetsASectionMore() throws IOException {
        Tapping.open(configured(1 << 20), FakeSession.udp()).fromClient("one").end("idle");

        Tapping.open(configured(1 << 20), FakeSession.udp()).fromClient("two").end("idle");

        assertThat(blocks()).containsExactly(SECTION, 1, 6, SECTION, 1, 6);
    }

    @Test
    void itGrowsToItsSizeAndThenOpensNothing() throws IOException {
        Hook hook = configured(10_000);
        Tapping tapping = Tapping.open(hook, FakeSession.tcp());

        for (int i = 0; i < 50; i++) {
            tapping.fromClient("x".repeat(1_000));
        }
        tapping.end("done");

        assertThat(Files.size(path)).isBetween(8_000L, 10_000L);
        assertThat(blocks()).endsWith(6);
        assertThat(Tapping.open(hook, FakeSession.tcp()).isTapped()).isFalse();
    }

    @Test
    void anotherFileIsNotSpoilt() throws IOException {
        Files.writeString(path, "precious");
        FakeSettings settings = FakeSettings.of("file", path.toString());

        Hook hook = new CaptureHook().configured(settings);
        Tapping.open(hook, FakeSession.tcp()).fromClient("hello").end("done");

        assertThat(path).hasContent("precious");
        assertThat(settings.problems()).containsExactly("file: is there already and no pcapng file; name another");
    }

    @Test
    void aLinkIsNotFollowed() throws IOException {
        Path elsewhere = Files.createFile(directory.resolve("elsewhere"));
        Files.createSymbolicLink(path, elsewhere);

        Hook hook = new CaptureHook().configured(FakeSettings.of("file", path.toString()));
        Tapping.open(hook, FakeSession.tcp()).fromClient("hello").end("done");

        assertThat(elsewhere).isEmptyFile();
    }

    @Test
    void settingsThatCannotBeAreRefusedTogether() {
        FakeSettings settings = FakeSettings.of(
                        "file", path.resolve("web.pcapng").toString())
                .and("max_size", 1L)
                .and("first_bytes", 0L)
                .and("path", "x");

        new CaptureHook().configured(settings);

        assertThat(settings.problems())
                .containsExactlyInAnyOrder(
                        "file: is in a directory that does not exist; create " + path,
                        "max_size: 1B is too small; use 4KiB or more",
                        "first_bytes: 0B is too few; use 1B or more");
        assertThat(settings.unknown()).containsExactly("path");
    }

    @Test
    void itAsksForTheFirstBytesOfBothDirections() {
        Hook hook = new CaptureHook()
                .configured(FakeSettings.of("file", path.toString()).and("first_bytes", 100L));

        assertThat(hook.bytes()).containsExactlyInAnyOrder(Direction.values());
        assertThat(hook.firstBytes()).isEqualTo(100);
        assertThat(hook.name()).isEqualTo("capture");
        assertThat(path).doesNotExist();
    }

    private Hook configured(long maxSize) {
        FakeSettings settings = FakeSettings.of("file", path.toString()).and("max_size", maxSize);
        Hook hook = new CaptureHook().configured(settings);
        assertThat(settings.problems()).isEmpty();
        assertThat(settings.unknown()).isEmpty();
        return hook;
    }

    /** The types of the file's blocks; each block's two lengths must agree and lead to the next. */
    private List<Integer> blocks() throws IOException {
        ByteBuffer file = ByteBuffer.wrap(Files.readAllBytes(path)).order(ByteOrder.LITTLE_ENDIAN);
        List<Integer> types = new ArrayList<>();
        while (file.hasRemaining()) {
            int at = file.position();
            types.add(file.getInt());
            int length = file.getInt();
            assertThat(length % 4).isZero();
            assertThat(file.getInt(at + length - 4)).isEqualTo(length);
            file.position(at + length);
        }
        return types;
    }
}
