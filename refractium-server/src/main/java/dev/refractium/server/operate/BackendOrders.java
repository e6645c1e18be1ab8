package dev.refractium.server.operate;

import dev.refractium.server.control.BackendAnswer;
import dev.refractium.server.control.BackendRequest;
import dev.refractium.server.control.BackendRequest.Action;
import dev.refractium.server.control.RequestRefusedException;
import dev.refractium.server.engine.ReloadThread;
import dev.refractium.server.operate.Order.Mode;
import dev.refractium.server.report.Status;
import dev.refractium.server.text.Escape;
import dev.refractium.server.upstream.Pool;
import dev.refractium.server.upstream.Source;
import dev.refractium.server.upstream.Standing;
import dev.refractium.server.upstream.Standings;
import dev.refractium.server.upstream.Standings.Subject;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What operators have ordered of backends: that they take no new sessions, or have another weight. Orders outlive reloads,
 * and restarts if they are kept. Any thread.
 */
public final class BackendOrders {
    private static final Logger log = LoggerFactory.getLogger(BackendOrders.class);
    private static final String POOL = "pool:";
    private static final long DIALLED_MS = 5_000;

    private final Standings standings;
    private final Optional<OrdersFile> file;
    private final Clock clock;

    /** Guarded by this object's monitor. */
    private final Map<Subject, Order> orders = new LinkedHashMap<>();

    /**
     * Follows the orders that were kept.
     *
     * @param file where orders are kept; empty: nowhere
     */
    public BackendOrders(Standings standings, Optional<OrdersFile> file) {
        this(standings, file, Clock.systemUTC());
    }

    BackendOrders(Standings standings, Optional<OrdersFile> file, Clock clock) {
        this.standings = standings;
        this.file = file;
        this.clock = clock;
        for (Order.About kept : file.map(OrdersFile::read).orElse(List.of())) {
            if (kept.order()
                    .left(clock.instant())
                    .map(left -> !left.isNegative() && !left.isZero())
                    .orElse(true)) {
                orders.put(kept.subject(), kept.order());
                standings.set(kept.subject(), kept.order().standing());
                log.info(
                        "backend order kept address={} pool={} order=\"{}\" by=\"{}\" since={}",
                        kept.subject().server(),
                        pool(kept.subject()),
                        kept.order().wordsWithEnd(),
                        Escape.text(kept.order().by(), 64),
                        kept.order().since());
            }
        }
    }

    /** Ends orders whose time is over, once the server runs. */
    public void endLater(ReloadThread later) {
        snapshot().forEach(about -> endLater(about.subject(), about.order(), later));
    }

    /** Returns the orders, the oldest first. */
    synchronized List<Order.About> snapshot() {
        return orders.entrySet().stream()
                .map(entry -> new Order.About(entry.getKey(), entry.getValue()))
                .toList();
    }

    /** Returns the orders about a server. */
    List<Status.Order> of(String server) {
        return snapshot().stream()
                .filter(about -> about.subject().server().equals(server))
                .map(about -> new Status.Order(
                        about.subject().pool(),
                        about.order().words(),
                        about.order().since(),
                        about.order().until(),
                        about.order().by(),
                        about.order().kept()))
                .toList();
    }

    /**
     * Follows an order.
     *
     * @param pools of the current generation
     * @param close closes the sessions of these sources in these pools, and returns how many
     */
    BackendAnswer order(BackendRequest request, String by, Set<Pool> pools, Closing close, ReloadThread later)
            throws RequestRefusedException {
        Set<Pool> meant = meant(request, pools);
        Subject subject = new Subject(request.address(), request.pool().map(name -> plain(name, pools)));
        if (request.action() == Action.DRAIN || request.action() == Action.DISABLE) {
            requireOthers(request, meant);
        }
        Change change = apply(subject, request, by);
        change.order().ifPresent(order -> endLater(subject, order, later));
        int closed = request.action() == Action.DISABLE ? closeSessions(subject, meant, close, later) : 0;
        log.info(
                "backend order address={} pool={} before=\"{}\" after=\"{}\" by=\"{}\" sessions_closed={}",
                Escape.quoted(request.address()),
                pool(subject),
                change.before(),
                change.after(),
                Escape.text(by, 128),
                closed);
        return new BackendAnswer(
                meant.stream().map(Pool::name).sorted().toList(),
                change.before(),
                change.after(),
                change.order().map(Order::kept).orElse(false),
                closed);
    }

    /** Closes the sessions of one server: of all pools, or of these. */
    interface Closing {
        int of(Optional<Set<Pool>> pools, String server);
    }

    private static int closeSessions(Subject subject, Set<Pool> meant, Closing close, ReloadThread later) {
        Optional<Set<Pool>> pools = subject.pool().map(name -> meant);
        int closed = close.of(pools, subject.server());
        // Sessions that were being connected are caught a moment later.
        later.after(DIALLED_MS, () -> close.of(pools, subject.server()));
        return closed;
    }

