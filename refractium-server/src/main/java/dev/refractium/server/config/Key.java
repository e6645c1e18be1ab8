package dev.refractium.server.config;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * The TOML key that a record component is read from, and the numbers that it takes. The records are the only place
 * that says so: the reader, the flags and the test of docs/configuration.md go by these annotations.
 */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.RECORD_COMPONENT)
public @interface Key {
    /** The key's name in the file. */
    String value();

    /** The smallest number allowed, in the key's own unit. */
    long min() default 0;

    /** The largest number allowed, in the key's own unit. */
    long max() default Integer.MAX_VALUE;
}
