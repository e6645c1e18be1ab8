package dev.refractium.api;

/**
 * The version of this API, which a plugin's {@code Plugin-Requires} manifest attribute is checked against. Immutable
 * and safe from any thread.
 *
 * @since 0.1.0
 */
public final class ApiVersion {
    private static final String CURRENT = "0.1.0";

    private ApiVersion() {}

    /** The version of the API classes that this call is answered by, as {@code major.minor.patch}. */
    public static String current() {
        return CURRENT;
    }
}
