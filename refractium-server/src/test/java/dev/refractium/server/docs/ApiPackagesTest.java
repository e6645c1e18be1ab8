package dev.refractium.server.docs;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import dev.refractium.server.Refractium;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The packages that docs/embedding.md calls API are those that a program has to name. */
class ApiPackagesTest {
    private static final Path GUIDE = Path.of("..", "docs", "embedding.md");
    private static final Pattern ROW = Pattern.compile("(?m)^\\| `(dev\\.refractium\\.[a-z.]+)` \\|");

    @Test
    void thePageListsEveryPackageThatPublicMethodsOfTheServerName() throws IOException {
        Set<String> listed = ROW.matcher(Files.readString(GUIDE))
                .results()
                .map(row -> row.group(1))
                .collect(Collectors.toCollection(TreeSet::new));

        assertThat(named()).isEqualTo(listed);
    }

    private static Set<String> named() {
        String server = Refractium.class.getPackageName();
        return new ClassFileImporter()
                .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS).importPackages(server).stream()
                        .filter(type -> type.getPackageName().equals(server))
                        .filter(type -> type.getModifiers().contains(JavaModifier.PUBLIC))
                        .flatMap(type -> type.getCodeUnits().stream())
                        .filter(unit -> unit.getModifiers().contains(JavaModifier.PUBLIC))
                        .flatMap(ApiPackagesTest::types)
                        .map(type -> type.getBaseComponentType().getPackageName())
                        .filter(name -> name.startsWith("dev.refractium."))
                        .collect(Collectors.toCollection(TreeSet::new));
    }

    private static Stream<JavaClass> types(JavaCodeUnit unit) {
        return Stream.of(
                        Stream.of(unit.getOwner()),
                        unit.getReturnType().getAllInvolvedRawTypes().stream(),
                        unit.getParameterTypes().stream().flatMap(type -> type.getAllInvolvedRawTypes().stream()),
                        unit.getThrowsClause().getTypes().stream())
                .flatMap(types -> types);
    }
}
