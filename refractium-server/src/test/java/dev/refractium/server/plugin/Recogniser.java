package dev.refractium.server.plugin;

import dev.refractium.testkit.PluginJar;

/** The plugin that most tests load. */
final class Recogniser {
    private Recogniser() {}

    /** Its id and its protocol are called {@code name}; it matches everything. {@code members} are added to its class. */
    static PluginJar jar(String name, String... members) {
        return PluginJar.named(name).source("""
                package plugin;
                import dev.refractium.api.*;
                import java.util.*;
                @org.pf4j.Extension
                public class Recogniser implements Protocol {
                    public String name() { return "%s"; }
                    public Identification identify(Peek peek) { return Identification.match(); }
                    %s
                }
                """.formatted(name, String.join("\n", members)));
    }
}
