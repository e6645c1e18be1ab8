package dev.refractium.server.plugin;

import dev.refractium.api.ApiVersion;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.jar.Attributes;
import java.util.jar.Manifest;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.pf4j.DefaultVersionManager;
import org.pf4j.VersionManager;

/**
 * The part of a JAR's manifest that makes it a plugin, valid once it exists.
 *
 * @param requires a range of API versions, which includes {@link ApiVersion#current()}
 * @param description empty where there is none
 * @param pluginClass empty where there is none
 */
record PluginManifest(String id, String version, String requires, String description, String pluginClass) {
    private static final Pattern ID = Pattern.compile("[a-z][a-z0-9._-]{0,63}");
    /** PF4J takes a bare version for "this or a later one". */
    private static final Pattern BARE_VERSION = Pattern.compile("\\d+\\.\\d+\\.\\d+");

    private static final int LONGEST = 256;
    private static final VersionManager VERSIONS = new DefaultVersionManager();

    /** Attributes that would make the class loader look outside the copy that was checked. */
    private static final List<String> FORBIDDEN = List.of("Class-Path", "Launcher-Agent-Class", "Multi-Release");

    /**
     * Reads a manifest, or names all that is wrong with it.
     *
     * @param hasFile whether the JAR has a file of this name
     */
    static PluginManifest of(Manifest manifest, Predicate<String> hasFile) throws Refused {
        Attributes attributes = manifest.getMainAttributes();
        PluginManifest plugin = new PluginManifest(
                value(attributes, "Plugin-Id"),
                value(attributes, "Plugin-Version"),
                value(attributes, "Plugin-Requires"),
                value(attributes, "Plugin-Description"),
                value(attributes, "Plugin-Class"));
        List<String> problems = Stream.of(
                        required("Plugin-Id", plugin.id).or(plugin::idProblem),
                        required("Plugin-Version", plugin.version).or(plugin::versionProblem),
                        required("Plugin-Requires", plugin.requires).or(plugin::requiresProblem),
                        plugin.classProblem(hasFile),
                        forbidden(attributes))
                .flatMap(Optional::stream)
                .toList();
        if (problems.isEmpty()) {
            return plugin;
        }
        Refused refused = new Refused("manifest: " + String.join("; ", problems));
        throw ID.matcher(plugin.id).matches() ? refused.by(plugin.id) : refused;
    }

    private Optional<String> idProblem() {
        return ID.matcher(id).matches()
                ? Optional.empty()
                : Optional.of("Plugin-Id: " + Refused.quote(id) + " is not of the form " + ID.pattern()
                        + ", such as refractium-ssh");
    }

    private Optional<String> versionProblem() {
        try {
            VERSIONS.compareVersions(version, version);
            return Optional.empty();
        } catch (RuntimeException e) {
            return Optional.of(
                    "Plugin-Version: " + Refused.quote(version) + " is not a version such as 1.2.3 (semver.org)");
        }
    }

    private Optional<String> requiresProblem() {
        String range = BARE_VERSION.matcher(requires).matches() ? ">=" + requires : requires;
        try {
            return VERSIONS.checkVersionConstraint(ApiVersion.current(), range)
                    ? Optional.empty()
                    : Optional.of("Plugin-Requires: asks for API " + Refused.quote(requires) + ", this is API "
                            + ApiVersion.current() + "; install the plugin's version for this server");
        } catch (RuntimeException e) {
            return Optional.of("Plugin-Requires: " + Refused.quote(requires)
                    + " is not a range of versions such as \">=0.1.0 & <1.0.0\"");
        }
    }

    private Optional<String> classProblem(Predicate<String> hasFile) {
        return pluginClass.isEmpty() || hasFile.test(pluginClass.replace('.', '/') + ".class")
                ? Optional.empty()
                : Optional.of("Plugin-Class: " + Refused.quote(pluginClass)
                        + " is not in the JAR; correct the name, or leave the line out");
    }

    private static Optional<String> forbidden(Attributes attributes) {
        List<String> found = new ArrayList<>();
        for (String name : FORBIDDEN) {
            String value = value(attributes, name);
            boolean saysNo = name.equals("Multi-Release") && value.equalsIgnoreCase("false");
            if (!value.isEmpty() && !saysNo) {
                found.add(name + " is not allowed in a plugin; what it needs belongs into its JAR");
            }
        }
        if (!value(attributes, "Plugin-Dependencies").isEmpty()) {
            found.add("Plugin-Dependencies is not allowed: plugins do not see each other's classes");
        }
        return found.isEmpty() ? Optional.empty() : Optional.of(String.join("; ", found));
    }

    private static Optional<String> required(String name, String value) {
        if (value.isEmpty()) {
            return Optional.of(name + " is missing; add a line \"" + name + ": …\"");
        }
        return value.length() > LONGEST
                ? Optional.of(name + " is longer than " + LONGEST + " characters")
                : Optional.empty();
    }

    private static String value(Attributes attributes, String name) {
        String value = attributes.getValue(name);
        return value == null ? "" : value.trim();
    }
}
