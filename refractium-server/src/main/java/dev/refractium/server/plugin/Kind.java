package dev.refractium.server.plugin;

import dev.refractium.api.Hook;
import dev.refractium.api.Protocol;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;

/**
 * A kind of extension that plugins may bring. What loads plugins and reports on them knows kinds by this table only.
 *
 * @param type that the extensions implement
 * @param word for an extension of this kind, as messages have it
 * @param names the form of the extensions' names
 * @param name of an extension; runs plugin code
 * @param vetting before an extension is used
 */
public record Kind<T>(Class<T> type, String word, Pattern names, Function<T, String> name, Vetting<T> vetting) {
    public static final Kind<Protocol> PROTOCOL = new Kind<>(
            Protocol.class,
            "protocol",
            Pattern.compile("[a-z][a-z0-9_]{0,63}"),
            Protocol::name,
            VettedProtocol.VETTING);

    public static final Kind<Hook> HOOK = of(Hook.class, "hook", "[a-z][a-z0-9_-]{0,63}", Hook::name);

    /** All kinds, in the order that reports have them. */
    static final List<Kind<?>> ALL = List.of(PROTOCOL, HOOK);

    /** A kind whose extensions need no vetting but for their name. */
    static <T> Kind<T> of(Class<T> type, String word, String names, Function<T, String> name) {
        return new Kind<>(type, word, Pattern.compile(names), name, (call, plugin, answers) -> plugin);
    }

    /** What is done with an extension before anything else has it. */
    interface Vetting<T> {
        /** Returns the extension to use in place of {@code plugin}. Runs plugin code, which may throw anything. */
        T vet(PluginCall call, T plugin, IdentifyStats answers) throws Refused;

        /** The further names of an extension that is vetted. */
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

    /** Refuses a name of another form than this kind's. */
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
