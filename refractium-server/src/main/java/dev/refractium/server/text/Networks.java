package dev.refractium.server.text;

import java.net.InetAddress;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * A set of networks, for up to 100,000 prefixes, which may contain one another. Sets are equal if they were given the
 * same networks, in any order. Immutable; any thread.
 */
public final class Networks {
    /** The set without a network. */
    public static final Networks NONE = new Networks(List.of());

    /** How many networks are shown. */
    private static final int SHOWN = 4;

    private final Family v4;
    private final Family v6;

    private Networks(Collection<Network> networks) {
        List<Network> sorted = networks.stream().sorted().distinct().toList();
        this.v4 = new Family(false, sorted);
        this.v6 = new Family(true, sorted);
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

    /** Returns whether one of the networks has this address; costs as much as {@link #lengthOf}. */
    public boolean contains(InetAddress address) {
        return lengthOf(address) >= 0;
    }

    /**
     * Returns the length of the longest prefix that has this address, or -1 if none has it; by one binary search.
     * Allocates nothing but the bytes that the address hands out, and not even these if the set is empty.
     */
    public int lengthOf(InetAddress address) {
        if (isEmpty()) {
            return -1;
        }
        byte[] bytes = address.getAddress();
        long high = Network.bits(bytes, 0);
        long low = Network.bits(bytes, 8);
        if (bytes.length == 4) {
            return v4.lengthOf(high, 0);
        }
        boolean mapped = high == 0 && low >>> 32 == 0xffff;
        return mapped ? v4.lengthOf(low << 32, 0) : v6.lengthOf(high, low);
    }

    /** Returns the length of the longest prefix; -1 if there is none. */
    public int longest() {
        return Math.max(v4.longest, v6.longest);
    }

    /** Returns whether it has no address. */
    public boolean isEmpty() {
        return size() == 0;
    }

    /** Returns the number of networks. */
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

    /** The networks of one address family, sorted by their first address and then by their length. */
    private static final class Family {
        private final boolean v6;
        private final long[] high;
        private final long[] low;
        private final byte[] length;

        /** The smallest of the others that each lies in, which stands before it; -1 for none. */
        private final int[] outer;

        private final int longest;

        /** @param all sorted, of both families, each once */
        Family(boolean v6, List<Network> all) {
            List<Network> own =
                    all.stream().filter(network -> network.v6() == v6).toList();
            this.v6 = v6;
            this.high = own.stream().mapToLong(Network::high).toArray();
            this.low = own.stream().mapToLong(Network::low).toArray();
            this.length = new byte[own.size()];
            this.outer = new int[own.size()];
            this.longest = own.stream().mapToInt(Network::length).max().orElse(-1);
            for (int i = 0; i < length.length; i++) {
                length[i] = (byte) own.get(i).length();
                outer[i] = smallest(i - 1, high[i], low[i]);
            }
        }

        /** Returns the length of the longest prefix that has this address; -1 if none has it. */
        int lengthOf(long addressHigh, long addressLow) {
            int at = smallest(lastUpTo(addressHigh, addressLow), addressHigh, addressLow);
            return at < 0 ? -1 : length[at] & 0xff;
        }

        /**
         * Returns the smallest network that has this address; -1 if none has it.
         *
         * @param last the last whose first address is not beyond this one: each that has the address is that one, or
         *     contains it
         */
        private int smallest(int last, long addressHigh, long addressLow) {
            int at = last;
            while (at >= 0 && !Network.matches(addressHigh, addressLow, high[at], low[at], length[at] & 0xff)) {
                at = outer[at];
            }
            return at;
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
