package dev.refractium.server.net;

import io.netty.handler.codec.dns.DnsRecordType;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Names as DNS has them. A server that fails is passed over for the next one. A name is never taken for another one
 * because its own question failed.
 */
final class DnsNames implements NameService {
    /** How often each server is asked before a question has failed. */
    private static final int ROUNDS = 2;

    /** No further server is asked after this time. */
    private static final long PATIENCE_NANOS = 8_000_000_000L;

    /** How many records of a service are used. */
    private static final int SERVICES = 64;

    private static final List<DnsRecordType> FAMILIES = List.of(DnsRecordType.A, DnsRecordType.AAAA);

    private final DnsClient client;
    private final ResolvConf configuration;

    DnsNames(DnsClient client, ResolvConf configuration) {
        this.client = client;
        this.configuration = configuration;
    }

    @Override
    public NameAnswer ask(NameQuestion question) throws UnknownHostException {
        String name = question.name().toLowerCase(Locale.ROOT);
        if (!question.isService() && isLocalhost(name)) {
            return NameAnswer.of(localhost(), Optional.empty(), "localhost");
        }
        Attempt attempt = new Attempt(question);
        NameAnswer answer = question.isService() ? attempt.services(name) : attempt.addresses(name);
        question.answered();
        return answer;
    }

    /** RFC 6761, section 6.3: such names are never asked for. */
    private static boolean isLocalhost(String name) {
        String bare = name.endsWith(".") ? name.substring(0, name.length() - 1) : name;
        return bare.equals("localhost") || bare.endsWith(".localhost");
    }

    private static List<InetAddress> localhost() throws UnknownHostException {
        byte[] six = new byte[16];
        six[15] = 1;
        return List.of(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), InetAddress.getByAddress(six));
    }

    /** One question with its answer. One use, one thread. */
    private final class Attempt {
        private final NameQuestion question;
        private final long begin = System.nanoTime();
        private long ttl = Integer.MAX_VALUE;

        /** The server that gave the first good reply. */
        private @Nullable String from;

        private @Nullable String trouble;

        Attempt(NameQuestion question) {
            this.question = question;
        }

        NameAnswer addresses(String name) throws UnknownHostException {
            for (String candidate : configuration.candidates(name)) {
                List<InetAddress> found = take(send(candidate));
                if (from != null) {
                    return answer(found.stream().map(NameAnswer.Member::new).toList());
                }
                if (trouble != null) {
                    // Another candidate would be another name: only a server's "no" leads there.
                    throw new UnknownHostException(trouble);
                }
            }
            throw new UnknownHostException("the name does not resolve");
        }

        NameAnswer services(String name) throws UnknownHostException {
            String full = name.endsWith(".") ? name : name + ".";
            DnsReply reply = new Single(full, DnsRecordType.SRV).reply();
            if (reply.outcome() != DnsReply.Outcome.RECORDS) {
                throw new UnknownHostException(
                        reply.outcome() == DnsReply.Outcome.FAILED ? reply.from() : "there is no such service");
            }
            from = reply.from();
            ttl = reply.ttl();
            List<DnsReply.Service> services = reply.services().stream()
                    .filter(service -> !service.target().isEmpty() && service.port() != 0)
                    .sorted(Comparator.comparingInt(DnsReply.Service::priority))
                    .limit(SERVICES)
                    .toList();
            List<List<Single>> asked =
                    services.stream().map(service -> send(service.target())).toList();
            List<NameAnswer.Member> members = new ArrayList<>();
            for (int i = 0; i < services.size(); i++) {
                DnsReply.Service service = services.get(i);
                List<InetAddress> found = take(asked.get(i));
                // A weight of 0 is far below 1, and above nothing.
                int weight = Math.max(1, service.weight() * NameAnswer.WEIGHT / Math.max(1, found.size()));
                found.forEach(address ->
                        members.add(new NameAnswer.Member(address, service.port(), service.priority(), weight)));
            }
            if (members.isEmpty()) {
                throw new UnknownHostException(trouble != null ? trouble : "the service is not available");
            }
            return answer(members);
        }

        private NameAnswer answer(List<NameAnswer.Member> members) {
            Duration whole = Duration.ofSeconds(ttl);
            return new NameAnswer(members, Optional.of(whole), String.valueOf(from), Optional.ofNullable(trouble));
        }

        private List<Single> send(String name) {
            return FAMILIES.stream().map(family -> new Single(name, family)).toList();
        }

        /** Returns the addresses of a name, of which those of a family may be older. */
        private List<InetAddress> take(List<Single> families) {
            List<InetAddress> found = new ArrayList<>();
            for (Single single : families) {
                DnsReply reply = single.reply();
                if (reply.outcome() == DnsReply.Outcome.RECORDS) {
                    from = from == null ? reply.from() : from;
                    ttl = Math.min(ttl, reply.ttl());
                    question.keep(single.key(), reply);
                } else if (reply.outcome() == DnsReply.Outcome.FAILED) {
                    trouble = reply.from();
                    DnsReply last = question.last(single.key());
                    reply = last == null ? reply : last;
                    if (last != null) {
                        question.keep(single.key(), last);
                    }
                }
                found.addAll(reply.addresses());
            }
            return found;
        }

        /** A single question, asked of one server after the other. */
        private final class Single {
            private final String name;
            private final DnsRecordType type;
            private final DnsClient.Asked first;

            Single(String name, DnsRecordType type) {
                this.name = name;
                this.type = type;
                this.first = client.ask(server(0), name, type);
            }

            String key() {
                return type.name() + " " + name;
            }

            DnsReply reply() {
                DnsReply reply = first.await();
                int most = configuration.servers().size() * ROUNDS;
                for (int i = 1; i < most && reply.outcome() == DnsReply.Outcome.FAILED && !isLate(); i++) {
                    reply = client.ask(server(i), name, type).await();
                }
                return reply;
            }

            private boolean isLate() {
                return System.nanoTime() - begin > PATIENCE_NANOS
                        || Thread.currentThread().isInterrupted();
            }

            private InetSocketAddress server(int turn) {
                return configuration
                        .servers()
                        .get(turn % configuration.servers().size());
            }
        }
    }
}
