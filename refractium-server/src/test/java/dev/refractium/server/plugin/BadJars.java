package dev.refractium.server.plugin;

import dev.refractium.testkit.PluginJar;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.Arguments;

/** Every kind of JAR that must not be taken: what it is called, its bytes, and a part of the reason. */
final class BadJars {
    private static final String CLASS = "plugin/Recogniser.class";

    private BadJars() {}

    static Stream<Arguments> all() {
        return Stream.of(brokenFiles(), badManifests(), unusableContents(), throwingCode())
                .flatMap(rows -> rows);
    }

    private static Stream<Arguments> brokenFiles() {
        byte[] good = Recogniser.jar("bad").bytes();
        return Stream.of(
                Arguments.of("empty", new byte[0], "not a complete ZIP file"),
                Arguments.of("text", "hello".getBytes(StandardCharsets.UTF_8), "not a complete ZIP file"),
                Arguments.of("cut short", Arrays.copyOf(good, good.length - 1), "copy it again"),
                Arguments.of("damaged in the middle", damaged(), "damaged: the content of \"noise\""),
                Arguments.of("two entries of one name", renamed("twin-a", "twin-b"), "two entries called \"twin-a\""),
                Arguments.of("10001 entries", crowded(), "entries, 10000 at most"),
                Arguments.of("a small bomb", good("zeros", new byte[20 << 20]), "200 times its size"));
    }

    private static Stream<Arguments> badManifests() {
        return Stream.of(
                Arguments.of("no id", bad().without("Plugin-Id").bytes(), "Plugin-Id is missing; add a line"),
                Arguments.of(
                        "an id that is a path",
                        bad().manifest("Plugin-Id", "../../etc/x").bytes(),
                        "Plugin-Id: \"../../etc/x\""),
                Arguments.of(
                        "an id that is too long",
                        bad().manifest("Plugin-Id", "x".repeat(65)).bytes(),
                        "Plugin-Id"),
                Arguments.of("no version", bad().without("Plugin-Version").bytes(), "Plugin-Version is missing"),
                Arguments.of("no semantic version", bad().version("new").bytes(), "\"new\" is not a version"),
                Arguments.of("no range", bad().without("Plugin-Requires").bytes(), "Plugin-Requires is missing"),
                Arguments.of("not a range", bad().requires("(>=>").bytes(), "\"(>=>\" is not a range"),
                Arguments.of("a later API", bad().requires(">=9.0.0").bytes(), "API \">=9.0.0\", this is API 0.1.0"),
                Arguments.of("a later API, bare", bad().requires("9.0.0").bytes(), "this is API 0.1.0"),
                Arguments.of(
                        "Plugin-Class not there",
                        bad().manifest("Plugin-Class", "a.B").bytes(),
                        "\"a.B\" is not in the JAR"),
                Arguments.of(
                        "Class-Path",
                        bad().manifest("Class-Path", "ext/ file:///etc/").bytes(),
                        "Class-Path"),
                Arguments.of(
                        "Class-Path to a file called false",
                        bad().manifest("Class-Path", "false").bytes(),
                        "Class-Path"),
                Arguments.of(
                        "agent",
                        bad().manifest("Launcher-Agent-Class", "a.B").bytes(),
                        "Launcher-Agent-Class is not allowed"),
                Arguments.of(
                        "releases", bad().manifest("Multi-Release", "true").bytes(), "Multi-Release is not allowed"),
                Arguments.of(
                        "dependencies",
                        bad().manifest("Plugin-Dependencies", "first").bytes(),
                        "Plugin-Dependencies"));
    }

    private static Stream<Arguments> unusableContents() {
        byte[] code = bad().content(CLASS);
        byte[] later = code.clone();
        later[7] = (byte) (44 + Runtime.version().feature() + 1);
        byte[] preview = code.clone();
        preview[4] = preview[5] = (byte) 0xFF;
        return Stream.of(
                Arguments.of("a JAR in it", good("lib/more.jar", bad().bytes()), "holds another JAR, \"lib/more.jar\""),
                Arguments.of("a JAR index", good("META-INF/INDEX.LIST", new byte[0]), "INDEX.LIST"),
                Arguments.of("no extension index", bad().without(JarFacts.INDEX).bytes(), "-proc:full"),
                Arguments.of(
                        "an empty one",
                        bad().file(JarFacts.INDEX, "# nothing\n").bytes(),
                        "no class"),
                Arguments.of(
                        "one that names nobody",
                        bad().without(JarFacts.INDEX).extension("plugin.Gone").bytes(),
                        "names \"plugin.Gone\", which is not in the JAR"),
                Arguments.of(
                        "a later Java",
                        good(CLASS, later),
                        "this is Java " + Runtime.version().feature()),
                Arguments.of("preview features", good(CLASS, preview), "preview features"),
                Arguments.of("no class file", good(CLASS, new byte[] {1, 2, 3}), "not a class file"),
                Arguments.of("no bytes", good(CLASS, new byte[0]), "not a class file"),
                Arguments.of("a cut class", good(CLASS, Arrays.copyOf(code, code.length / 2)), "ClassFormatError"),
                Arguments.of(
                        "not a protocol",
                        PluginJar.named("bad")
                                .source("@org.pf4j.Extension public class Other implements org.pf4j.ExtensionPoint {}")
                                .bytes(),
                        "none of its extensions implements dev.refractium.api.Protocol or dev.refractium.api.Hook"),
                Arguments.of(
                        "not a plugin class",
                        bad().manifest("Plugin-Class", "plugin.Recogniser").bytes(),
                        "extends org.pf4j"));
    }

