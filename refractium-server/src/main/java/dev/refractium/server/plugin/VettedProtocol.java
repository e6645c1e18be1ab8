package dev.refractium.server.plugin;

import static java.util.Objects.requireNonNull;

import dev.refractium.api.HealthCheck;
import dev.refractium.api.Identification;
import dev.refractium.api.Peek;
import dev.refractium.api.Protocol;
import dev.refractium.api.Settings;
import dev.refractium.api.Transport;
import java.util.BitSet;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A plugin's protocol after everything that it declares was asked for, once: from then on the only plugin code that
 * sessions run is {@link #identify}, and health checks, and later changes of its other answers have no effect. Immutable.
 */
final class VettedProtocol implements Protocol {
    static final Kind.Vetting<Protocol> VETTING = new Kind.Vetting<>() {
        @Override
        public Protocol vet(PluginCall call, Protocol plugin, IdentifyStats answers) throws Refused {
            return of(call, plugin, answers);
        }

        @Override
        public Set<String> aliases(Protocol vetted) {
            return vetted.aliases();
        }
    };

    private static final int BYTES = 256;
    private static final int MOST_DATAGRAMS = 8;
    private static final int MOST_RESPONSES = 1_000;

    private final Protocol plugin;
    private final IdentifyStats answers;
    private final String name;
    private final Set<String> aliases;
    private final Set<Transport> transports;
    private final List<String> attributes;
    private final boolean serverSpeaksFirst;
    private final boolean isRepeatable;
    private final int datagrams;
    private final int responses;
    private final boolean trustsPeer;
    private final Set<Transport> checked = EnumSet.noneOf(Transport.class);
    private final BitSet firstBytes = new BitSet(BYTES);

    private VettedProtocol(PluginCall call, Protocol plugin, IdentifyStats answers) {
        this.plugin = plugin;
        this.answers = answers;
        call.now("name()");
        this.name = requireNonNull(plugin.name(), "name() gave null");
        call.now("aliases()");
        this.aliases = Set.copyOf(requireNonNull(plugin.aliases(), "aliases() gave null"));
        call.now("transports()");
        this.transports = Set.copyOf(requireNonNull(plugin.transports(), "transports() gave null"));
        call.now("attributes()");
        this.attributes = List.copyOf(requireNonNull(plugin.attributes(), "attributes() gave null"));
        call.now("serverSpeaksFirst()");
        this.serverSpeaksFirst = plugin.serverSpeaksFirst();
        call.now("isRepeatable()");
        this.isRepeatable = plugin.isRepeatable();
        call.now("datagrams()");
        this.datagrams = plugin.datagrams();
        call.now("responses()");
        this.responses = plugin.responses();
        call.now("trustsPeer()");
        this.trustsPeer = plugin.trustsPeer();
        call.now("healthCheck()");
        for (Transport transport : transports) {
            if (requireNonNull(plugin.healthCheck(transport, Map.of()), "healthCheck() gave null")
                    .isPresent()) {
                checked.add(transport);
            }
        }
        call.now("canStartWith()");
        for (int value = 0; value < BYTES; value++) {
            firstBytes.set(value, plugin.canStartWith(value));
        }
    }

    /** Runs plugin code, which may throw anything. */
    static VettedProtocol of(PluginCall call, Protocol plugin, IdentifyStats answers) throws Refused {
        VettedProtocol vetted = new VettedProtocol(call, plugin, answers);
        Kind.PROTOCOL.checkName("name()", vetted.name);
        for (String alias : vetted.aliases) {
            Kind.PROTOCOL.checkName("aliases()", alias);
        }
        for (String attribute : vetted.attributes) {
            Kind.PROTOCOL.checkName("attributes()", attribute);
        }
        if (new HashSet<>(vetted.attributes).size() < vetted.attributes.size()) {
            throw new Refused("attributes() names one twice: " + vetted.attributes);
        }
        if (vetted.transports.isEmpty()) {
            throw new Refused("transports() is empty; return at least one");
        }
        if (vetted.datagrams < 1 || vetted.datagrams > MOST_DATAGRAMS) {
            throw new Refused("datagrams() is " + vetted.datagrams + "; return 1 to " + MOST_DATAGRAMS);
        }
        if (vetted.responses < 0 || vetted.responses > MOST_RESPONSES) {
            throw new Refused("responses() is " + vetted.responses + "; return 0 to " + MOST_RESPONSES);
        }
        return vetted;
    }

    /**
     * Returns the protocol that the plugin makes with its settings, vetted again. Runs plugin code; see {@link #of}.
     */
    VettedProtocol with(PluginCall call, Settings settings) throws Refused {
        call.now("configured() of protocol " + name);
        Protocol configured = requireNonNull(plugin.configured(settings), "configured() gave null");
        if (configured == plugin) {
            return this;
        }
        VettedProtocol vetted = of(call, configured, answers);
        if (!vetted.name.equals(name) || !vetted.aliases.equals(aliases)) {
            throw new Refused("configured() gives a protocol of another name or other aliases, "
                    + Refused.quote(vetted.name) + " instead of " + Refused.quote(name));
        }
        return vetted;
    }

    /** A reference to it keeps the plugin's classes in memory. */
    Class<?> pluginClass() {
        return plugin.getClass();
    }

    /** Returns the class loader that a protocol's libraries find their resources by; null is the platform's. */
    static @Nullable ClassLoader classesOf(Protocol protocol) {
        Class<?> type = protocol instanceof VettedProtocol vetted ? vetted.pluginClass() : protocol.getClass();
        return type.getClassLoader();
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public Set<String> aliases() {
        return aliases;
    }

    @Override
    public Set<Transport> transports() {
        return transports;
    }

    @Override
    public boolean serverSpeaksFirst() {
        return serverSpeaksFirst;
    }

    @Override
    public boolean isRepeatable() {
        return isRepeatable;
    }

    @Override
    public int datagrams() {
        return datagrams;
    }

    @Override
    public int responses() {
        return responses;
    }

    @Override
    public boolean trustsPeer() {
        return trustsPeer;
    }

    @Override
    public boolean canStartWith(int firstByte) {
        return firstBytes.get(firstByte);
    }

    @Override
    public List<String> attributes() {
        return attributes;
    }

    /** Runs plugin code, which may throw anything. */
    @Override
    public String normalForm(String attribute, String value) {
        return plugin.normalForm(attribute, value);
    }

    /** Runs no code of the plugin before the check is used. */
    @Override
    public Optional<HealthCheck> healthCheck(Transport transport, Map<String, String> attributes) {
        return checked.contains(transport)
                ? Optional.of(new VettedHealthCheck(() -> plugin.healthCheck(transport, attributes)))
                : Optional.empty();
    }

    @Override
    public Identification identify(Peek peek) {
        return answers.ask(plugin, peek);
    }

    @Override
    public String toString() {
        return name;
    }
}
