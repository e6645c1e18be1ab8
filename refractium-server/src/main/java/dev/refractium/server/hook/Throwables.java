package dev.refractium.server.hook;

/**
 * Describes what a hook threw: a throwable of the hook's own would hold its class loader, and asking it runs its code.
 */
final class Throwables {
    private static final int LONGEST = 300;

    private Throwables() {}

    /** Never throws. */
    static String describe(Throwable thrown) {
        try {
            String text = thrown.toString();
            return text.length() <= LONGEST ? text : text.substring(0, LONGEST) + "…";
        } catch (Throwable whileAsking) {
            return thrown.getClass().getName();
        }
    }
}
