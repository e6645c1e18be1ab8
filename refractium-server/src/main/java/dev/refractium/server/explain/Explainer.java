package dev.refractium.server.explain;

import dev.refractium.api.Identification;
import dev.refractium.api.Protocol;
import dev.refractium.api.Transport;
import dev.refractium.server.config.Config;
import dev.refractium.server.config.ConfigException;
import dev.refractium.server.config.ListenerConfig;
import dev.refractium.server.config.MapFile;
import dev.refractium.server.engine.EnvironmentException;
import dev.refractium.server.engine.ServerResources;
import dev.refractium.server.generation.Generation;
import dev.refractium.server.generation.ListenerLimits;
import dev.refractium.server.identify.Candidate;
import dev.refractium.server.identify.Identifier;
import dev.refractium.server.reload.Draft;
import dev.refractium.server.reload.RoutingTable;
import dev.refractium.server.reload.ServerRequest;
import dev.refractium.server.report.Checked;
import dev.refractium.server.route.NameMap;
import dev.refractium.server.route.RouteTable;
import dev.refractium.server.text.Words;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Identifies the first bytes of a session, by the protocols and rules that a server would use. The end of the bytes is
 * the end of the wait, as at a peek timeout: an undecided protocol then counts as a no, unless its routes have
 * conditions on attributes.
 *
 * <p>Any thread. Holds the plugins until it is closed.
 */
public final class Explainer implements AutoCloseable {
    /** The order without a configuration; other protocols follow by name. */
    private static final List<String> USUAL_ORDER = List.of("http", "https", "ssh", "dns", "ftp");

    private final ServerResources prepared;
    private final Draft draft;
    private final Optional<Generation> generation;
    private final List<Protocol> installed;
    private final int peekSize;
    private final Map<Transport, String> listeners = new EnumMap<>(Transport.class);
    private final Map<Transport, List<Protocol>> protocols = new EnumMap<>(Transport.class);
    private final Map<Transport, Identifier> identifiers = new EnumMap<>(Transport.class);

    /**
     * Uses the settings of a builder; without routing, if neither the file nor a route is given.
     *
     * @param listener the name of the listener whose routes are meant; empty: the first one of each transport
     * @param prepared owned by this object if this succeeds
     * @param draft owned by this object if this succeeds
     */
    public Explainer(ServerRequest request, ServerResources prepared, Draft draft, Optional<String> listener)
            throws ConfigException, EnvironmentException, InterruptedException {
        this.prepared = prepared;
        this.draft = draft;
        boolean routes = request.files().hasConfig()
                || !request.overlay().tables().routes().isEmpty();
        this.generation = routes ? Optional.of(draft.generation()) : Optional.empty();
        this.installed = routes ? List.of() : draft.installed();
        this.peekSize = draft.config().server().peek().bufferSize().intBytes();
        for (Transport transport : Transport.values()) {
            listener(draft.config(), transport, listener).ifPresent(name -> listeners.put(transport, name));
            List<Protocol> asked = asked(transport);
            protocols.put(transport, asked);
            identifiers.put(transport, wanting(asked));
        }
    }

    /**
     * The verdict of one protocol about the bytes, independent of the others.
     *
     * @param answer its last answer; NEED_MORE or RECOGNISED if the bytes left it open
     * @param at how many bytes it took to reach this verdict; 0 for the verdict that every protocol begins with
     * @param fault what it threw instead of an answer
     */
    public record ProtocolVerdict(String protocol, Identification answer, int at, Optional<String> fault) {}

    /**
     * The result of the identification.
     *
     * @param protocol empty if none
     * @param attributes name to values; empty where the protocol is certain and its attributes are not
     * @param bytesNeeded the least number of the bytes that give this result, however they are cut
     * @param fault what the last protocol threw; then there is no answer
     */
    public record Match(
            Optional<String> protocol, Map<String, List<String>> attributes, int bytesNeeded, Optional<String> fault) {}

    /** Returns the verdict of each protocol, in the order that they are asked in. */
    public List<ProtocolVerdict> opinions(FirstBytes bytes) {
        Replay showing = new Replay(bytes.seen(peekSize));
        return asked(bytes).stream().map(protocol -> opinion(protocol, showing)).toList();
    }

    /** Identifies the bytes, attributes included, whether or not a route asks for any. */
    public Match find(FirstBytes bytes) {
        Identifier identifier = identifiers.getOrDefault(bytes.transport(), wanting(List.of()));
        Replay showing = new Replay(bytes.seen(peekSize));
        Replay.Result result = showing.asCut(identifier);
        return new Match(
                Optional.ofNullable(result.candidate())
                        .map(found -> found.protocol().name()),
                result.answer().attributes(),
                showing.byteByByte(identifier).at(),
                result.fault());
    }

