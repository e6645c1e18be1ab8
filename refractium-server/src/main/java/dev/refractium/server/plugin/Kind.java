package dev.refractium.server.plugin;

import dev.refractium.api.Hook;
import dev.refractium.api.Protocol;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;

/**
 * A kind of extension that plugins may bring. The code that loads plugins and reports them knows kinds by this table
 * only.
 *
 * @param type the interface of the extensions
 * @param word the word for an extension of this kind in messages
 * @param names the form of the extensions' names
 * @param name returns the name of an extension; runs plugin code
 * @param vetting checks an extension before it is used
 */
public record Kind<T>(Class<T> type, String word, Pattern names, Function<T, String> name, Vetting<T> vetting) {
    public static final Kind<Protocol> PROTOCOL = new Kind<>(
            Protocol.class,
            "protocol",
            Pattern.compile("[a-z][a-z0-9_]{0,63}"),
            Protocol::name,
            VettedProtocol.VETTING);

    public static final Kind<Hook> HOOK = of(Hook.class, "hook", "[a-z][a-z0-9_-]{0,63}", Hook::name);

    /** All kinds, in the order of reports. */
    static final List<Kind<?>> ALL = List.of(PROTOCOL, HOOK);

    /** Creates a kind whose extensions need no vetting except for their names. */
    static <T> Kind<T> of(Class<T> type, String word, String names, Function<T, String> name) {
        return new Kind<>(type, word, Pattern.compile(names), name, (call, plugin, answers) -> plugin);
    }

    /** Checks an extension before any other code has it. */
    interface Vetting<T> {
        /** Returns the extension to use in place of {@code plugin}. Runs plugin code, which may throw anything. */
        T vet(PluginCall call, T plugin, IdentifyStats answers) throws Refused;

        /** Returns the further names of a vetted extension. */
        default Set<String> aliases(T vetted) {
            return Set.of();
        }
    }

    /** Returns the name that an extension gives itself. Runs plugin code. */
    String nameOf(PluginCall call, T extension) throws Refused {
        call.now("name()");
        String given = String.valueOf(name.apply(extension));
        checkName("name()", given);
        return given;
    }

    /** Refuses a name that does not have this kind's form. */
    void checkName(String method, String given) throws Refused {
        if (!names.matcher(given).matches()) {
            throw new Refused(
                    method + " gives " + Refused.quote(given) + ", which is not of the form " + names.pattern());
        }
    }

    @Override
    public String toString() {
        return word;
    }
}
