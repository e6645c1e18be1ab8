package dev.refractium.testkit;

import java.util.Locale;
import java.util.Random;

/** What the contract does with the bytes of a sample. */
final class Bytes {
    private Bytes() {}

    /** A copy with up to three faults: another value, a byte from elsewhere, the beginning again. */
    static byte[] spoil(byte[] bytes, Random random) {
        byte[] spoiled = bytes.clone();
        for (int i = random.nextInt(3); i >= 0 && spoiled.length > 0; i--) {
            int at = random.nextInt(spoiled.length);
            switch (random.nextInt(3)) {
                case 0 -> spoiled[at] = (byte) random.nextInt(256);
                case 1 -> spoiled[at] = spoiled[random.nextInt(spoiled.length)];
                default -> System.arraycopy(bytes, 0, spoiled, at, spoiled.length - at);
            }
        }
        return spoiled;
    }

    /** As text, for a message. */
    static String show(byte[] bytes) {
        StringBuilder shown = new StringBuilder();
        for (byte b : bytes) {
            shown.append(b >= ' ' && b < 0x7f ? String.valueOf((char) b) : String.format(Locale.ROOT, "\\x%02x", b));
        }
        return shown.toString();
    }
}
