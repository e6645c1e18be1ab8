package dev.refractium.plugins.tls;

import java.util.List;

/** The names of application protocols as routes ask for them. */
final class ProtocolNames {
    private static final String ACME = "acme-tls/1";
    private static final String ACME_AMONG_OTHERS = "acme-tls\\x2f1";

    private ProtocolNames() {}

    /** Returns a name, of which case counts, with those bytes as \xhh that are no printable ASCII, as those of GREASE. */
    static String printable(String name) {
        StringBuilder shown = new StringBuilder(name.length());
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            if (c > ' ' && c < 0x7f && c != '\\') {
                shown.append(c);
            } else {
                shown.append("\\x").append(Character.forDigit(c >> 4, 16)).append(Character.forDigit(c & 15, 16));
            }
        }
        return shown.toString();
    }

    /**
     * Writes {@code acme-tls/1} in another way where it is not alone: a validation of ACME offers nothing else (RFC 8737,
     * section 3), and no other client is to reach what answers it.
     */
    static void hideAcmeAmongOthers(List<String> names) {
        if (names.size() > 1) {
            names.replaceAll(name -> name.equals(ACME) ? ACME_AMONG_OTHERS : name);
        }
    }
}
