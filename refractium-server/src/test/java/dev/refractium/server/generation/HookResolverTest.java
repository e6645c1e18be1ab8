package dev.refractium.server.generation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.refractium.api.Hook;
import dev.refractium.api.Session;
import dev.refractium.api.Settings;
import dev.refractium.api.Tap;
import dev.refractium.server.config.Config;
import dev.refractium.server.config.ConfigReader;
import dev.refractium.server.config.Problem;
import dev.refractium.server.config.Problems;
import dev.refractium.server.hook.LiveHook;
import dev.refractium.server.plugin.PluginCalls;
import dev.refractium.server.plugin.Shared;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class HookResolverTest {
    private final Problems problems = new Problems();
    private final Hook audit = new Audit();

    @Test
    void hooksOfTheServerComeFirstAndEachOnce() {
        Config config = config(
                "[server]\nhooks = [\"a\", \"audit\"]\n[hooks.a]\nhook = \"audit\"\n[hooks.b]\nhook = \"audit\"\n");
        HookResolver resolver = resolver(config, List.of());

        List<LiveHook> hooks = resolver.of(List.of("b", "a"), config.server().origin());

        assertThat(hooks).extracting(LiveHook::name).containsExactly("a", "audit", "b");
        assertThat(problems.all()).isEmpty();
        assertThat(resolver.all()).hasSize(3);
    }

    @Test
    void unchangedHookIsSharedAndAReconfiguredOneIsNot() {
        Config one = config("[hooks.audit]\nword = \"x\"\n");
        HookResolver first = resolver(one, List.of());
        List<LiveHook> before = first.of(List.of("audit"), one.server().origin());

        HookResolver same = resolver(one, first.all());
        Config two = config("[hooks.audit]\nword = \"y\"\n");
        HookResolver other = resolver(two, first.all());

        assertThat(same.of(List.of("audit"), one.server().origin())).isEqualTo(before);
        assertThat(other.of(List.of("audit"), two.server().origin())).doesNotContainAnyElementsOf(before);
        Shared<LiveHook> shared = same.all().get(0);
        assertThat(shared.close(Duration.ZERO))
                .as("the first generation has it still")
                .isCompleted();
        assertThat(shared.close(Duration.ofSeconds(1))).succeedsWithin(Duration.ofSeconds(10));
    }

    @Test
    void hookReadsItsMemory() {
        List<Long> memories = new ArrayList<>();
        Hook curious = new Audit() {
            @Override
            public Hook configured(Settings settings) {
                memories.add(settings.integer("memory", -1));
                return super.configured(settings);
            }
        };
        Config config = config("[server]\nhooks = [\"audit\", \"b\"]\n[hooks.b]\nhook = \"audit\"\nmemory = 2097152\n");

        new HookResolver(
                        config,
                        new InstalledHooks(Map.of("audit", curious), Optional.empty()),
                        List.of(),
                        problems,
                        new HookCalls(new PluginCalls(), List.of(), Path::toString))
                .of(List.of(), config.server().origin());

        assertThat(problems.all()).isEmpty();
        assertThat(memories).containsExactly(LiveHook.MEMORY, 2_097_152L);
    }

    @Test
    void everyProblemIsReportedOnceWithItsPlace() {
        Config config = config("[server]\nhooks = \"adit\"\n[hooks.idle]\nhook = \"audit\"\nwrod = 1\n");
        HookResolver resolver = resolver(config, List.of());

        resolver.of(List.of(), config.server().origin());
        resolver.of(List.of(), config.server().origin());
        resolver.judgeIdle();

        assertThat(problems.all())
                .extracting(Problem::toString)
                .containsExactly(
                        "t.toml:2:1: hooks.adit.hook: no hook is called \"adit\"; did you mean \"audit\"?; put its JAR into /opt/plugins",
                        "t.toml:5:1: hooks.idle.wrod: unknown key; did you mean \"word\"?");
    }

    private HookResolver resolver(Config config, List<Shared<LiveHook>> before) {
        return new HookResolver(
                config,
                new InstalledHooks(Map.of("audit", audit), Optional.of(Path.of("/opt/plugins"))),
                before,
                problems,
                new HookCalls(new PluginCalls(), List.of(), Path::toString));
    }

    private static Config config(String toml) {
        ConfigReader.Parsed parsed = ConfigReader.parse(toml, "t.toml", Path.of("/"));
        assertThat(parsed.problems()).isEmpty();
        return parsed.config();
    }

    private static class Audit implements Hook {
        @Override
        public String name() {
            return "audit";
        }

        @Override
        public Hook configured(Settings settings) {
            settings.string("word", "");
            return new Audit();
        }

        @Override
        public Tap open(Session session) {
            return end -> {};
        }
    }
}
