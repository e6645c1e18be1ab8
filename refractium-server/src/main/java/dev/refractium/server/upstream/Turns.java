package dev.refractium.server.upstream;

import java.util.List;
import java.util.function.Predicate;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/** Round robin over those elements of a list that qualify. */
final class Turns {
    private Turns() {}

    /** As {@link #nth(List, int, Predicate, ToIntFunction)}, with one turn for each element. */
    static <T> @Nullable T nth(List<T> list, int turn, Predicate<T> qualifies) {
        return nth(list, turn, qualifies, one -> 1);
    }

    /**
     * Returns the element whose turn it is, or null if none qualifies. Only elements that qualify are counted, so that
     * the share of the others is spread over all of them.
     *
     * @param turns how many turns in a row an element has
     */
    static <T> @Nullable T nth(List<T> list, int turn, Predicate<T> qualifies, ToIntFunction<T> turns) {
        int qualified = 0;
        for (int i = 0; i < list.size(); i++) {
            qualified += qualifies.test(list.get(i)) ? turns.applyAsInt(list.get(i)) : 0;
        }
        if (qualified == 0) {
            return null;
        }
        int skip = Math.floorMod(turn, qualified);
        T found = null;
        for (int i = 0; i < list.size(); i++) {
            T one = list.get(i);
            if (qualifies.test(one)) {
                found = one;
                skip -= turns.applyAsInt(one);
                if (skip < 0) {
                    break;
                }
            }
        }
        return found;
    }
}
