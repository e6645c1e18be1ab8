package dev.refractium.server.plugin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.refractium.api.Protocol;
import dev.refractium.testkit.BytesPeek;
import dev.refractium.testkit.PluginJar;
import java.io.IOException;
import java.lang.ref.PhantomReference;
import java.lang.ref.Reference;
import java.lang.ref.ReferenceQueue;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class LoadedPluginTest extends LoadingTest {
    /** A system property, which a plugin and its test both see. */
    private static final String LIFE = "life-of-a-test-plugin";

    @BeforeEach
    @AfterEach
    void forgetLives() {
        System.clearProperty(LIFE);
    }

    @Test
    void startComesBeforeTheProtocolsAreMadeAndStopOnceAtTheEnd() {
        living("", "").writeTo(directory.resolve("plugin.jar"));

        LoadedPlugin plugin = loadOne();
        plugin.close();
        plugin.close();

        assertThat(System.getProperty(LIFE)).isEqualTo(" started made stopped");
    }

    @Test
    void aStopThatThrowsLeavesNothingOpen() throws IOException {
        living("", "throw new StackOverflowError();").writeTo(directory.resolve("plugin.jar"));
        LoadedPlugin plugin = loadOne();
        SealedLoader classes = (SealedLoader) classOf(plugin).getClassLoader();

        plugin.close();

        assertThat(classes.isClosed()).isTrue();
        assertThat(filesIn(copies.path())).as("the lock").hasSize(1);
        assertThat(plugin.protocols()).isEmpty();
        assertThat(plugin.id()).isEqualTo("test-plugin");
    }

    @Test
    void itsOwnClassesAreKnownByNameWhileItRuns() {
        Recogniser.jar("a").writeTo(directory.resolve("plugin.jar"));
        LoadedPlugin plugin = loadOne();

        assertThat(plugin.hasLoaded("plugin.Recogniser")).isTrue();
        assertThat(plugin.hasLoaded(Protocol.class.getName())).as("the host's").isFalse();
        assertThat(plugin.hasLoaded("plugin.Missing")).isFalse();
        plugin.close();
        assertThat(plugin.hasLoaded("plugin.Recogniser")).isFalse();
    }

    @Test
    void aPluginThatFailsAfterItStartedIsStopped() {
        living("if (true) throw new IllegalStateException();", "").writeTo(directory.resolve("plugin.jar"));

        PluginScan scan = load();

        assertThat(scan.refused()).hasSize(1);
        assertThat(System.getProperty(LIFE)).isEqualTo(" started stopped");
    }

    @Test
    void twoVersionsOfOnePluginLiveSideBySide() {
        Path jar = directory.resolve("plugin.jar");
        answering("1").version("1.0.0").writeTo(jar);
        LoadedPlugin first = loadOne();
        answering("2").version("2.0.0").writeTo(jar);

        LoadedPlugin second = loadOne();

        assertThat(answerOf(first)).isEqualTo("1");
        assertThat(answerOf(second)).isEqualTo("2");
        first.close();
        assertThat(answerOf(second)).isEqualTo("2");
        second.close();
    }

    @Test
    void overwritingTheJarChangesNothingForThePluginThatRuns() throws IOException {
        Path jar = directory.resolve("plugin.jar");
        answering("old").writeTo(jar);

        try (PluginScan scan = load()) {
            // In place, as cp does; the class that holds the answer has not been loaded yet.
            answering("new, and of another length").writeTo(jar);
            String answer = answerOf(scan.accepted().get(0));
            Files.delete(jar);

            assertThat(answer).isEqualTo("old");
        }
    }

    @Test
    void whatAProtocolSaysOfItselfIsAskedOnce() {
        Recogniser.jar(
                        "moody",
                        "private int asked;",
                        "public boolean serverSpeaksFirst() { return asked++ > 0; }",
                        "public List<String> attributes() { if (asked > 1) throw new Error(); return List.of(\"mood\"); }")
                .writeTo(directory.resolve("plugin.jar"));

        try (PluginScan scan = load()) {
            Protocol moody = scan.accepted().get(0).protocols().get(0);

            assertThat(List.of(moody.serverSpeaksFirst(), moody.serverSpeaksFirst(), moody.serverSpeaksFirst()))
                    .containsOnly(false);
            assertThat(moody.attributes()).containsExactly("mood");
        }
    }

    @Test
    void theClassesOfAClosedPluginCanBeCollected() throws InterruptedException {
        living("org.slf4j.LoggerFactory.getLogger(Living.class).info(\"made\");", "")
                .writeTo(directory.resolve("plugin.jar"));
        LoadedPlugin plugin = loadOne();
        ReferenceQueue<Class<?>> collected = new ReferenceQueue<>();
        PhantomReference<Class<?>> watched = new PhantomReference<>(classOf(plugin), collected);

        plugin.close();

        assertThat(next(collected)).isSameAs(watched);
        assertThat(plugin.toString()).isEqualTo("test-plugin 1.2.3");
    }

    private LoadedPlugin loadOne() {
        PluginScan scan = load();
        assertThat(scan.refused()).isEmpty();
        return scan.accepted().get(0);
    }

    /** Writes down its life; {@code making} runs in the protocol's constructor, {@code stopping} in stop(). */
    private static PluginJar living(String making, String stopping) {
        return PluginJar.named("test-plugin")
                .version("1.2.3")
                .source("""
                package plugin;
                import dev.refractium.api.*;
                public class Living extends org.pf4j.Plugin {
                    static void note(String what) {
                        System.setProperty("%1$s", System.getProperty("%1$s", "") + " " + what);
                    }
                    public void start() { note("started"); }
                    public void stop() { note("stopped"); %3$s }
                    @org.pf4j.Extension
                    public static class Made implements Protocol {
                        public Made() { %2$s note("made"); }
                        public String name() { return "living"; }
                        public Identification identify(Peek peek) { return Identification.match(); }
                    }
                }
                """.formatted(LIFE, making, stopping))
                .manifest("Plugin-Class", "plugin.Living");
    }

    /** Its answer is in a class of its own, which is loaded at the first call. */
    private static PluginJar answering(String answer) {
        return PluginJar.named("answering").source("""
                package plugin;
                import dev.refractium.api.*;
                @org.pf4j.Extension
                public class Answering implements Protocol {
                    public String name() { return "answering"; }
                    public Identification identify(Peek peek) { return Identification.match("answer", Later.answer()); }
                    static class Later { static String answer() { return "%s"; } }
                }
                """.formatted(answer));
    }

    private static String answerOf(LoadedPlugin plugin) {
        return plugin.protocols()
                .get(0)
                .identify(BytesPeek.tcp(new byte[1]))
                .attributes()
                .toString()
                .replaceAll("\\{answer=\\[|]}", "");
    }

    private static Class<?> classOf(LoadedPlugin plugin) {
        return ((VettedProtocol) plugin.protocols().get(0)).pluginClass();
    }

    private static Reference<?> next(ReferenceQueue<?> queue) throws InterruptedException {
        for (int i = 0; i < 100; i++) {
            System.gc();
            Reference<?> collected = queue.remove(100);
            if (collected != null) {
                return collected;
            }
        }
        throw new AssertionError("not collected");
    }
}
