package dev.refractium.plugins.accesslog;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.refractium.plugins.parts.hook.FileAccess;
import dev.refractium.testkit.FakeSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LogFileTest {
    @TempDir
    Path directory;

    private Path path;
    private final List<LogFile> opened = new ArrayList<>();

    @BeforeEach
    void namePath() {
        path = directory.resolve("access.log");
    }

    @AfterEach
    void closeFiles() {
        opened.forEach(LogFile::close);
    }

    @Test
    void itIsItsOwnersOnly() throws IOException {
        write(file(1000, 1), "one");

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path)))
                .isEqualTo("rw-------");
    }

    @Test
    void whatComesTogetherIsWrittenAtOnceOrWhenItIsMuch() throws IOException {
        LogFile file = file(1 << 20, 1);
        byte[] line = ("a".repeat(1023) + "\n").getBytes(US_ASCII);

        file.add(line);
        file.add(line);
        assertThat(path).doesNotExist();
        file.flush();
        assertThat(path).hasSize(2 << 10);
        for (int i = 0; i < 65; i++) {
            file.add(line);
        }
        assertThat(path).hasSize(66 << 10);
        file.close();

        assertThat(path).hasSize(67 << 10);
    }

    @Test
    void whatIsThereIsAppendedTo() throws IOException {
        Files.writeString(path, "before\n");

        write(file(1000, 1), "after");

        assertThat(path).hasContent("before\nafter");
    }

    @Test
    void aLinkIsNotFollowed() throws IOException {
        Path elsewhere = Files.writeString(directory.resolve("passwd"), "root\n");
        Files.createSymbolicLink(path, elsewhere);

        write(file(1000, 1), "one");

        assertThat(elsewhere).hasContent("root");
        assertThat(LogFile.reasonAgainst(path)).get().asString().contains("is a link");
    }

    @Test
    void aLinkThatLeadsNowhereIsNotFollowedEither() throws IOException {
        Files.createSymbolicLink(path, directory.resolve("new"));

        write(file(1000, 1), "one");

        assertThat(directory.resolve("new")).doesNotExist();
    }

    @Test
    void olderFilesAreNumberedAndTheOldestGoes() {
        LogFile file = file(10, 2);

        for (String line : List.of("aaaaaaaa", "bbbbbbbb", "cccccccc", "dddddddd")) {
            write(file, line);
        }

        assertThat(path).hasContent("dddddddd");
        assertThat(directory.resolve("access.log.1")).hasContent("cccccccc");
        assertThat(directory.resolve("access.log.2")).hasContent("bbbbbbbb");
        assertThat(directory.resolve("access.log.3")).doesNotExist();
    }

    @Test
    void noOlderFileIsKeptWhereNoneIsWanted() {
        LogFile file = file(10, 0);

        write(file, "aaaaaaaa");
        write(file, "bbbbbbbb");

        assertThat(path).hasContent("bbbbbbbb");
        assertThat(directory.resolve("access.log.1")).doesNotExist();
    }

    @Test
    void aFileThatWasMovedAwayIsMadeAnewForTheNextLine() throws IOException {
        LogFile file = file(1000, 1);
        write(file, "one");
        Files.move(path, directory.resolve("packed"));

        write(file, "two");

        assertThat(directory.resolve("packed")).hasContent("one");
        assertThat(path).hasContent("two");
    }

    @Test
    void noLineIsLostWhereAFileIsCompressedAsSoonAsItIsMoved() throws IOException {
        LogFile file = file(1 << 20, 1);
        List<String> compressed = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            write(file, "line " + i);

            Path moved = Files.move(path, directory.resolve("access.log.1"));
            compressed.addAll(Files.readAllLines(moved));
            Files.delete(moved);
        }

        assertThat(compressed).hasSize(100).endsWith("line 99");
    }

    @Test
    void aFileThatIsReplacedByAnotherIsLeftForTheOther() throws IOException {
        LogFile file = file(1000, 1);
        write(file, "one");
        Files.move(path, directory.resolve("packed"));
        Files.writeString(path, "another's\n");

        write(file, "two");

        assertThat(directory.resolve("packed")).hasContent("one");
        assertThat(path).hasContent("another's\ntwo");
    }

    @Test
    void eachFileThatItCreatesHasTheModeThatIsAskedFor() throws IOException {
        FileAccess access = FileAccess.of(FakeSettings.of("mode", "0640"));
        LogFile file = new LogFile(path, 10, Rotation.NEVER, 1, access);
        opened.add(file);

        write(file, "aaaaaaaa");
        write(file, "bbbbbbbb");

        for (Path created : List.of(path, directory.resolve("access.log.1"))) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(created)))
                    .isEqualTo("rw-r-----");
        }
    }

    @Test
    void twoThatWriteTheSameFileRotateItOnce() {
        LogFile old = file(40, 3);
        LogFile reloaded = file(40, 3);
        write(old, "a".repeat(18));
        write(reloaded, "b".repeat(18));

        write(old, "c".repeat(18));
        write(reloaded, "d".repeat(18));

        assertThat(path).hasContent("c".repeat(18) + "\n" + "d".repeat(18));
        assertThat(directory.resolve("access.log.1")).hasContent("a".repeat(18) + "\n" + "b".repeat(18));
        assertThat(directory.resolve("access.log.2")).doesNotExist();
    }

    @Test
    void twoThatWriteTheSameFileAtOnceLoseNothingWhenItRotates() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(2);
        List<Future<?>> writers = new ArrayList<>();
        for (String letter : List.of("a", "b")) {
            LogFile file = file(2_000, 150);
            writers.add(threads.submit(() -> {
                for (int i = 0; i < 1_000; i++) {
                    write(file, letter.repeat(99));
                }
            }));
        }
        for (Future<?> writer : writers) {
            writer.get(30, TimeUnit.SECONDS);
        }
        threads.shutdown();

        int lines = 0;
        try (Stream<Path> files = Files.list(directory)) {
            for (Path file : files.toList()) {
                assertThat(Files.readAllLines(file)).allMatch(line -> line.matches("(.)\\1{98}"));
                lines += Files.readAllLines(file).size();
            }
        }
        assertThat(lines).isEqualTo(2_000);
        assertThat(directory.resolve("access.log.95")).exists();
    }

    @Test
    void aDirectoryThatIsGoneLosesLinesUntilItIsBack() throws IOException {
        Path gone = Files.createDirectory(directory.resolve("logs"));
        path = gone.resolve("access.log");
        LogFile file = file(1000, 1);
        write(file, "one");
        Files.delete(path);
        Files.delete(gone);

        write(file, "two");
        Files.createDirectory(gone);
        write(file, "three");

        assertThat(path).hasContent("three");
    }

    @Test
    void linesOfSeveralThreadsStayWhole() throws Exception {
        LogFile file = file(1 << 20, 1);
        ExecutorService threads = Executors.newFixedThreadPool(4);
        List<Future<?>> writers = new ArrayList<>();
        for (String letter : List.of("a", "b", "c", "d")) {
            writers.add(threads.submit(() -> {
                for (int i = 0; i < 500; i++) {
                    write(file, letter.repeat(100));
                }
            }));
        }
        for (Future<?> writer : writers) {
            writer.get(30, TimeUnit.SECONDS);
        }
        threads.shutdown();

        assertThat(Files.readAllLines(path)).hasSize(2000).allMatch(line -> line.matches("(.)\\1{99}"));
    }

    private LogFile file(long maxSize, int keep) {
        LogFile file = new LogFile(path, maxSize, Rotation.NEVER, keep, FileAccess.ofOwner());
        opened.add(file);
        return file;
    }

    private static void write(LogFile file, String line) {
        file.add((line + "\n").getBytes(US_ASCII));
        file.flush();
    }
}
