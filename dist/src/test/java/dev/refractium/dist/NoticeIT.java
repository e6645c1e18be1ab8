package dev.refractium.dist;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.Test;

/** NOTICE names what is shipped, with its licences. */
class NoticeIT {
    private static final Path TREE = Installation.BUILT;

    /** What follows the name of a JAR: its version, and a platform. */
    private static final String VERSION = "-[0-9].*";

    private static final Pattern LINE =
            Pattern.compile("(?m)^((?:lib|maven|plugins)/\\S+) {2,}\\S.*\\s(licences/\\S+)$");

    @Test
    void namesEveryJarAndNoOther() throws IOException {
        List<String> named = lines().map(line -> line.group(1)).toList();

        assertThat(named)
                .doesNotHaveDuplicates()
                .containsExactlyInAnyOrderElementsOf(
                        jars().map(NoticeIT::name).distinct().toList());
    }

    @Test
    void licenceOfEveryJarIsThere() throws IOException {
        assertThat(lines().map(line -> TREE.resolve(line.group(2))))
                .allSatisfy(licence -> assertThat(licence).isNotEmptyFile());
    }

    @Test
    void everyLicenceIsThatOfSomething() throws IOException {
        String notice = notice();

        try (Stream<Path> licences = Files.list(TREE.resolve("licences"))) {
            assertThat(licences)
                    .allSatisfy(licence -> assertThat(notice).contains("licences/" + licence.getFileName()));
        }
    }

    @Test
    void holdsTheNoticeOfEveryJar() throws IOException {
        String notice = notice();

        for (Path jar : jars().toList()) {
            try (var zip = new ZipFile(jar.toFile())) {
                ZipEntry entry = zip.getEntry("META-INF/NOTICE");
                if (entry != null) {
                    assertThat(notice).as(jar.toString()).contains(text(zip, entry));
                }
            }
        }
    }

    /** Maven leaves a directory in a JAR for each artefact that was merged into it. */
    @Test
    void namesWhatOthersMergedIntoTheirJars() throws IOException {
        String notice = notice();

        for (Path jar : jars().toList()) {
            try (var zip = new ZipFile(jar.toFile())) {
                assertThat(zip.stream()
                                .map(ZipEntry::getName)
                                .filter(entry -> entry.matches("META-INF/maven/.+/pom\\.properties"))
                                .map(entry -> entry.split("/", -1)[3]))
                        .as(jar.toString())
                        .allSatisfy(artifact -> assertThat(notice).contains(artifact));
            }
        }
    }

    private static Stream<MatchResult> lines() throws IOException {
        return LINE.matcher(notice()).results().toList().stream();
    }

    private static String notice() throws IOException {
        return Files.readString(TREE.resolve("NOTICE"));
    }

    private static String text(ZipFile zip, ZipEntry entry) throws IOException {
        try (InputStream in = zip.getInputStream(entry)) {
            return new String(in.readAllBytes(), UTF_8).replace("\r", "").strip();
        }
    }

    private static Stream<Path> jars() throws IOException {
        try (Stream<Path> files = Files.walk(TREE)) {
            return files.filter(file -> file.toString().endsWith(".jar")).toList().stream();
        }
    }

    private static String name(Path jar) {
        return TREE.relativize(jar)
                .toString()
                .replace('\\', '/')
                .replaceFirst("\\.jar$", "")
                .replaceFirst("^maven/.*/", "maven/")
                .replaceFirst(VERSION, "");
    }
}
