package dev.refractium.server.plugin;

import dev.refractium.api.ApiVersion;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.Manifest;
import java.util.regex.Pattern;
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

    static PluginManifest of(Manifest manifest) throws Refused {
        Attributes attributes = manifest.getMainAttributes();
        String id = id(attributes);
        try {
            PluginManifest plugin = new PluginManifest(
                    id,
                    required(attributes, "Plugin-Version"),
                    required(attributes, "Plugin-Requires"),
                    value(attributes, "Plugin-Description"),
                    value(attributes, "Plugin-Class"));
            plugin.checkVersion();
            plugin.checkRequires();
            refuseForbidden(attributes);
            return plugin;
        } catch (Refused e) {
            throw e.by(id);
        }
    }

    private static String id(Attributes attributes) throws Refused {
        String id = required(attributes, "Plugin-Id");
        if (!ID.matcher(id).matches()) {
            throw new Refused("manifest: Plugin-Id: " + Refused.quote(id) + " is not of the form " + ID.pattern()
                    + ", such as refractium-ssh");
        }
        return id;
    }

    private void checkVersion() throws Refused {
        try {
            VERSIONS.compareVersions(version, version);
        } catch (RuntimeException e) {
            throw new Refused("manifest: Plugin-Version: " + Refused.quote(version)
                    + " is not a version such as 1.2.3 (semver.org)");
        }
    }

    private void checkRequires() throws Refused {
        String range = BARE_VERSION.matcher(requires).matches() ? ">=" + requires : requires;
        boolean holds;
        try {
            holds = VERSIONS.checkVersionConstraint(ApiVersion.current(), range);
        } catch (RuntimeException e) {
            throw new Refused("manifest: Plugin-Requires: " + Refused.quote(requires)
                    + " is not a range of versions such as \">=0.1.0 & <1.0.0\"");
        }
        if (!holds) {
            throw new Refused("manifest: Plugin-Requires: asks for API " + Refused.quote(requires) + ", this is API "
                    + ApiVersion.current() + "; install the plugin's version for this server");
        }
    }

    private static void refuseForbidden(Attributes attributes) throws Refused {
        for (String name : FORBIDDEN) {
            String value = value(attributes, name);
            boolean saysNo = name.equals("Multi-Release") && value.equalsIgnoreCase("false");
            if (!value.isEmpty() && !saysNo) {
                throw new Refused(
                        "manifest: " + name + " is not allowed in a plugin; what it needs belongs into its JAR");
            }
        }
        if (!value(attributes, "Plugin-Dependencies").isEmpty()) {
            throw new Refused("manifest: Plugin-Dependencies is not allowed: plugins do not see each other's classes");
        }
    }

    private static String required(Attributes attributes, String name) throws Refused {
        String value = value(attributes, name);
        if (value.isEmpty()) {
            throw new Refused("manifest: " + name + " is missing; add a line \"" + name + ": …\"");
        }
        if (value.length() > LONGEST) {
            throw new Refused("manifest: " + name + " is longer than " + LONGEST + " characters");
        }
        return value;
    }

    private static String value(Attributes attributes, String name) {
        String value = attributes.getValue(name);
        return value == null ? "" : value.trim();
    }
}
