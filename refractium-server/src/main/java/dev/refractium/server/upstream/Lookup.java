package dev.refractium.server.upstream;

import dev.refractium.server.net.NameAnswer;
import dev.refractium.server.net.NameResolver;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Resolves the name of a source and sets its addresses. Leaves out the listener's own, which would relay to itself. Any
 * thread.
 */
final class Lookup implements NameResolver.Watcher {
    private static final Logger log = LoggerFactory.getLogger(Lookup.class);

    private final Source source;
    private final int port;
    private final Predicate<InetSocketAddress> isListener;

    /** Both guarded by this object's monitor: the resolver and a reload use them from different threads. */
    private List<NameAnswer.Member> found = List.of();

    private boolean complained;

    Lookup(Source source, int port, Predicate<InetSocketAddress> isListener) {
        this.source = source;
        this.port = port;
        this.isListener = isListener;
    }

    @Override
    public synchronized void resolved(NameAnswer answer) {
        found = answer.members();
        if (setFound()) {
            answer.trouble().ifPresentOrElse(this::complain, this::recover);
        }
    }

    @Override
    public synchronized void unresolved(String reason) {
        complain(reason);
    }

    /** Returns whether an address is left that is not a listener's. */
    private boolean setFound() {
        List<NameAnswer.Member> others =
                found.stream().filter(member -> !is(member, isListener)).toList();
        if (others.isEmpty()) {
            complain("it resolves to the listener itself");
            return false;
        }
        source.members(others);
        return true;
    }

    private void recover() {
        if (complained) {
            complained = false;
            log.info("backend name resolves again backend={}", source);
        }
    }

    private void complain(String reason) {
        if (complained) {
            return;
        }
        complained = true;
        if (source.isUnresolved()) {
            log.warn("backend has no address backend={} reason=\"{}\"; trying again", source, reason);
        } else {
            log.warn("backend name does not resolve, last addresses stay backend={} reason=\"{}\"", source, reason);
        }
    }

    @Override
    public boolean isOver() {
        return source.isDropped();
    }

    /** Returns whether one of the addresses that were found fits. */
    synchronized boolean meets(Predicate<InetSocketAddress> such) {
        return found.stream().anyMatch(member -> is(member, such));
    }

    /** Filters the addresses of the last lookup again. */
    synchronized void again() {
        if (!found.isEmpty()) {
            setFound();
        }
    }

    private boolean is(NameAnswer.Member member, Predicate<InetSocketAddress> such) {
        return such.test(new InetSocketAddress(member.address(), member.port() == 0 ? port : member.port()));
    }
}
