package dev.refractium.server;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.FileDescriptor;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Holds the may-import table of ARCHITECTURE.md, and keeps each library in the package that it is there for. */
class ArchitectureTest {
    private static final String ROOT = "dev.refractium.server";

    /** The same rows as in ARCHITECTURE.md; a new package adds its own. */
    private static final Map<String, Set<String>> MAY_IMPORT = Map.ofEntries(
            Map.entry(
                    "",
                    Set.of(
                            "config",
                            "control",
                            "files",
                            "generation",
                            "health",
                            "hook",
                            "identify",
                            "net",
                            "plugin",
                            "route",
                            "session",
                            "tcp",
                            "text",
                            "udp",
                            "upstream",
                            "watch")),
            Map.entry("cli", Set.of("", "config", "control", "demo", "text")),
            Map.entry("control", Set.of("files", "text")),
            Map.entry("demo", Set.of("", "config")),
            Map.entry("config", Set.of("text")),
            Map.entry("files", Set.of("text")),
            Map.entry("generation", Set.of("config", "hook", "identify", "net", "plugin", "route", "text", "upstream")),
            Map.entry("hook", Set.of()),
            Map.entry("identify", Set.of()),
            Map.entry("net", Set.of()),
            Map.entry("plugin", Set.of("files", "text")),
            Map.entry("route", Set.of("hook", "identify", "upstream")),
            Map.entry("health", Set.of("net", "socket", "upstream")),
            Map.entry("session", Set.of("hook", "identify", "net", "route", "text", "upstream")),
            Map.entry("socket", Set.of("net")),
            Map.entry("tcp", Set.of("generation", "hook", "identify", "net", "route", "session", "socket", "upstream")),
            Map.entry("text", Set.of()),
            Map.entry("udp", Set.of("generation", "hook", "identify", "net", "route", "session", "socket", "upstream")),
            Map.entry("upstream", Set.of("net", "text")),
            Map.entry("watch", Set.of()));

    private static final JavaClasses MAIN = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages(ROOT);

    @Test
    void everyPackageHasARow() {
        Set<String> packages = new TreeSet<>();
        MAIN.forEach(type -> packages.add(feature(type)));

        assertThat(MAY_IMPORT.keySet()).containsAll(packages);
    }

    @Test
    void packagesImportOnlyWhatTheirRowAllows() {
        Map<String, Set<String>> forbidden = new TreeMap<>();
        for (JavaClass type : MAIN) {
            type.getDirectDependenciesFromSelf().stream()
                    .map(dependency -> dependency.getTargetClass().getBaseComponentType())
                    .filter(target -> target.getPackageName().startsWith(ROOT))
                    .map(ArchitectureTest::feature)
                    .filter(target -> !target.equals(feature(type)))
                    .filter(target ->
                            !MAY_IMPORT.getOrDefault(feature(type), Set.of()).contains(target))
                    .forEach(target -> forbidden
                            .computeIfAbsent(feature(type), f -> new TreeSet<>())
                            .add(target + " by " + type.getSimpleName()));
        }

        assertThat(forbidden).isEmpty();
    }

    @Test
    void librariesStayAtHome() {
        home("org.tomlj", ROOT + ".config");
        home("org.pf4j", ROOT + ".plugin");
        home("picocli", ROOT + ".cli");
        home("com.google.gson", ROOT + ".cli");
        home("org.apache.logging.log4j", ROOT + ".cli");
    }

    @Test
    void nettyStaysWithLoopsAndSockets() {
        noClasses()
                .that()
                .resideOutsideOfPackages(ROOT + ".net", ROOT + ".socket", ROOT + ".upstream", ROOT)
                .should()
                .dependOnClassesThat()
                .resideInAPackage("io.netty..")
                .check(MAIN);
    }

    /** A write to a standard stream waits for its reader: only a queue's own thread may. */
    @Test
    void onlyTheQueuesTouchTheStandardStreams() {
        noClasses()
                .that()
                .haveNameNotMatching(ROOT + "\\.cli\\.StandardStreams(\\$.*)?")
                .should()
                .accessField(System.class, "out")
                .orShould()
                .accessField(System.class, "err")
                .orShould()
                .dependOnClassesThat()
                .areAssignableTo(FileDescriptor.class)
                .orShould()
                .callMethod(Throwable.class, "printStackTrace")
                .check(MAIN);
    }

    @Test
    void typesAreNamedByTheirRole() {
        classes()
                .should()
                .haveSimpleNameNotEndingWith("Impl")
                .andShould()
                .haveSimpleNameNotEndingWith("Manager")
                .andShould()
                .haveSimpleNameNotEndingWith("Util")
                .andShould()
                .haveSimpleNameNotEndingWith("Helper")
                .check(MAIN);
    }

    private static void home(String library, String feature) {
        noClasses()
                .that()
                .resideOutsideOfPackages(feature, feature + "..")
                .and()
                .areNotAssignableTo("org.pf4j.ExtensionPoint")
                .should()
                .dependOnClassesThat()
                .resideInAPackage(library + "..")
                .check(MAIN);
    }

    private static String feature(JavaClass type) {
        String name = type.getPackageName();
        return name.length() > ROOT.length() ? name.substring(ROOT.length() + 1) : "";
    }
}
