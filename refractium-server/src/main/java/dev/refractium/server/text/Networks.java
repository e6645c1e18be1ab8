package dev.refractium.server.text;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * A set of networks, for up to 100,000 prefixes. A prefix that another one contains is dropped, so that sets are equal
 * if they were given the same networks, in any order. Immutable; any thread.
 */
public final class Networks {
    /** The set without a network. */
    public static final Networks NONE = new Networks(List.of());

    /** How many networks are shown. */
    private static final int SHOWN = 4;

    private final Family v4;
    private final Family v6;

    private Networks(Collection<Network> networks) {
        List<Network> outermost = new ArrayList<>();
        for (Network network : networks.stream().sorted().toList()) {
            Network last = outermost.isEmpty() ? network : outermost.get(outermost.size() - 1);
            boolean within = last.v6() == network.v6() && last.contains(network.high(), network.low());
            if (outermost.isEmpty() || !within) {
                outermost.add(network);
            }
        }
        this.v4 = new Family(false, outermost);
        this.v6 = new Family(true, outermost);
    }

    /** Returns the set of these networks. */
    public static Networks of(Collection<Network> networks) {
        return networks.isEmpty() ? NONE : new Networks(networks);
    }

    /** Returns the networks of both. */
    public Networks and(Networks other) {
        if (isEmpty() || other.isEmpty()) {
            return isEmpty() ? other : this;
        }
        return new Networks(Stream.concat(networks(), other.networks()).toList());
    }

    /**
     * Returns whether one of the networks has this address, by two binary searches at most. Allocates nothing but the
     * bytes that the address hands out, and not even these if the set is empty.
     */
    public boolean contains(InetAddress address) {
        if (isEmpty()) {
            return false;
        }
        byte[] bytes = address.getAddress();
        long high = Network.bits(bytes, 0);
        long low = Network.bits(bytes, 8);
        if (bytes.length == 4) {
            return v4.contains(high, 0);
        }
        boolean mapped = high == 0 && low >>> 32 == 0xffff;
        return mapped ? v4.contains(low << 32, 0) : v6.contains(high, low);
    }

    /** Returns whether it has no address. */
    public boolean isEmpty() {
        return size() == 0;
    }

    /** Returns the number of networks that no other one of the set contains. */
    public int size() {
        return v4.length.length + v6.length.length;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Networks networks && v4.isSame(networks.v4) && v6.isSame(networks.v6);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(v4.high) * 31 + Arrays.hashCode(v6.high);
    }

    /** Returns the first of the networks in their order, and how many there are more. */
    @Override
    public String toString() {
        String more = size() > SHOWN ? " and " + (size() - SHOWN) + " more" : "";
        return networks().limit(SHOWN).map(Network::toString).collect(Collectors.joining(", ")) + more;
    }

    private Stream<Network> networks() {
        return IntStream.range(0, size())
                .mapToObj(i -> i < v4.length.length ? v4.network(i) : v6.network(i - v4.length.length));
    }

    /** The networks of one address family: disjoint, sorted by their first address. */
    private static final class Family {
        private final boolean v6;
        private final long[] high;
        private final long[] low;
        private final byte[] length;

        /** @param all sorted and disjoint, of both families */
        Family(boolean v6, List<Network> all) {
            List<Network> own =
                    all.stream().filter(network -> network.v6() == v6).toList();
            this.v6 = v6;
            this.high = own.stream().mapToLong(Network::high).toArray();
            this.low = own.stream().mapToLong(Network::low).toArray();
            this.length = new byte[own.size()];
            for (int i = 0; i < length.length; i++) {
                length[i] = (byte) own.get(i).length();
            }
        }

        boolean contains(long addressHigh, long addressLow) {
            int at = lastUpTo(addressHigh, addressLow);
            return at >= 0 && Network.matches(addressHigh, addressLow, high[at], low[at], length[at] & 0xff);
        }

        /** Returns the last network whose first address is not beyond this one; -1 if there is none. */
        private int lastUpTo(long addressHigh, long addressLow) {
            int from = 0;
            int to = length.length - 1;
            while (from <= to) {
                int middle = (from + to) >>> 1;
                int order = Long.compareUnsigned(high[middle], addressHigh);
                if (order < 0 || (order == 0 && Long.compareUnsigned(low[middle], addressLow) <= 0)) {
                    from = middle + 1;
                } else {
                    to = middle - 1;
                }
            }
            return to;
        }

        boolean isSame(Family other) {
            return Arrays.equals(high, other.high)
                    && Arrays.equals(low, other.low)
                    && Arrays.equals(length, other.length);
        }

        Network network(int i) {
            return new Network(v6, high[i], low[i], length[i] & 0xff);
        }
    }
}
