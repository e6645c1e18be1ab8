package dev.refractium.server.config;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * The TOML key that a record component is read from, with its default and its range, as docs/configuration.md has them.
 * Durations and sizes are written with a unit. The records are the only place that says so: the reader, the builders,
 * and the test of the document go by these annotations.
 */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.RECORD_COMPONENT)
public @interface Key {
    /** The default of a key that is empty where nothing is said; a method of the record may say what that means. */
    String UNSET = "unset";

    /** The default of a key that has none. */
    String REQUIRED = "required";

    /** The key's name in the file. */
    String value();

    /** The key's value where nothing is said; of a key that takes a table, that table's keys say so. */
    String initial() default UNSET;

    /** The smallest value of a number, duration or size. */
    String min() default "0";

    /** The largest value of a number, duration or size. */
    String max() default "2147483647";
}
