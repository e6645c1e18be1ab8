package dev.refractium.server.it.support;

import dev.refractium.api.Chunk;
import dev.refractium.api.Direction;
import dev.refractium.api.Hook;
import dev.refractium.api.Session;
import dev.refractium.api.SessionEnd;
import dev.refractium.api.Tap;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.LongAdder;

/** A hook that wants every byte of many sessions, and notes where one is out of place. Any thread. */
public final class InOrder implements Hook {
    private final Queue<String> wrong = new ConcurrentLinkedQueue<>();
    private final LongAdder shown = new LongAdder();
    private final LongAdder lost = new LongAdder();

    @Override
    public String name() {
        return "in-order";
    }

    @Override
    public Set<Direction> bytes() {
        return EnumSet.allOf(Direction.class);
    }

    @Override
    public Tap open(Session session) {
        return new Following(session.id());
    }

    /** Returns what was out of order; empty if nothing was. */
    public List<String> wrong() {
        return List.copyOf(wrong);
    }

    /** Bytes that taps were given. */
    public long shown() {
        return shown.sum();
    }

    /** Returns how many bytes were reported lost to taps. */
    public long lost() {
        return lost.sum();
    }

    private final class Following implements Tap {
        private final String id;
        private final Map<Direction, Long> at = new EnumMap<>(Direction.class);

        Following(String id) {
            this.id = id;
        }

        @Override
        public void data(Chunk chunk) {
            int length = chunk.bytes().remaining();
            if (chunk.offset() != advance(chunk.direction(), length)) {
                wrong.add(id + " " + chunk.direction() + " is out of order at " + chunk.offset());
            }
            shown.add(length);
        }

        @Override
        public void lost(Direction direction, long bytes) {
            advance(direction, bytes);
            lost.add(bytes);
        }

        @Override
        public void closed(SessionEnd end) {
            for (Direction direction : Direction.values()) {
                if (advance(direction, 0) != end.bytes(direction)) {
                    wrong.add(id + " " + direction + " is not complete");
                }
            }
        }

        /** Returns where the direction stood. */
        private long advance(Direction direction, long length) {
            return at.merge(direction, length, Long::sum) - length;
        }
    }
}
