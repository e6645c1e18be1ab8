package dev.refractium.server.it.support;

import dev.refractium.testkit.PluginJar;

/** A plugin in many versions: each matches sessions that begin with THIRD and has its version as an attribute. */
public final class Versions {
    /** The attribute v counts the versions modulo this, since each needs a route and compiling takes time. */
    public static final int DISTINCT = 4;

    private Versions() {}

    /** The value of the attribute v that sessions of this version have. */
    public static String value(int version) {
        return Integer.toString(version % DISTINCT);
    }

    /** The JAR of a version; two of them differ always. */
    public static PluginJar jar(int version) {
        return jar(version, "");
    }

    /** One that throws where the first byte is an exclamation mark. */
    public static PluginJar faulty(int version) {
        return jar(version, "if (peek.byteAt(0) == '!') throw new IllegalStateException();");
    }

    /** One that throws as well, and answers to another name, thrice, too. */
    public static PluginJar faultyAlias(int version) {
        return jar(
                version,
                "if (peek.byteAt(0) == '!') throw new IllegalStateException();",
                "public Set<String> aliases() { return Set.of(\"thrice\"); }");
    }

    private static PluginJar jar(int version, String first) {
        return jar(version, first, "");
    }

    private static PluginJar jar(int version, String first, String more) {
        return PluginJar.named("third").version("1.0." + version).source("""
                package plugin;
                import dev.refractium.api.*;
                import java.util.*;
                import java.util.function.Consumer;
                @org.pf4j.Extension
                public class Third implements Protocol {
                    private static final byte[] MAGIC = {'T', 'H', 'I', 'R', 'D'};
                    @SuppressWarnings("unchecked")
                    public Third() {
                        Object list = System.getProperties().get("%s");
                        if (list != null) {
                            ((Consumer<Object>) list).accept(Third.class.getClassLoader());
                        }
                    }
                    public String name() { return "third"; }
                    %s
                    public Set<Transport> transports() { return Set.of(Transport.TCP, Transport.UDP); }
                    public List<String> attributes() { return List.of("v"); }
                    public Identification identify(Peek peek) {
                        %s
                        return switch (peek.startsWith(MAGIC, 0)) {
                            case YES -> Identification.match("v", "%s");
                            case SO_FAR -> Identification.needMore(MAGIC.length);
                            case NO -> Identification.noMatch();
                        };
                    }
                }
                """.formatted(
                        Loaders.KEY, more, first, value(version)));
    }
}
