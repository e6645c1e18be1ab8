package dev.refractium.server;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.FileDescriptor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Holds the may-import table of ARCHITECTURE.md, and keeps each library in the package that it is there for. */
class ArchitectureTest {
    private static final String ROOT = "dev.refractium.server";

    /** Has the table and the picture. */
    private static final Path DOCUMENT = Path.of("..", "ARCHITECTURE.md");

    private static final ImportTable TABLE = ImportTable.read(DOCUMENT);

    /** A line of its picture. */
    private static final Pattern ARROW = Pattern.compile(" +([a-z]+) --> ([a-z]+)");

    /** The name of a type in one of its tables. */
    private static final Pattern EXPLAINED = Pattern.compile("(?:`|\\*\\*)(?:[a-z]+\\.)?([A-Z]\\w+)(?:`|\\*\\*)");

    private static final JavaClasses MAIN = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages(ROOT);

    @Test
    void everyPackageHasARowAndEveryRowAPackage() {
        Set<String> packages = new TreeSet<>();
        MAIN.forEach(type -> packages.add(feature(type)));

        assertThat(TABLE.packages()).isEqualTo(packages);
    }

    /** So that a package can be read, tested and changed with nothing but those below it. */
    @Test
    void rowsAllowNoCircle() {
        assertThat(TABLE.circle()).isEmpty();
    }

    @Test
    void everyArrowOfThePictureIsOfARowAndEveryPackageIsShown() throws IOException {
        Set<String> shown = new TreeSet<>();
        for (String line : Files.readAllLines(DOCUMENT)) {
            Matcher arrow = ARROW.matcher(line);
            if (arrow.matches()) {
                String from = arrow.group(1).replace("root", "");
                String to = arrow.group(2).replace("root", "");
                assertThat(TABLE.allows(from, to)).as(line.strip()).isTrue();
                shown.add(from);
                shown.add(to);
            }
        }

        assertThat(shown).isEqualTo(TABLE.packages());
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
                    .filter(target -> !TABLE.allows(feature(type), target))
                    .forEach(target -> forbidden
                            .computeIfAbsent(feature(type), f -> new TreeSet<>())
                            .add(target + " by " + type.getSimpleName()));
        }

        assertThat(forbidden).isEmpty();
    }

    @Test
    void everyTypeThatThreePackagesNameIsExplained() throws IOException {
        Map<String, Set<String>> users = new TreeMap<>();
        for (JavaClass type : MAIN) {
            type.getDirectDependenciesFromSelf().stream()
                    .map(dependency -> dependency.getTargetClass().getBaseComponentType())
                    .filter(target -> target.getPackageName().startsWith(ROOT))
                    .forEach(target -> users.computeIfAbsent(
                                    topLevel(target), t -> new TreeSet<>(Set.of(feature(target))))
                            .add(feature(type)));
        }
        Set<String> explained = new TreeSet<>();
        for (String line : Files.readAllLines(DOCUMENT)) {
            if (line.startsWith("|")) {
                EXPLAINED.matcher(line).results().forEach(word -> explained.add(word.group(1)));
            }
        }

        users.values().removeIf(packages -> packages.size() < 3);

        assertThat(explained).containsAll(users.keySet());
    }

    @Test
    void librariesStayAtHome() {
        home("org.tomlj", ROOT + ".config");
        home("org.pf4j", ROOT + ".plugin");
        home("picocli", ROOT + ".cli");
        home("com.google.gson", ROOT + ".cli");
        home("io.prometheus", ROOT + ".metrics");
        home("com.sun.net.httpserver", ROOT + ".admin");
        home("io.netty.resolver", ROOT + ".net");
        home("io.netty.handler.codec.dns", ROOT + ".net");
        home("org.apache.logging.log4j", ROOT + ".cli");
    }

    @Test
    void nettyStaysWhereTheTableAllowsIt() {
        Set<String> users = new TreeSet<>();
        for (JavaClass type : MAIN) {
            if (type.getDirectDependenciesFromSelf().stream()
                    .anyMatch(dependency ->
                            dependency.getTargetClass().getPackageName().startsWith("io.netty."))) {
                users.add(feature(type));
            }
        }

        assertThat(users).isEqualTo(TABLE.usersOfNetty());
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

    private static String topLevel(JavaClass type) {
        String name = type.getName().substring(type.getPackageName().length() + 1);
        return name.contains("$") ? name.substring(0, name.indexOf('$')) : name;
    }

    private static String feature(JavaClass type) {
        String name = type.getPackageName();
        return name.length() > ROOT.length() ? name.substring(ROOT.length() + 1) : "";
    }
}
