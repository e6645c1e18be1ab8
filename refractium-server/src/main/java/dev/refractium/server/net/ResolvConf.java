package dev.refractium.server.net;

import io.netty.util.NetUtil;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Which name servers are asked, and for which names: what resolv.conf(5) says. Its options other than {@code ndots} are
 * not read. Immutable.
 *
 * @param servers not empty, in the order that they are asked in
 * @param search domains that a short name is tried in
 * @param ndots a name with fewer dots is tried in these domains first
 */
record ResolvConf(List<InetSocketAddress> servers, List<String> search, int ndots) {
    private static final int PORT = 53;
    private static final int MOST_NDOTS = 15;
    private static final int MOST_DOMAINS = 6;

    /** As resolv.conf(5) has it for a file without name servers. */
    private static final InetSocketAddress LOCAL = new InetSocketAddress(InetAddress.getLoopbackAddress(), PORT);

    ResolvConf {
        servers = servers.isEmpty() ? List.of(LOCAL) : List.copyOf(servers);
        search = List.copyOf(search);
    }

    /** These servers alone, asked for each name as it is. */
    ResolvConf(List<InetSocketAddress> servers) {
        this(servers, List.of(), 0);
    }

    /** Reads the lines of a file; a line that makes no sense is passed over, as everywhere. */
    static ResolvConf parse(List<String> lines) {
        List<InetSocketAddress> servers = new ArrayList<>();
        List<String> search = List.of();
        int ndots = 1;
        for (String line : lines) {
            String[] words = line.strip().split("\\s+");
            List<String> values = List.of(words).subList(1, words.length);
            switch (words[0]) {
                case "nameserver" ->
                    values.stream().limit(1).forEach(text -> server(text).ifPresent(servers::add));
                case "domain" -> search = values.stream().limit(1).toList();
                case "search" -> search = values.stream().limit(MOST_DOMAINS).toList();
                case "options" ->
                    ndots = values.stream()
                            .filter(option -> option.matches("ndots:[0-9]{1,3}"))
                            .map(option -> Math.min(MOST_NDOTS, Integer.parseInt(option.substring("ndots:".length()))))
                            .reduce(ndots, (first, second) -> second);
                default -> {
                    // A comment, or what name servers of other kinds need.
                }
            }
        }
        return new ResolvConf(servers, search, ndots);
    }

    private static Optional<InetSocketAddress> server(String text) {
        int zone = text.indexOf('%');
        byte[] bytes = NetUtil.createByteArrayFromIpAddressString(zone < 0 ? text : text.substring(0, zone));
        if (bytes == null) {
            return Optional.empty();
        }
        try {
            InetAddress address = zone < 0
                    ? InetAddress.getByAddress(bytes)
                    : Inet6Address.getByAddress(null, bytes, NetworkInterface.getByName(text.substring(zone + 1)));
            return Optional.of(new InetSocketAddress(address, PORT));
        } catch (UnknownHostException | SocketException e) {
            // Its interface is not there.
            return Optional.empty();
        }
    }

    /** Returns the full names that a name may be short for, each with its final dot, in the order they are tried in. */
    List<String> candidates(String name) {
        if (name.endsWith(".")) {
            return List.of(name);
        }
        List<String> candidates = new ArrayList<>();
        for (String domain : search) {
            String dotted = domain.endsWith(".") ? domain : domain + ".";
            candidates.add(dotted.equals(".") ? name + "." : name + "." + dotted);
        }
        boolean dotted = name.chars().filter(c -> c == '.').count() >= ndots;
        candidates.add(dotted ? 0 : candidates.size(), name + ".");
        return candidates.stream().distinct().toList();
    }
}
