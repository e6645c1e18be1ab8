package dev.refractium.server.config;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * The TOML key of a record component, with its default and its range, as in the pages of docs/configuration. Durations
 * and sizes are written with a unit. This is the only place for them: the reader, the builders, and the test of the
 * pages use these annotations.
 */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.RECORD_COMPONENT)
public @interface Key {
    /**
     * The default of a key that is empty unless it is set; a method of the record may have the rule for an empty value.
     */
    String UNSET = "unset";

    /** The default of a key that has none. */
    String REQUIRED = "required";

    /** The key's name in the file. */
    String value();

    /** The key's value if it is not set; a key that takes a table has the defaults of that table's keys. */
    String initial() default UNSET;

    /** The smallest value of a number, duration or size. */
    String min() default "0";

    /** The largest value of a number, duration or size. */
    String max() default "2147483647";
}
