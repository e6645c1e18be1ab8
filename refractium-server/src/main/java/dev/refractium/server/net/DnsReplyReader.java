package dev.refractium.server.net;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.dns.DefaultDnsRecordDecoder;
import io.netty.handler.codec.dns.DnsRawRecord;
import io.netty.handler.codec.dns.DnsRecord;
import io.netty.handler.codec.dns.DnsRecordType;
import io.netty.handler.codec.dns.DnsResponse;
import io.netty.handler.codec.dns.DnsResponseCode;
import io.netty.handler.codec.dns.DnsSection;
import io.netty.resolver.dns.DnsNameResolverTimeoutException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Reads the reply to one question: follows the aliases in it (RFC 1034, section 3.6.2) and takes the records of the
 * question's type, for as long as the shortest TTL of them all. One use, one thread.
 */
final class DnsReplyReader {
    private final InetSocketAddress server;
    private final String asked;
    private final DnsRecordType type;
    private final List<InetAddress> addresses = new ArrayList<>();
    private final List<DnsReply.Service> services = new ArrayList<>();

    /** The name whose records are taken: an alias's own, in the end. */
    private String name;

    private long ttl;
    private boolean isAliasAlone;

    /** @param name with its final dot */
    DnsReplyReader(InetSocketAddress server, String name, DnsRecordType type) {
        this(server, name, type, Integer.MAX_VALUE);
    }

    private DnsReplyReader(InetSocketAddress server, String name, DnsRecordType type, long ttl) {
        this.server = server;
        this.asked = name;
        this.name = lower(name);
        this.type = type;
        this.ttl = ttl;
    }

    InetSocketAddress server() {
        return server;
    }

    String name() {
        return asked;
    }

    DnsRecordType type() {
        return type;
    }

    /** Reads a response, whose owner the caller stays. */
    DnsReply read(DnsResponse response) {
        DnsResponseCode code = response.code();
        if (code.equals(DnsResponseCode.NXDOMAIN)) {
            return DnsReply.none("name server " + text(server) + " knows no such name");
        }
        if (!code.equals(DnsResponseCode.NOERROR)) {
            return DnsReply.failed("name server " + text(server) + " answered "
                    + code.toString().toLowerCase(Locale.ROOT));
        }
        followAliases(response);
        for (int i = 0; i < response.count(DnsSection.ANSWER); i++) {
            DnsRecord one = response.recordAt(DnsSection.ANSWER, i);
            if (one instanceof DnsRawRecord raw
                    && one.type().equals(type)
                    && owner(one).equals(name)) {
                take(raw.content());
                ttl = Math.min(ttl, one.timeToLive());
            }
        }
        if (addresses.isEmpty() && services.isEmpty()) {
            isAliasAlone = !name.equals(lower(asked));
            return DnsReply.none("name server " + text(server) + " knows no address of the name");
        }
        return new DnsReply(DnsReply.Outcome.RECORDS, addresses, services, ttl, text(server));
    }

    /** Returns the question for what the reply named without a record of it; null if the reply is whole. */
    @Nullable
    DnsReplyReader alias() {
        return isAliasAlone ? new DnsReplyReader(server, name, type, ttl) : null;
    }

    /** Returns why no reply came, for a log. */
    String failure(Throwable thrown) {
        return thrown instanceof DnsNameResolverTimeoutException
                ? "name server " + text(server) + " does not answer"
                : "name server " + text(server) + ": " + reason(thrown);
    }

    static String reason(Throwable thrown) {
        Throwable root = thrown;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        String message = root.getMessage();
        return message == null ? root.getClass().getSimpleName() : message;
    }

    private void followAliases(DnsResponse response) {
        int count = response.count(DnsSection.ANSWER);
        // Each round follows one alias at least, or is the last one.
        for (int round = 0; round < count; round++) {
            String before = name;
            for (int i = 0; i < count; i++) {
                DnsRecord one = response.recordAt(DnsSection.ANSWER, i);
                if (one instanceof DnsRawRecord raw
                        && one.type().equals(DnsRecordType.CNAME)
                        && owner(one).equals(name)) {
                    name = lower(
                            DefaultDnsRecordDecoder.decodeName(raw.content().duplicate()));
                    ttl = Math.min(ttl, one.timeToLive());
                }
            }
            if (name.equals(before)) {
                return;
            }
        }
    }

    private void take(ByteBuf content) {
        ByteBuf data = content.duplicate();
        if (type.equals(DnsRecordType.SRV)) {
            int priority = data.readUnsignedShort();
            int weight = data.readUnsignedShort();
            int port = data.readUnsignedShort();
            String target = lower(DefaultDnsRecordDecoder.decodeName(data));
            services.add(new DnsReply.Service(priority, weight, port, target.equals(".") ? "" : target));
            return;
        }
        byte[] address = new byte[data.readableBytes()];
        data.readBytes(address);
        try {
            addresses.add(InetAddress.getByAddress(address));
        } catch (UnknownHostException e) {
            // Neither four bytes nor sixteen: no address.
        }
    }

    private static String owner(DnsRecord one) {
        return lower(one.name());
    }

    private static String lower(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        return lower.endsWith(".") ? lower : lower + ".";
    }

    private static String text(InetSocketAddress server) {
        String host = server.getAddress().getHostAddress();
        return (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + server.getPort();
    }
}
