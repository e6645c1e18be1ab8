package dev.refractium.server.plugin;

import dev.refractium.api.Hook;
import dev.refractium.api.Protocol;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * What a plugin brings: its protocols, vetted, and its hooks by their names, which were asked once. Immutable.
 *
 * @param answers of all the protocols together
 */
record Extensions(List<Protocol> protocols, Map<String, Hook> hooks, Answers answers) {
    private static final Pattern HOOK_NAME = Pattern.compile("[a-z][a-z0-9_-]{0,63}");

    /** None, as of a plugin that is closed. */
    static final Extensions NONE = new Extensions(List.of(), Map.of(), new Answers());

    /** Makes one of each class, at least one in all. Runs plugin code. */
    static Extensions make(PluginCall call, ClassLoader classes, List<String> names) throws Refused {
        Answers answers = new Answers();
        List<Protocol> protocols = new ArrayList<>();
        Map<String, Hook> hooks = new LinkedHashMap<>();
        for (String name : names) {
            try {
                call.now("constructor of " + name);
                Object made = make(classes, name);
                if (made instanceof Protocol protocol) {
                    protocols.add(VettedProtocol.of(call, protocol, answers));
                }
                if (made instanceof Hook hook && hooks.put(nameOf(call, hook), hook) != null) {
                    throw new Refused("is a second hook of its name");
                }
            } catch (ClassNotFoundException e) {
                throw new Refused(JarFacts.INDEX + " names " + Refused.quote(name)
                        + ", which is not in the JAR; build it again from clean");
            } catch (Refused e) {
                throw new Refused("extension " + Refused.quote(name) + ": " + e.reason());
            } catch (Throwable thrown) {
                throw new Refused("extension " + Refused.quote(name) + " cannot be made: " + Fault.describe(thrown));
            }
        }
        if (protocols.isEmpty() && hooks.isEmpty()) {
            throw new Refused(
                    "none of its extensions implements " + Protocol.class.getName() + " or " + Hook.class.getName());
        }
        return new Extensions(List.copyOf(protocols), Map.copyOf(hooks), answers);
    }

    /** Extensions of other kinds are left alone. */
    private static Object make(ClassLoader classes, String name) throws ReflectiveOperationException, Refused {
        Class<?> type = classes.loadClass(name);
        if (!Protocol.class.isAssignableFrom(type) && !Hook.class.isAssignableFrom(type)) {
            return type;
        }
        try {
            return type.getConstructor().newInstance();
        } catch (NoSuchMethodException e) {
            throw new Refused("has no public constructor without arguments");
        }
    }

    private static String nameOf(PluginCall call, Hook hook) throws Refused {
        call.now("name()");
        String name = String.valueOf(hook.name());
        if (!HOOK_NAME.matcher(name).matches()) {
            throw new Refused(
                    "name() gives " + Refused.quote(name) + ", which is not of the form " + HOOK_NAME.pattern());
        }
        return name;
    }
}
