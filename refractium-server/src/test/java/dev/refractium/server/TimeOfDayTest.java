package dev.refractium.server;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.belongToAnyOf;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import dev.refractium.server.generation.Generation;
import dev.refractium.server.operate.BackendOrders;
import dev.refractium.server.operate.ServerAdministration;
import dev.refractium.server.reload.ReloadQueue;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZonedDateTime;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The time of day is for people: it can go back. What waits or ages goes by {@link System#nanoTime}. */
class TimeOfDayTest {
    /** What asks for the time of day. */
    private static final Map<Class<?>, Set<String>> ASKED = Map.of(
            Instant.class, Set.of("now"),
            LocalDateTime.class, Set.of("now"),
            OffsetDateTime.class, Set.of("now"),
            ZonedDateTime.class, Set.of("now"),
            InstantSource.class, Set.of("system"),
            Clock.class, Set.of("systemUTC", "systemDefaultZone", "system"),
            Date.class, Set.of("<init>"),
            System.class, Set.of("currentTimeMillis"));

    /** What makes a decision of it. */
    private static final Map<Class<?>, Set<String>> COMPARED = Map.of(
            Instant.class, Set.of("isBefore", "isAfter", "compareTo", "until"),
            FileTime.class, Set.of("compareTo", "toMillis", "to", "toInstant"),
            Duration.class, Set.of("between"));

    /** Files of a log give way at full hours and at midnight, as people have them; a clock that goes back delays that. */
    private static final String ROTATION = "dev.refractium.plugins.accesslog.Rotation";

    /** The server, and the plugins beside it, which are not on the class path. */
    private static final JavaClasses MAIN = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPaths(classes());

    @Test
    void onlyWhatIsShownToPeopleAsksForTheTimeOfDay() {
        noClasses()
                .that()
                .doNotHaveFullyQualifiedName("dev.refractium.server.hook.Clock")
                .and()
                .doNotHaveFullyQualifiedName(ROTATION)
                .and(not(belongToAnyOf(
                        Generation.class, ReloadQueue.class, ServerAdministration.class, BackendOrders.class)))
                .should()
                .accessTargetWhere(describe("it asks for the time of day", access -> isOneOf(ASKED, access)))
                .check(MAIN);
    }

    /**
     * An order of an operator outlives the process, as no other clock does. Leftovers of other processes have no other age than their files'
     * times, which the file system compares.
     */
    @Test
    void noDecisionIsMadeByTheTimeOfDay() {
        noClasses()
                .that()
                .doNotHaveFullyQualifiedName("dev.refractium.server.files.Leftovers")
                .and()
                .doNotHaveFullyQualifiedName("dev.refractium.server.operate.Order")
                .and()
                .doNotHaveFullyQualifiedName(ROTATION)
                .should()
                .accessTargetWhere(describe("it compares times of day", access -> isOneOf(COMPARED, access)))
                .check(MAIN);
    }

    /** A rule about classes that are not there would hold. */
    @Test
    void theServerAndThePluginsAreLookedAt() {
        assertThat(MAIN.stream().map(JavaClass::getPackageName))
                .contains(
                        "dev.refractium.server", "dev.refractium.plugins.accesslog", "dev.refractium.plugins.capture");
    }

    private static List<Path> classes() {
        try (Stream<Path> plugins = Files.list(Path.of("..", "plugins"))) {
            return Stream.concat(Stream.of(Path.of("")), plugins)
                    .map(module -> module.resolve(Path.of("target", "classes")))
                    .filter(Files::isDirectory)
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean isOneOf(Map<Class<?>, Set<String>> methods, JavaAccess<?> access) {
        return methods.entrySet().stream()
                .anyMatch(type -> access.getTargetOwner().isEquivalentTo(type.getKey())
                        && type.getValue().contains(access.getTarget().getName()));
    }
}
