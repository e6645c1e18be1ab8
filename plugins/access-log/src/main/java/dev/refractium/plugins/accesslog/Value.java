package dev.refractium.plugins.accesslog;

import java.util.List;
import java.util.Map;

/**
 * What a {@link Field} writes its value to, once at most; a field that writes nothing has none in this line. Whatever a
 * text has in it, it neither ends the line nor the value.
 */
interface Value {
    void text(String value);

    void attributes(Map<String, List<String>> values);

    void number(long value);

    /** Writes a number with three places behind the point. */
    void thousandths(long value);

    /** Writes that there is no value. */
    void none();
}
