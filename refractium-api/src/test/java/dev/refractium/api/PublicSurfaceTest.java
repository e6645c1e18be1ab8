package dev.refractium.api;

import static java.lang.reflect.Modifier.isProtected;
import static java.lang.reflect.Modifier.isPublic;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Constructor;
import java.lang.reflect.Executable;
import java.lang.reflect.Field;
import java.lang.reflect.Member;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Type;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Compares what plugins can see with api.txt, so that a change of it is a change of that file, to be read in review.
 * Where the change is meant, copy target/api.txt over api.txt; a plugin that was compiled before must still run.
 */
class PublicSurfaceTest {
    private static final Path ACCEPTED = Path.of("api.txt");
    private static final Path FOUND = Path.of("target", "api.txt");
    private static final String PACKAGE = "dev.refractium.api";

    @Test
    void surfaceIsTheAcceptedOne() throws Exception {
        List<String> found = surface();
        Files.write(FOUND, found);

        List<String> accepted = Files.readAllLines(ACCEPTED);

        assertThat(difference(accepted, found))
                .as("the public surface differs from refractium-api/api.txt; - is gone, + is new."
                        + " If it is meant: cp refractium-api/target/api.txt refractium-api/api.txt,"
                        + " and a line in CHANGELOG.md")
                .isEmpty();
    }

    private static List<String> difference(List<String> accepted, List<String> found) {
        Stream<String> gone =
                accepted.stream().filter(line -> !found.contains(line)).map(line -> "- " + line);
        Stream<String> added =
                found.stream().filter(line -> !accepted.contains(line)).map(line -> "+ " + line);
        return Stream.concat(gone, added).toList();
    }

    private static List<String> surface() throws IOException, ClassNotFoundException {
        List<String> lines = new ArrayList<>();
        for (Class<?> type : types()) {
            lines.add(declaration(type));
            List<String> members = new ArrayList<>();
            members(type, type.getDeclaredFields()).forEach(field -> members.add(field(type, field)));
            members(type, type.getDeclaredConstructors()).forEach(made -> members.add(constructor(type, made)));
            members(type, type.getDeclaredMethods()).forEach(method -> members.add(method(type, method)));
            members.stream().sorted().forEach(lines::add);
        }
        return lines;
    }

    /** Every type of the package that others can name, nested ones included. */
    private static List<Class<?>> types() throws IOException, ClassNotFoundException {
        Path classes = Path.of("target", "classes", PACKAGE.replace('.', '/'));
        List<Class<?>> types = new ArrayList<>();
        try (Stream<Path> files = Files.list(classes)) {
            for (Path file : files.sorted().toList()) {
                String name = file.getFileName().toString().replaceFirst("\\.class$", "");
                Class<?> type = Class.forName(PACKAGE + "." + name);
                if (isVisible(type.getModifiers()) && !type.isSynthetic()) {
                    types.add(type);
                }
            }
        }
        return types;
    }

    private static <M extends Member> List<M> members(Class<?> type, M[] all) {
        return Arrays.stream(all)
                .filter(member -> isVisible(member.getModifiers()) && !member.isSynthetic())
                .filter(member -> !isPrivateInEffect(type, member))
                .toList();
    }

    /** Nobody can inherit a protected member of a final class. */
    private static boolean isPrivateInEffect(Class<?> type, Member member) {
        return Modifier.isFinal(type.getModifiers()) && !isPublic(member.getModifiers());
    }

    private static boolean isVisible(int modifiers) {
        return isPublic(modifiers) || isProtected(modifiers);
    }

    private static String declaration(Class<?> type) {
        String kind = type.isAnnotation()
                ? "@interface"
                : type.isInterface() ? "interface" : type.isEnum() ? "enum" : type.isRecord() ? "record" : "class";
        int implied = type.isInterface() ? Modifier.ABSTRACT | Modifier.INTERFACE : type.isEnum() ? Modifier.FINAL : 0;
        String parents = Stream.concat(
                        Stream.ofNullable(type.getGenericSuperclass()), Arrays.stream(type.getGenericInterfaces()))
                .filter(parent -> parent != Object.class)
                .map(Type::getTypeName)
                .collect(Collectors.joining(", "));
        return modifiers(type.getModifiers() & ~implied) + deprecation(type) + kind + " " + type.getTypeName()
                + (parents.isEmpty() ? "" : " : " + parents);
    }

    private static String field(Class<?> type, Field field) {
        return member(type, field.getModifiers(), field)
                + field.getGenericType().getTypeName() + " " + field.getName();
    }

    private static String constructor(Class<?> type, Constructor<?> made) {
        return member(type, made.getModifiers(), made) + "new" + parameters(made);
    }

    private static String method(Class<?> type, Method method) {
        String kind = method.isDefault() ? "default " : "";
        return member(type, method.getModifiers(), method) + kind
                + method.getGenericReturnType().getTypeName() + " " + method.getName() + parameters(method);
    }

    private static String member(Class<?> type, int modifiers, AnnotatedElement member) {
        return "  " + type.getSimpleName() + ": " + modifiers(modifiers) + deprecation(member);
    }

    private static String parameters(Executable executable) {
        String thrown = Arrays.stream(executable.getGenericExceptionTypes())
                .map(Type::getTypeName)
                .collect(Collectors.joining(", "));
        return Arrays.stream(executable.getGenericParameterTypes())
                        .map(Type::getTypeName)
                        .collect(Collectors.joining(", ", "(", ")"))
                + (thrown.isEmpty() ? "" : " throws " + thrown);
    }

    /** Those that a plugin's author sees the effect of; "transient" and "volatile" share bits with methods' own. */
    private static String modifiers(int modifiers) {
        int told = Modifier.PUBLIC | Modifier.PROTECTED | Modifier.STATIC | Modifier.FINAL | Modifier.ABSTRACT;
        String text = Modifier.toString(modifiers & told);
        return text.isEmpty() ? "" : text + " ";
    }

    private static String deprecation(AnnotatedElement element) {
        return element.isAnnotationPresent(Deprecated.class) ? "@Deprecated " : "";
    }
}
