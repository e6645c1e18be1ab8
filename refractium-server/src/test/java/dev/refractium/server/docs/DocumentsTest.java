package dev.refractium.server.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The documents of the repository hold together. */
class DocumentsTest {
    private static final Path TOP = Path.of("..");
    private static final Path DOCS = TOP.resolve("docs");
    private static final Path CONFIGURATION = DOCS.resolve("configuration");
    private static final Path MIGRATE = DOCS.resolve("migrate");
    private static final Pattern LINK = Pattern.compile("\\]\\(([^)#\\s]*)(?:#([^)\\s]+))?\\)");
    private static final Pattern TEST_CLASS = Pattern.compile("`([A-Z]\\w*(?:Test|IT))`");
    private static final Pattern SECTION = Pattern.compile("(?m)^## (.*)$");
    private static final Pattern HEADING = Pattern.compile("(?m)^#+ (.*)$");
    private static final Pattern ANCHOR = Pattern.compile("<a id=\"([^\"]+)\"></a>");
    private static final Pattern FENCED = Pattern.compile("(?ms)^```.*?^```$");

    /** A page this long begins with its contents. */
    private static final int LONG = 100;

    /** The longest cell of a table; a paragraph below the table says the rest. */
    private static final int WORDS = 30;

    @Test
    void everyTestThatTheThreatModelNamesExists() throws IOException {
        Set<String> named = TEST_CLASS
                .matcher(read(DOCS.resolve("threat-model.md")))
                .results()
                .map(test -> test.group(1) + ".java")
                .collect(Collectors.toSet());

        assertThat(named).hasSizeGreaterThan(50).isSubsetOf(testFiles());
    }

    @Test
    void theIndexNamesEveryPage() throws IOException {
        String index = read(DOCS.resolve("README.md"));
        String configuration = read(DOCS.resolve("configuration.md"));

        assertThat(files(DOCS))
                .allSatisfy(
                        page -> assertThat(index).contains(page.endsWith("README.md") ? "" : "(" + page.getFileName()));
        assertThat(files(CONFIGURATION))
                .allSatisfy(page -> assertThat(configuration).contains("(configuration/" + page.getFileName()));
        assertThat(files(MIGRATE)).allSatisfy(page -> assertThat(index).contains("(migrate/" + page.getFileName()));
    }

    @ParameterizedTest
    @MethodSource("pages")
    void everyLinkLeadsToAFileAndAHeading(Path page) throws IOException {
        String text = FENCED.matcher(read(page)).replaceAll("");

        assertThat(LINK.matcher(text).results())
                .filteredOn(link -> !link.group(1).contains("://"))
                .allSatisfy(
                        link -> assertThat(isThere(page, link)).as(link.group()).isTrue());
    }

    @ParameterizedTest
    @MethodSource("pages")
    void longPagesBeginWithTheirContents(Path page) throws IOException {
        List<String> sections = SECTION.matcher(withoutCode(page))
                .results()
                .map(heading -> "](#" + anchor(heading.group(1)) + ")")
                .toList();

        String text = read(page);

        if (page.startsWith(DOCS) && text.lines().count() > LONG) {
            assertThat(text.substring(0, text.indexOf("\n## "))).contains(sections);
        }
    }

    @ParameterizedTest
    @MethodSource("pages")
    void cellsOfTablesAreShort(Path page) throws IOException {
        Stream<String> cells = withoutCode(page)
                .lines()
                .filter(line -> line.startsWith("| "))
                .flatMap(line -> Stream.of(line.split(" ?\\| ?", -1)));

        assertThat(cells.filter(cell -> cell.split(" ", -1).length > WORDS)).isEmpty();
    }

    static Stream<Path> pages() {
        Stream<Path> docs = Stream.of(DOCS, CONFIGURATION, MIGRATE)
                .flatMap(DocumentsTest::files)
                .filter(file -> file.toString().endsWith(".md"));
        return Stream.concat(Stream.of("README.md", "SECURITY.md").map(TOP::resolve), docs);
    }

    private static Stream<Path> files(Path directory) {
        try (Stream<Path> files = Files.list(directory)) {
            return files.sorted().toList().stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean isThere(Path page, MatchResult link) throws IOException {
        Path target = link.group(1).isEmpty() ? page : page.resolveSibling(link.group(1));
        if (link.group(2) == null || !Files.isRegularFile(target)) {
            return Files.exists(target) && link.group(2) == null;
        }
        String text = withoutCode(target);
        return Stream.concat(
                        HEADING.matcher(text).results().map(heading -> anchor(heading.group(1))),
                        ANCHOR.matcher(text).results().map(anchor -> anchor.group(1)))
                .anyMatch(link.group(2)::equals);
    }

    /** Returns a heading's anchor, as GitHub makes it. */
    private static String anchor(String heading) {
        return heading.toLowerCase(Locale.ROOT).replaceAll("[^\\w -]", "").replace(' ', '-');
    }

    private static Set<String> testFiles() throws IOException {
        Set<String> names = new TreeSet<>();
        for (Path parent : List.of(TOP, TOP.resolve("plugins"))) {
            try (DirectoryStream<Path> modules = Files.newDirectoryStream(parent, Files::isDirectory)) {
                for (Path module : modules) {
                    Path tests = module.resolve("src/test/java");
                    if (Files.isDirectory(tests)) {
                        try (Stream<Path> files = Files.walk(tests)) {
                            files.forEach(file -> names.add(file.getFileName().toString()));
                        }
                    }
                }
            }
        }
        return names;
    }

    private static String withoutCode(Path page) throws IOException {
        return FENCED.matcher(read(page)).replaceAll("");
    }

    private static String read(Path file) throws IOException {
        return Files.readString(file);
    }
}
