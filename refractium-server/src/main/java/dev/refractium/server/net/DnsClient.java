package dev.refractium.server.net;

import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.AddressedEnvelope;
import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.netty.channel.SingleThreadIoEventLoop;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioDatagramChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.codec.dns.DefaultDnsQuestion;
import io.netty.handler.codec.dns.DnsRecordType;
import io.netty.handler.codec.dns.DnsResponse;
import io.netty.resolver.dns.DnsNameResolver;
import io.netty.resolver.dns.DnsNameResolverBuilder;
import io.netty.resolver.dns.DnsNameResolverChannelStrategy;
import io.netty.resolver.dns.DnsServerAddresses;
import io.netty.resolver.dns.NoopAuthoritativeDnsServerCache;
import io.netty.resolver.dns.NoopDnsCache;
import io.netty.resolver.dns.NoopDnsCnameCache;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.Future;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Asks name servers single questions, by Netty's client: each question has a socket, so a port, and a random id of its
 * own, and what is too long for a datagram is asked again by TCP. It has a thread of its own, started by the first
 * question, so that no session's loop ever waits for a name. Any thread but that one.
 */
final class DnsClient implements AutoCloseable {
    /** How many questions may be under way; each has a socket, and a second one while it is asked by TCP. */
    static final int QUESTIONS = 64;

    private static final int TIMEOUT_MS = 2_000;

    /** By UDP, then by TCP, with a margin. */
    private static final int PATIENCE_MS = 2 * TIMEOUT_MS + 500;

    /** What passes through every network in one piece. */
    private static final int DATAGRAM = 1_232;

    /** The longest chain of aliases whose parts are not in one reply. */
    private static final int ALIASES = 8;

    private final Semaphore permits = new Semaphore(QUESTIONS);

    /** Guarded by this object's monitor, as is {@code resolver}. Null before the first question. */
    private @Nullable EventLoop loop;

    private @Nullable DnsNameResolver resolver;
    private boolean closed;

    /** A question under way. */
    record Asked(CompletableFuture<DnsReply> reply) {
        /** Waits for the reply, for a limited time; after that the question is given up. */
        DnsReply await() {
            try {
                return reply.get(PATIENCE_MS, TimeUnit.MILLISECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return givenUp("interrupted");
            } catch (TimeoutException e) {
                return givenUp("no reply within " + PATIENCE_MS + " ms");
            } catch (ExecutionException e) {
                return DnsReply.failed(DnsReplyReader.reason(e));
            }
        }

        private DnsReply givenUp(String reason) {
            DnsReply failed = DnsReply.failed(reason);
            reply.complete(failed);
            return failed;
        }
    }

    /** Sends a question; waits while too many are under way. */
    Asked ask(InetSocketAddress server, String name, DnsRecordType type) {
        CompletableFuture<DnsReply> reply = new CompletableFuture<>();
        try {
            if (!permits.tryAcquire(PATIENCE_MS, TimeUnit.MILLISECONDS)) {
                return new Asked(CompletableFuture.completedFuture(DnsReply.failed("too many questions under way")));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new Asked(CompletableFuture.completedFuture(DnsReply.failed("interrupted")));
        }
        reply.whenComplete((done, thrown) -> permits.release());
        send(new DnsReplyReader(server, name, type), ALIASES, reply);
        return new Asked(reply);
    }

    private void send(DnsReplyReader reader, int aliases, CompletableFuture<DnsReply> reply) {
        try {
            resolver()
                    .query(reader.server(), new DefaultDnsQuestion(reader.name(), reader.type()))
                    .addListener((Future<AddressedEnvelope<DnsResponse, InetSocketAddress>> done) ->
                            received(done, reader, aliases, reply));
        } catch (Throwable e) {
            // A thread that does not start, or a socket that cannot be had.
            reply.completeExceptionally(e);
        }
    }

    private void received(
            Future<AddressedEnvelope<DnsResponse, InetSocketAddress>> done,
            DnsReplyReader reader,
            int aliases,
            CompletableFuture<DnsReply> reply) {
        if (!done.isSuccess()) {
            reply.complete(DnsReply.failed(reader.failure(done.cause())));
            return;
        }
        AddressedEnvelope<DnsResponse, InetSocketAddress> envelope = done.getNow();
        try {
            DnsReply read = reader.read(envelope.content());
            DnsReplyReader next = reader.alias();
            if (next != null && aliases > 0) {
                send(next, aliases - 1, reply);
            } else {
                reply.complete(read);
            }
        } catch (Throwable e) {
            reply.completeExceptionally(e);
        } finally {
            envelope.release();
        }
    }

    private synchronized DnsNameResolver resolver() {
        if (closed) {
            throw new IllegalStateException("the server is closed");
        }
        if (loop == null) {
            loop = new SingleThreadIoEventLoop(
                    null, new DefaultThreadFactory("refractium-dns", true), NioIoHandler.newFactory());
        }
        if (resolver == null) {
            resolver = resolver(loop);
        }
        return resolver;
    }

    private static DnsNameResolver resolver(EventLoop loop) {
        return new DnsNameResolverBuilder(loop)
                .datagramChannelFactory(() -> unpooled(new NioDatagramChannel()))
                .socketChannelFactory(() -> unpooled(new NioSocketChannel()))
                .datagramChannelStrategy(DnsNameResolverChannelStrategy.ChannelPerResolution)
                .queryTimeoutMillis(TIMEOUT_MS)
                .maxPayloadSize(DATAGRAM)
                .recursionDesired(true)
                // Only single questions to servers that are named are asked, so that none of these is ever used.
                .queryServerAddressStream(
                        DnsServerAddresses.singleton(new InetSocketAddress(InetAddress.getLoopbackAddress(), 53))
                                .stream())
                .hostsFileEntriesResolver((name, types) -> null)
                .searchDomains(List.of())
                .ndots(0)
                .resolveCache(NoopDnsCache.INSTANCE)
                .cnameCache(NoopDnsCnameCache.INSTANCE)
                .authoritativeDnsServerCache(NoopAuthoritativeDnsServerCache.INSTANCE)
                .build();
    }

    /** A few hundred bytes now and then are not worth an arena of memory outside the heap. */
    private static <C extends Channel> C unpooled(C channel) {
        channel.config().setAllocator(new UnpooledByteBufAllocator(false));
        return channel;
    }

    @Override
    public synchronized void close() {
        closed = true;
        if (resolver != null) {
            resolver.close();
        }
        if (loop != null) {
            loop.shutdownGracefully(0, 1, TimeUnit.SECONDS);
        }
    }
}