    /** Returns what to set so that bytes which no protocol takes are recognised; empty if nothing is known to help. */
    public Optional<String> hint(FirstBytes bytes) {
        boolean refused = bytes.transport() == Transport.TCP
                && asked(bytes).stream().anyMatch(protocol -> protocol.name().equals(MethodHint.PROTOCOL))
                && find(bytes).protocol().isEmpty();
        return refused ? MethodHint.of(bytes.seen(peekSize).bytes()) : Optional.empty();
    }

    /** Finds where a server would send such a session of an unknown client; empty if there is no configuration. */
    public Optional<Explanation> route(FirstBytes bytes) {
        return route(bytes, Optional.empty());
    }

    /**
     * Finds where a server would send such a session; empty if there is no configuration.
     *
     * @param client the client's address; empty: of no network that a route names
     */
    public Optional<Explanation> route(FirstBytes bytes, Optional<InetAddress> client) {
        if (generation.isEmpty()) {
            return Optional.empty();
        }
        Transport transport = bytes.transport();
        String name = listeners.getOrDefault(transport, "");
        ListenerLimits limits = generation.get().limits(transport, name);
        if (client.isPresent() && !limits.admits(client.get())) {
            return Optional.of(
                    new Explanation(Optional.empty(), "the allow or deny of the listener refuses the client", 0));
        }
        RouteTable table = generation.get().table(transport, name);
        return Optional.of(new RouteExplainer(table, transport, name, client.orElse(null)).of(bytes.seen(peekSize)));
    }

    /** Returns the line that a name goes by in each map, for each listener. */
    public List<Checked.MapLine> mapLines(String name) {
        List<Checked.MapLine> lines = new ArrayList<>();
        for (Transport transport : Transport.values()) {
            for (ListenerConfig listener : draft.config().listening()) {
                generation.map(made -> made.table(transport, listener.name())).stream()
                        .flatMap(table -> table.maps().stream())
                        .forEach(map -> lines.add(line(map, name, listener.name(), transport)));
            }
        }
        return lines;
    }

    private static Checked.MapLine line(NameMap map, String said, String listener, Transport transport) {
        String name = MapFile.hasHostNames(map.key()) ? said.toLowerCase(Locale.ROOT) : said;
        List<String> backends = map.route(List.of(name)).stream()
                .flatMap(route -> new RoutingTable(transport, listener).line(map.label(), route).backends().stream())
                .toList();
        return new Checked.MapLine(listener, Words.of(transport), map.label(), map.line(List.of(name)), backends);
    }

    @Override
    public void close() {
        draft.close();
        prepared.close();
    }

    private static ProtocolVerdict opinion(Protocol protocol, Replay showing) {
        Replay.Result result = showing.openEnded(wanting(List.of(protocol)));
        return new ProtocolVerdict(protocol.name(), result.answer(), result.at(), result.fault());
    }

    private List<Protocol> asked(FirstBytes bytes) {
        return protocols.getOrDefault(bytes.transport(), List.of());
    }

    private List<Protocol> asked(Transport transport) {
        if (generation.isPresent()) {
            return generation.get().table(transport, listeners.getOrDefault(transport, "")).entries().stream()
                    .map(RouteTable.Entry::protocol)
                    .toList();
        }
        return installed.stream()
                .filter(protocol -> protocol.transports().contains(transport))
                .sorted(Comparator.comparingInt(Explainer::place).thenComparing(Protocol::name))
                .toList();
    }

    private static Optional<String> listener(Config config, Transport transport, Optional<String> wanted) {
        return config.listening().stream()
                .filter(listener -> listener.transports().contains(transport))
                .map(ListenerConfig::name)
                .filter(name -> wanted.isEmpty() || wanted.get().equals(name))
                .findFirst();
    }

    private static int place(Protocol protocol) {
        int place = USUAL_ORDER.indexOf(protocol.name());
        return place < 0 ? USUAL_ORDER.size() : place;
    }

    /** Returns an identifier that waits for attributes, whatever the routes ask for, and goes on without them. */
    private static Identifier wanting(List<Protocol> protocols) {
        List<Candidate> candidates = new ArrayList<>();
        for (Protocol protocol : protocols) {
            candidates.add(new Candidate(protocol, candidates.size(), Set.of(), Set.copyOf(protocol.attributes())));
        }
        return new Identifier(candidates);
    }
}
