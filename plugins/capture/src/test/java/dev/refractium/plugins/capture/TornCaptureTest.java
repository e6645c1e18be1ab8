package dev.refractium.plugins.capture;

import static org.assertj.core.api.Assertions.assertThat;

import dev.refractium.api.Hook;
import dev.refractium.plugins.parts.hook.LockHolder;
import dev.refractium.testkit.FakeSession;
import dev.refractium.testkit.FakeSettings;
import dev.refractium.testkit.Tapping;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A capture whose writer was killed in the middle of a block. */
class TornCaptureTest {
    private static final int SECTION = 0x0A0D0D0A;

    @TempDir
    Path directory;

    private Path path;

    @BeforeEach
    void namePath() {
        path = directory.resolve("web.pcapng");
    }

    @Test
    void fromEveryPlaceThatACaptureIsTornAtItGoesOnWithWholeBlocks() throws IOException {
        capture("one");
        capture("two");
        byte[] whole = Files.readAllBytes(path);
        List<Integer> ends = ends(ByteBuffer.wrap(whole).order(ByteOrder.LITTLE_ENDIAN));

        for (int length = 0; length <= whole.length; length++) {
            int torn = length;
            Files.write(path, Arrays.copyOf(whole, length));
            capture("three");

            int kept = ends.stream()
                    .filter(end -> end <= torn)
                    .mapToInt(end -> end)
                    .max()
                    .orElse(0);
            byte[] now = Files.readAllBytes(path);
            assertThat(Arrays.copyOf(now, kept)).as("torn at %d", length).isEqualTo(Arrays.copyOf(whole, kept));
            assertThat(types(Arrays.copyOfRange(now, kept, now.length)))
                    .as("torn at %d", length)
                    .containsExactly(SECTION, 1, 6);
        }
    }

    @Test
    void aCaptureOfTheOtherByteOrderIsReadToItsEnd() throws IOException {
        ByteBuffer section = ByteBuffer.allocate(28 + 200_000 + 7);
        section.putInt(SECTION)
                .putInt(28)
                .putInt(0x1A2B3C4D)
                .putInt(0x00010000)
                .putLong(-1)
                .putInt(28);
        section.putInt(0x0BAD).putInt(200_000);
        section.putInt(28 + 200_000 - 4, 200_000);
        Files.write(path, section.array());

        capture("one");

        byte[] now = Files.readAllBytes(path);
        assertThat(types(Arrays.copyOfRange(now, 28 + 200_000, now.length))).containsExactly(SECTION, 1, 6);
    }

    @Test
    void whatAnotherWriterLeavesThatIsKilledIsCutByTheOneThatGoesOn() throws IOException {
        Hook hook = configured();
        Tapping tapping = Tapping.open(hook, FakeSession.udp()).fromClient("one");
        byte[] section = Blocks.section();
        Files.write(path, Arrays.copyOf(section, section.length - 3), StandardOpenOption.APPEND);

        tapping.fromClient("two").end("idle");
        hook.close();

        assertThat(types(Files.readAllBytes(path))).containsExactly(SECTION, 1, 6, SECTION, SECTION, 1, 6);
    }

    @Test
    void whatIsBrokenInTheMiddleIsKeptAsItIs() throws IOException {
        capture("one");
        byte[] broken = Files.readAllBytes(path);
        broken[broken.length - 1] = 1;
        byte[] all = Arrays.copyOf(broken, broken.length + 100);
        Files.write(path, all);

        capture("two");

        assertThat(path).hasBinaryContent(all);
    }

    @Test
    void nothingIsCutWhileAnotherWriterOfThisProcessHasTheFile() throws IOException {
        capture("one");
        byte[] torn = Arrays.copyOf(Files.readAllBytes(path), (int) Files.size(path) - 1);
        Files.write(path, torn);

        try (FileChannel other = FileChannel.open(path, StandardOpenOption.APPEND);
                FileLock lock = other.lock()) {
            capture("two");
            assertThat(lock.isValid()).isTrue();
        }

        assertThat(Arrays.copyOf(Files.readAllBytes(path), torn.length)).isEqualTo(torn);
    }

    @Test
    void nothingIsCutWhileAnotherProcessHasTheFile() throws Exception {
        capture("one");
        byte[] torn = Arrays.copyOf(Files.readAllBytes(path), (int) Files.size(path) - 1);
        Files.write(path, torn);

        Process other = LockHolder.start(path);
        try {
            capture("two");
        } finally {
            other.destroyForcibly();
        }

        assertThat(Arrays.copyOf(Files.readAllBytes(path), torn.length)).isEqualTo(torn);
    }

    private void capture(String datagram) {
        Hook hook = configured();
        Tapping.open(hook, FakeSession.udp()).fromClient(datagram).end("idle");
        hook.close();
    }

    private Hook configured() {
        FakeSettings settings = FakeSettings.of("file", path.toString());
        Hook hook = new CaptureHook().configured(settings);
        assertThat(settings.problems()).isEmpty();
        return hook;
    }

    private static List<Integer> types(byte[] file) {
        ByteBuffer blocks = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
        List<Integer> types = new ArrayList<>();
        int at = 0;
        for (int end : ends(blocks)) {
            types.add(blocks.getInt(at));
            at = end;
        }
        return types;
    }

    /** Where the blocks end; each block's two lengths must agree and lead to the next. */
    private static List<Integer> ends(ByteBuffer blocks) {
        List<Integer> ends = new ArrayList<>();
        for (int at = 0; at < blocks.limit(); at = ends.get(ends.size() - 1)) {
            int length = blocks.getInt(at + 4);
            assertThat(blocks.getInt(at + length - 4)).isEqualTo(length);
            ends.add(at + length);
        }
        return ends;
    }
}