    private static Stream<Arguments> throwingCode() {
        return Stream.of(
                throwing("static { if (true) throw new Error(\"boom\"); }", "Error: boom"),
                throwing("public Recogniser() { throw new OutOfMemoryError(\"of its own\"); }", "OutOfMemoryError"),
                throwing("public Recogniser() { new Recogniser(); }", "StackOverflowError"),
                throwing("public Recogniser() { new Gone(); }", "NoClassDefFoundError"),
                throwing("public Recogniser(int unwanted) {}", "has no public constructor without arguments"),
                throwing("public Recogniser() { throw new Rude(); }", "plugin.Recogniser$Rude"),
                throwing("public boolean canStartWith(int b) { return 1 / (b - 255) > 9; }", "ArithmeticException"),
                throwing("public Set<String> aliases() { return null; }", "aliases() gave null"),
                throwing("public Set<String> aliases() { return Set.of(\"A-b\"); }", "aliases() gives \"A-b\""),
                throwing("public Set<Transport> transports() { return Set.of(); }", "transports() is empty"),
                throwing("public int datagrams() { return 9; }", "datagrams() is 9; return 1 to 8"),
                throwing("public int responses() { return -1; }", "responses() is -1; return 0 to 1000"),
                throwing("public List<String> attributes() { return List.of(\"x y\"); }", "attributes() gives \"x y\""),
                throwing("public List<String> attributes() { return List.of(\"x\", \"x\"); }", "one twice"),
                Arguments.of(
                        "name",
                        Recogniser.jar("Bad Name").manifest("Plugin-Id", "bad").bytes(),
                        "name() gives \"Bad Name\""),
                Arguments.of(
                        "start",
                        starting("throw new IllegalStateException(\"no\");").bytes(),
                        "did not start: java"),
                Arguments.of(
                        "start, Error",
                        starting("throw new StackOverflowError();").bytes(),
                        "StackOverflowError"));
    }

    private static PluginJar bad() {
        return Recogniser.jar("bad");
    }

    private static byte[] good(String entry, byte[] content) {
        return bad().file(entry, content).bytes();
    }

    private static Arguments throwing(String member, String reason) {
        String rude = "static class Rude extends RuntimeException {"
                + " public String getMessage() { throw new IllegalStateException(); } }";
        PluginJar jar = Recogniser.jar("bad", member, rude, "static class Gone {}");
        return Arguments.of(member, jar.without("plugin/Recogniser$Gone.class").bytes(), reason);
    }

    private static PluginJar starting(String statement) {
        return Recogniser.jar(
                        "bad",
                        "public static class Life extends org.pf4j.Plugin { public void start() { " + statement
                                + " } }")
                .manifest("Plugin-Class", "plugin.Recogniser$Life");
    }

    /** Noise does not compress, so that it is stored: only the checksum can tell that a byte of it changed. */
    private static byte[] damaged() {
        byte[] noise = new byte[1 << 16];
        new Random(2).nextBytes(noise);
        byte[] jar = good("noise", noise);
        jar[jar.length / 2] ^= 1;
        return jar;
    }

    private static byte[] renamed(String kept, String changed) {
        String jar = new String(bad().file(kept, kept).file(changed, changed).bytes(), StandardCharsets.ISO_8859_1);
        return jar.replace(changed, kept).getBytes(StandardCharsets.ISO_8859_1);
    }

    private static byte[] crowded() {
        PluginJar jar = bad();
        for (int i = 0; i <= ZipCheck.MAX_ENTRIES; i++) {
            jar.file("entry-" + i, new byte[0]);
        }
        return jar.bytes();
    }
}
