package dev.refractium.server.it.support;

/** Whether tests shall run at their full length, by {@code -Drefractium.full=true}: minutes instead of seconds. */
public final class Full {
    private Full() {}

    public static boolean is() {
        return Boolean.getBoolean("refractium.full");
    }
}
