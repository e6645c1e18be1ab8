package dev.refractium.server.it.support;

import dev.refractium.testkit.PluginJar;
import java.util.List;
import java.util.Objects;

/**
 * A plugin called {@code hanging} that does not return from the method that a test names, until it may, and writes down
 * on which thread each of its methods is called. Interrupts do not move it. One test at a time.
 */
public final class HangingPlugin {
    private static final String WHERE = "refractium.test.hangs-in";
    private static final String CALLED = "refractium.test.called";

    private HangingPlugin() {}

    /** A protocol {@code hanging} that takes every session, and a hook {@code watching}. */
    public static PluginJar jar(String version) {
        return PluginJar.named("hanging")
                .version(version)
                .manifest("Plugin-Class", "plugin.Hanging")
                .source("""
                package plugin;
                import dev.refractium.api.*;
                import java.util.*;
                public class Hanging extends org.pf4j.Plugin {
                    static void at(String method) {
                        synchronized (System.class) {
                            boolean own = Thread.currentThread().getContextClassLoader() == Hanging.class.getClassLoader();
                            System.setProperty("%2$s", System.getProperty("%2$s", "") + method + " "
                                    + Thread.currentThread().getName() + " " + own + "\\n");
                        }
                        while (method.equals(System.getProperty("%1$s"))) {
                            try {
                                Thread.sleep(5);
                            } catch (InterruptedException e) {
                                // It stays.
                            }
                        }
                    }
                    static { at("class"); }
                    public Hanging() { at("plugin"); }
                    public void start() { at("start"); }
                    public void stop() { at("stop"); }
                    @org.pf4j.Extension
                    public static class Speaking implements Protocol {
                        public Speaking() { at("protocol"); }
                        public String name() { at("name"); return "hanging"; }
                        public Set<String> aliases() { at("aliases"); return Set.of(); }
                        public Set<Transport> transports() { at("transports"); return Set.of(Transport.TCP); }
                        public List<String> attributes() { at("attributes"); return List.of(); }
                        public boolean serverSpeaksFirst() { at("serverSpeaksFirst"); return false; }
                        public boolean trustsPeer() { at("trustsPeer"); return false; }
                        public boolean canStartWith(int first) { if (first == 7) at("canStartWith"); return true; }
                        public Protocol configured(Settings settings) { at("configured"); return this; }
                        public Identification identify(Peek peek) { return Identification.match(); }
                    }
                    @org.pf4j.Extension
                    public static class Watching implements Hook {
                        public Watching() { at("hook"); }
                        public String name() { at("hookName"); return "watching"; }
                        public Hook configured(Settings settings) { at("hookConfigured"); return this; }
                        public Set<Direction> bytes() { at("bytes"); return Set.of(); }
                        public long firstBytes() { at("firstBytes"); return 0; }
                        public Set<String> attributes() { at("hookAttributes"); return Set.of(); }
                        public Overflow overflow() { at("overflow"); return Overflow.drop(); }
                        public Tap open(Session session) { return null; }
                        public void close() { at("close"); }
                    }
                }
                """.formatted(WHERE, CALLED));
    }

    /** From now on it hangs in this method. */
    public static void hangIn(String method) {
        System.setProperty(WHERE, method);
    }

    /** It goes on where it hangs, and what it wrote down is forgotten. */
    public static void letGo() {
        System.clearProperty(WHERE);
        System.clearProperty(CALLED);
    }

    /** Each call so far: the method, its thread, and whether the plugin's class loader was the thread's. */
    public static List<String> called() {
        return Objects.requireNonNullElse(System.getProperty(CALLED), "")
                .lines()
                .toList();
    }
}