    private record Change(String before, String after, Optional<Order> order) {}

    private synchronized Change apply(Subject subject, BackendRequest request, String by) {
        Optional<Order> before = Optional.ofNullable(orders.get(subject));
        Optional<Order> after =
                request.action() == Action.ENABLE ? Optional.empty() : Optional.of(next(before, request, by));
        set(subject, after);
        return new Change(words(before), words(after), after);
    }

    private Order next(Optional<Order> before, BackendRequest request, String by) {
        Mode mode = switch (request.action()) {
            case DRAIN -> Mode.DRAINED;
            case DISABLE -> Mode.DISABLED;
            case ENABLE, WEIGHT -> before.map(Order::mode).orElse(Mode.IN_USE);
        };
        OptionalInt weight = request.weight().isPresent()
                ? request.weight()
                : before.map(Order::weight).orElse(OptionalInt.empty());
        Instant now = clock.instant().truncatedTo(ChronoUnit.SECONDS);
        boolean kept = file.isPresent() && !request.term().forget();
        return new Order(mode, weight, now, request.term().time().map(now::plus), by, kept);
    }

    private void set(Subject subject, Optional<Order> order) {
        orders.remove(subject);
        order.ifPresent(said -> orders.put(subject, said));
        standings.set(subject, order.map(Order::standing).orElse(Standing.Order.NONE));
        file.ifPresent(kept -> kept.write(
                snapshot().stream().filter(about -> about.order().kept()).toList()));
    }

    private void endLater(Subject subject, Order order, ReloadThread later) {
        order.left(clock.instant())
                .ifPresent(left -> later.after(Math.max(0, left.toMillis()), () -> end(subject, order)));
    }

    private synchronized void end(Subject subject, Order order) {
        if (order.equals(orders.get(subject))) {
            set(subject, Optional.empty());
            log.info(
                    "backend order ended address={} pool={} before=\"{}\" after=\"{}\"",
                    Escape.quoted(subject.server()),
                    pool(subject),
                    order.wordsWithEnd(),
                    words(Optional.empty()));
        }
    }

    private static String words(Optional<Order> order) {
        return order.map(Order::wordsWithEnd).orElse("as configured");
    }

    private static String pool(Subject subject) {
        return subject.pool().map(Escape::quoted).orElse("all");
    }

    /** Returns the pools that have the backend. An order that is there can be ended although no pool has it. */
    private synchronized Set<Pool> meant(BackendRequest request, Set<Pool> pools) throws RequestRefusedException {
        Set<Pool> named = pools.stream()
                .filter(pool ->
                        request.pool().isEmpty() || isNamed(pool, request.pool().get()))
                .collect(Collectors.toSet());
        if (named.isEmpty()) {
            throw unknown("pool", request.pool().orElse(""), pools.stream().map(Pool::name));
        }
        Set<Pool> meant = named.stream()
                .filter(pool -> servers(pool).anyMatch(request.address()::equals))
                .collect(Collectors.toSet());
        boolean ends = request.action() == Action.ENABLE
                && orders.keySet().stream().anyMatch(subject -> subject.server().equals(request.address()));
        if (meant.isEmpty() && !ends) {
            throw unknown("backend", request.address(), named.stream().flatMap(BackendOrders::servers));
        }
        return meant;
    }

    private static Stream<String> servers(Pool pool) {
        return pool.sources().stream().map(Source::toString);
    }

    /** Returns whether a pool has this name: the configuration's, the status's, or either without the listener's port. */
    private static boolean isNamed(Pool pool, String name) {
        return Stream.of(name, POOL + name)
                .anyMatch(each -> pool.name().equals(each)
                        || (pool.name().startsWith(each + ":")
                                && pool.name().substring(each.length() + 1).matches("\\d+")));
    }

    private static String plain(String name, Set<Pool> pools) {
        boolean table = pools.stream().anyMatch(pool -> isNamed(pool, POOL + name));
        return table && !name.startsWith(POOL) ? POOL + name : name;
    }

    private static void requireOthers(BackendRequest request, Set<Pool> pools) throws RequestRefusedException {
        List<String> bereft = new ArrayList<>();
        for (Pool pool : pools) {
            Set<Source> gone = pool.sources().stream()
                    .filter(source -> source.toString().equals(request.address()))
                    .collect(Collectors.toSet());
            if (pool.isLive() && !pool.isLiveWithout(gone)) {
                bereft.add(pool.name());
            }
        }
        if (!bereft.isEmpty() && !request.term().force()) {
            throw new RequestRefusedException(request.address() + " is the last live backend of "
                    + String.join(", ", bereft) + "; add --force to leave that without one");
        }
    }

    private static RequestRefusedException unknown(String what, String name, Stream<String> all) {
        return UnknownName.refusal(what, name, all.collect(Collectors.toCollection(TreeSet::new)));
    }
}
