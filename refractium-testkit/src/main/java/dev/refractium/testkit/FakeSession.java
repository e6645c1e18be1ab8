package dev.refractium.testkit;

import dev.refractium.api.Direction;
import dev.refractium.api.Session;
import dev.refractium.api.Transport;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Instant;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A session that a test makes up. A new one is that of a client on 192.0.2.1, port 40000, that came to 192.0.2.80, port
 * 443, of the listener "default" at the first moment of 2026, matched the route "test" of protocol "test", whose pool has
 * its name, belongs to generation 1, and has no backend yet. To be set up by
 * one thread; what it says can then be read from any.
 */
public final class FakeSession implements Session {
    private final Transport transport;
    private final Map<String, List<String>> attributes = new TreeMap<>();
    private String id = "s1";
    private SocketAddress client = new InetSocketAddress("192.0.2.1", 40_000);
    private @Nullable SocketAddress peer;
    private SocketAddress listener = new InetSocketAddress("192.0.2.80", 443);
    private String listenerName = "default";
    private long generation = 1;
    private final Map<Direction, Long> bytes = new EnumMap<>(Direction.class);
    private String protocol = "test";
    private @Nullable String pool;
    private String route = "test";
    private String why = "match";
    private Instant began = Instant.parse("2026-01-01T00:00:00Z");

    /** Written by the test, read by whatever thread a hook has. */
    private volatile @Nullable SocketAddress backend;

    private FakeSession(Transport transport) {
        this.transport = transport;
    }

    /** A connection. */
    public static FakeSession tcp() {
        return new FakeSession(Transport.TCP);
    }

    /** A flow of datagrams. */
    public static FakeSession udp() {
        return new FakeSession(Transport.UDP);
    }

    /** From now on {@link #id()} answers this. */
    public FakeSession id(String id) {
        this.id = id;
        return this;
    }

    /** From now on {@link #client()} answers this. */
    public FakeSession client(String address, int port) {
        client = new InetSocketAddress(address, port);
        return this;
    }

    /** From now on {@link #client()} answers this, which need not be of the Internet. */
    public FakeSession client(SocketAddress address) {
        client = address;
        return this;
    }

    /** From now on {@link #peer()} answers this; until then, the client. */
    public FakeSession peer(String address, int port) {
        peer = new InetSocketAddress(address, port);
        return this;
    }

    /** From now on {@link #listener()} answers this. */
    public FakeSession listener(String address, int port) {
        listener = new InetSocketAddress(address, port);
        return this;
    }

    /** From now on {@link #listenerName()} answers this. */
    public FakeSession listenerName(String name) {
        listenerName = name;
        return this;
    }

    /** From now on {@link #generation()} answers this. */
    public FakeSession generation(long number) {
        generation = number;
        return this;
    }

    /** From now on {@link #pool()} answers this; until then, the route's name. */
    public FakeSession pool(String name) {
        pool = name;
        return this;
    }

    /** From now on {@link #bytes(Direction)} answers this. */
    public FakeSession bytes(Direction direction, long count) {
        bytes.put(direction, count);
        return this;
    }

    /** From now on {@link #protocol()} answers this. */
    public FakeSession protocol(String protocol) {
        this.protocol = protocol;
        return this;
    }

    /** Adds an attribute, in place of one of the same name. */
    public FakeSession attribute(String name, String... values) {
        attributes.put(name, List.of(values));
        return this;
    }

    /** From now on {@link #route()} and {@link #why()} answer these. */
    public FakeSession route(String route, String why) {
        this.route = route;
        this.why = why;
        return this;
    }

    /** From now on {@link #began()} answers this. */
    public FakeSession began(Instant began) {
        this.began = began;
        return this;
    }

    /** A backend has been connected. */
    public FakeSession backend(String address, int port) {
        return backend(new InetSocketAddress(address, port));
    }

    /** A backend has been connected, of any kind of address. */
    public FakeSession backend(SocketAddress address) {
        backend = address;
        return this;
    }

    @Override
    public String id() {
        return id;
    }

    @Override
    public Transport transport() {
        return transport;
    }

    @Override
    public SocketAddress client() {
        return client;
    }

    @Override
    public SocketAddress peer() {
        return peer == null ? client : peer;
    }

    @Override
    public SocketAddress listener() {
        return listener;
    }

    @Override
    public String listenerName() {
        return listenerName;
    }

    @Override
    public String pool() {
        return pool == null ? route : pool;
    }

    @Override
    public long generation() {
        return generation;
    }

    @Override
    public long bytes(Direction direction) {
        return bytes.getOrDefault(direction, 0L);
    }

    @Override
    public String protocol() {
        return protocol;
    }

    @Override
    public Map<String, List<String>> attributes() {
        return Map.copyOf(attributes);
    }

    @Override
    public String route() {
        return route;
    }

    @Override
    public String why() {
        return why;
    }

    @Override
    public Optional<SocketAddress> backend() {
        return Optional.ofNullable(backend);
    }

    @Override
    public Instant began() {
        return began;
    }
}
