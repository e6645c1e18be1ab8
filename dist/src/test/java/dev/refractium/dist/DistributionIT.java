package dev.refractium.dist;

import static java.nio.file.attribute.PosixFilePermission.GROUP_WRITE;
import static java.nio.file.attribute.PosixFilePermission.OTHERS_WRITE;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The files that a user receives. */
class DistributionIT {
    private static final Path TREE = Installation.BUILT;
    private static final Path LAUNCHER = TREE.resolve("lib/refractium.jar");

    /** A link of Markdown to another page of the tree. */
    private static final Pattern LINK = Pattern.compile("\\]\\((?!\\w+:)([^)#\\s]+\\.md)[^)]*\\)");

    @Test
    void launcherJarNamesExactlyTheOtherJarsOfLib() throws IOException {
        List<String> named = List.of(manifest(LAUNCHER).getValue("Class-Path").split(" ", -1));

        assertThat(named)
                .containsExactlyInAnyOrderElementsOf(namesIn("lib")
                        .filter(name -> !name.equals("refractium.jar"))
                        .toList());
    }

    @Test
    void launcherJarStartsTheCommandLineAndMayUseNativeCode() throws IOException {
        Attributes manifest = manifest(LAUNCHER);

        assertThat(manifest.getValue("Main-Class")).isEqualTo("dev.refractium.server.cli.Main");
        assertThat(manifest.getValue("Enable-Native-Access")).isEqualTo("ALL-UNNAMED");
    }

    @Test
    void libHoldsNoJarOfAnnotationsTestsOrUnusedNettyModules() throws IOException {
        assertThat(namesIn("lib"))
                .noneMatch(name -> name.matches(
                        "(jspecify|error_prone|junit|assertj|netty-(all|handler|codec-(?!base-|dns-))).*"));
    }

    @Test
    void protocolsAndHooksAreDropInJars() throws IOException {
        assertThat(namesIn("plugins").filter(name -> name.endsWith(".jar")))
                .containsExactlyInAnyOrder(
                        "access-log.jar",
                        "capture.jar",
                        "dns.jar",
                        "ftp.jar",
                        "http.jar",
                        "mirror.jar",
                        "ssh.jar",
                        "tls-sni.jar");
    }

    @Test
    void monitoringHoldsAlertRulesAndADashboard() throws IOException {
        assertThat(namesIn("monitoring"))
                .containsExactlyInAnyOrder("refractium-alerts.yml", "refractium-dashboard.json");
    }

    @Test
    void authorsFindTheApiAndTheTestKitInARepository() throws IOException {
        Path repository = TREE.resolve("maven/dev/refractium");

        for (String artifact : List.of("refractium-api", "refractium-testkit")) {
            try (Stream<Path> versions = Files.list(repository.resolve(artifact))) {
                Path version = versions.findFirst().orElseThrow();
                String name = artifact + "-" + version.getFileName();
                assertThat(version.resolve(name + ".jar")).exists();
                assertThat(version.resolve(name + ".pom")).exists();
            }
        }
    }

    @Test
    void topHoldsWhatAUserReadsFirst() {
        assertThat(TREE).isDirectoryContaining("glob:**/LICENSE").isDirectoryContaining("glob:**/CHANGELOG.md");
    }

    /** Pages link to the source too, which is not here. */
    @Test
    void pagesThatDocumentsLinkToAreThere() throws IOException {
        for (Path page : pages()) {
            Stream<Path> linked = LINK.matcher(Files.readString(page))
                    .results()
                    .map(link -> page.resolveSibling(link.group(1)).normalize())
                    .filter(target -> !target.startsWith(TREE.resolve("refractium-api")));
            assertThat(linked)
                    .as(page.toString())
                    .allSatisfy(target -> assertThat(target).exists());
        }
    }

