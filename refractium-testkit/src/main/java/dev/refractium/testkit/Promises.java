package dev.refractium.testkit;

import dev.refractium.api.Identification;
import dev.refractium.api.Identification.Verdict;
import dev.refractium.api.Protocol;
import dev.refractium.api.Transport;
import java.util.Random;
import java.util.function.Supplier;

/**
 * What a protocol promises for any bytes, its own or not: no throw, answers that only move forward and do not depend on
 * how the bytes were cut, work that grows with the bytes. {@link ProtocolContract} tries it with samples and spoiled
 * copies of them; a fuzzer can try it with anything. One thread at a time.
 */
public final class Promises {
    private static final int SEED = 3;

    private final Protocol protocol;

    /** The promises of {@code protocol}. */
    public Promises(Protocol protocol) {
        this.protocol = protocol;
    }

    /**
     * What the protocol answers to all of {@code bytes}, after every promise was tried on them. To an empty stream it is
     * that more is needed: a host does not ask before the first byte.
     *
     * @throws AssertionError which names the promise that was broken, and shows the bytes; a throw of the protocol itself
     *     goes through
     */
    public Identification answer(Transport transport, byte[] bytes) {
        if (transport == Transport.TCP && bytes.length == 0) {
            return Identification.needMore(1);
        }
        Asking whole = Asking.allAtOnce(protocol, transport, bytes);
        Identification answer = whole.answer();
        boolean ruledOut = bytes.length > 0 && !protocol.canStartWith(bytes[0] & 0xff);
        check(whole.isLinear(), bytes, () -> "too much work: " + whole);
        check(!ruledOut || answer.verdict() == Verdict.NO_MATCH, bytes, () -> "canStartWith says no, but " + whole);
        check(
                protocol.attributes().containsAll(answer.attributes().keySet()),
                bytes,
                () -> "attributes that are not declared: " + whole);
        if (transport == Transport.TCP) {
            moveForward(bytes);
            cutsDoNotMatter(bytes);
        }
        return answer;
    }

    /** Asks after each byte: afresh, with the note of the answer before, as if it were the last. */
    void moveForward(byte[] bytes) {
        Identification last = Identification.needMore(0);
        Identification promise = last;
        for (int length = 1; length <= bytes.length; length++) {
            Identification before = last;
            Identification promised = promise;
            int now = length;
            Identification fresh = ask(protocol, BytesPeek.tcp(bytes).first(now));
            Identification noted = ask(protocol, BytesPeek.tcp(bytes).first(now).note(before.note()));

            Identification ended = ask(protocol, BytesPeek.tcp(bytes).first(now).ended());

            check(Asking.mayFollow(fresh, ended), bytes, () -> fresh + " became " + ended + " at the end, " + now);
            check(Asking.mayFollow(before, fresh), bytes, () -> before + " became " + fresh + " after " + now);
            check(
                    Asking.same(fresh, noted) && fresh.atLeast() == noted.atLeast(),
                    bytes,
                    () -> fresh + " afresh, " + noted + " with a note after " + now);
            check(
                    now >= promised.atLeast() || fresh.verdict() == promised.verdict(),
                    bytes,
                    () -> promised + " asked for too much, it is " + fresh + " after " + now);
            promise = fresh.atLeast() >= promise.atLeast() ? fresh : promise;
            last = noted;
        }
    }

    void cutsDoNotMatter(byte[] bytes) {
        Random random = new Random(SEED);
        agree(bytes, Asking.byteByByte(protocol, bytes));
        agree(bytes, Asking.inPieces(protocol, bytes, at -> 3));
        agree(bytes, Asking.inPieces(protocol, bytes, at -> 1 + random.nextInt(40)));
    }

    void agree(byte[] bytes, Asking cut) {
        Asking whole = Asking.allAtOnce(protocol, Transport.TCP, bytes);

        check(cut.agreesWith(whole), bytes, () -> whole + " at once, but " + cut);
        check(cut.isLinear() && whole.isLinear(), bytes, () -> "too much work: " + whole + " at once, " + cut);
    }

    /** One call, as a host makes it. */
    static Identification ask(Protocol protocol, BytesPeek peek) {
        Identification answer = protocol.identify(peek);
        peek.dead();
        return answer;
    }

    /** The message is made for the few that fail: most of the time of many samples would go into it. */
    private static void check(boolean holds, byte[] bytes, Supplier<String> message) {
        if (!holds) {
            throw new AssertionError(message.get() + ": " + Bytes.show(bytes));
        }
    }
}
