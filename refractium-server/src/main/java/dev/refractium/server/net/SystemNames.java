package dev.refractium.server.net;

import io.netty.resolver.HostsFileEntriesProvider;
import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Names as the machine's files say: the hosts file first, then the name servers of resolv.conf. Follows both. */
final class SystemNames implements NameService {
    /** Looking at the file costs little, so that a change is noticed soon. */
    private static final Duration HOSTS_TTL = Duration.ofSeconds(5);

    private final DnsClient client;
    private final FollowedFile<ResolvConf> configuration;
    private final FollowedFile<Map<String, List<InetAddress>>> hosts;

    SystemNames(DnsClient client) {
        this(client, Path.of("/etc/resolv.conf"), hostsFile());
    }

    SystemNames(DnsClient client, Path resolvConf, Path hosts) {
        this.client = client;
        this.configuration = new FollowedFile<>(resolvConf, ResolvConf::parse);
        this.hosts = new FollowedFile<>(hosts, SystemNames::entries);
    }

    @Override
    public NameAnswer ask(NameQuestion question) throws UnknownHostException {
        if (!question.isService()) {
            String name = question.name().toLowerCase(Locale.ROOT);
            List<InetAddress> known =
                    hosts.content().get(name.endsWith(".") ? name.substring(0, name.length() - 1) : name);
            if (known != null) {
                return NameAnswer.of(known, Optional.of(HOSTS_TTL), "hosts");
            }
        }
        return new DnsNames(client, configuration.content()).ask(question);
    }

    private static Map<String, List<InetAddress>> entries(List<String> lines) {
        try {
            HostsFileEntriesProvider read =
                    HostsFileEntriesProvider.parser().parse(new StringReader(String.join("\n", lines)));
            Map<String, List<InetAddress>> entries = new HashMap<>();
            List.of(read.ipv4Entries(), read.ipv6Entries())
                    .forEach(family -> family.forEach(
                            (name, addresses) -> entries.computeIfAbsent(name, first -> new ArrayList<>())
                                    .addAll(addresses)));
            return entries;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Path hostsFile() {
        String windows = System.getenv("SystemRoot");
        return windows == null ? Path.of("/etc/hosts") : Path.of(windows, "System32", "drivers", "etc", "hosts");
    }
}