    @Test
    void initWritesTheExampleWhereItIsInstalled(@TempDir Path temp) throws Exception {
        Path home = Installation.copiedTo(temp.resolve("home")).home();

        var init = new Launch("bin/refractium", "init").from(home).run();

        assertThat(init.err()).isEmpty();
        assertThat(init.exitCode()).isZero();
        assertThat(home.resolve("refractium.toml")).hasSameTextualContentAs(home.resolve("refractium.example.toml"));
    }

    @Test
    void routesOfTheCommandLineAreTheOnlyOnesWhereItIsInstalled() throws Exception {
        var check = new Launch("bin/refractium", "check", "-f", "ssh=127.0.0.1:22", "--json")
                .from(TREE)
                .run();

        assertThat(check.exitCode()).as(check.err()).isZero();
        assertThat(check.out()).contains("\"taken\":\"ssh").doesNotContain("\"taken\":\"https");
    }

    @Test
    @DisabledOnOs(value = OS.WINDOWS, disabledReason = "it is about POSIX permissions")
    void nobodyButTheOwnerMayWriteWhateverTheUmaskOfTheBuild() throws IOException {
        try (Stream<Path> files = Files.walk(TREE)) {
            assertThat(files)
                    .allSatisfy(file ->
                            assertThat(Files.getPosixFilePermissions(file)).doesNotContain(GROUP_WRITE, OTHERS_WRITE));
        }
    }

    @Test
    @DisabledOnOs(value = OS.WINDOWS, disabledReason = "files there have no modes to be kept")
    void tarHoldsTheTreeWithItsModes(@TempDir Path temp) throws Exception {
        Path top = temp.resolve(archive(".tar.gz").getFileName().toString().replace(".tar.gz", ""));

        var outcome = new Launch("tar", "-xzpf", archive(".tar.gz"), "-C", temp).run();

        assertThat(outcome.err()).isEmpty();
        assertThat(contentsOf(top)).isEqualTo(contentsOf(TREE));
        assertThat(top.resolve("bin/refractium")).isExecutable();
    }

    @Test
    void zipHoldsTheTree() throws IOException {
        String top = archive(".zip").getFileName().toString().replace(".zip", "") + "/";

        try (var zip = new ZipFile(archive(".zip").toFile())) {
            assertThat(zip.stream().filter(entry -> !entry.isDirectory()).map(entry -> entry.getName()))
                    .allMatch(name -> name.startsWith(top))
                    .map(name -> name.substring(top.length()))
                    .containsExactlyInAnyOrderElementsOf(contentsOf(TREE).keySet());
        }
    }

    private static List<Path> pages() throws IOException {
        try (Stream<Path> files = Files.walk(TREE)) {
            return files.filter(file -> file.toString().endsWith(".md")).toList();
        }
    }

    private static Attributes manifest(Path jar) throws IOException {
        try (var file = new JarFile(jar.toFile())) {
            return file.getManifest().getMainAttributes();
        }
    }

    private static Stream<String> namesIn(String directory) throws IOException {
        try (Stream<Path> files = Files.list(TREE.resolve(directory))) {
            return files.map(file -> file.getFileName().toString()).toList().stream();
        }
    }

    private static Path archive(String ending) throws IOException {
        try (Stream<Path> files = Files.list(TREE.getParent())) {
            List<Path> found =
                    files.filter(file -> file.toString().endsWith(ending)).toList();
            assertThat(found).as("archives in target").hasSize(1);
            return found.get(0);
        }
    }

    /** Relative path, with the separators of an archive, to a mark that tells contents apart. */
    private static Map<String, String> contentsOf(Path top) throws IOException {
        var contents = new TreeMap<String, String>();
        try (Stream<Path> files = Files.walk(top).filter(Files::isRegularFile)) {
            for (Path file : files.toList()) {
                String name = top.relativize(file).toString().replace('\\', '/');
                contents.put(name, Long.toString(Files.size(file)) + ":" + Arrays.hashCode(Files.readAllBytes(file)));
            }
        }
        return contents;
    }
}
