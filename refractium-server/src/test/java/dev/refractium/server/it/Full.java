package dev.refractium.server.it;

/** Whether tests shall run at their full length, by {@code -Drefractium.full=true}: minutes instead of seconds. */
final class Full {
    private Full() {}

    static boolean is() {
        return Boolean.getBoolean("refractium.full");
    }
}
