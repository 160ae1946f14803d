package io.evenkeel.l7.rule;

import io.evenkeel.l7.http.Bytes;
import io.evenkeel.l7.http.MessageHead;
import java.net.InetAddress;
import java.util.List;
import java.util.function.Predicate;

/**
 * Something that is true of a message and its connection, or is not. Immutable.
 *
 * <p>Called on event loops; must not block or lock.
 */
@FunctionalInterface
public interface Condition {

    /** True of everything. */
    Condition ALWAYS = (head, origin) -> true;

    /** True of nothing. */
    Condition NEVER = (head, origin) -> false;

    /**
     * Decides.
     *
     * @param head the message
     * @param origin where the request came from
     * @return whether it is true
     */
    boolean matches(MessageHead head, Origin origin);

    /** That something is found that matches. */
    static Condition of(Fetch fetch, Match match) {
        return (head, origin) -> fetch.any(head, origin, match);
    }

    /** That a text matches that is made of the message. */
    static Condition text(Format format, Match match) {
        return (head, origin) -> {
            byte[] text = Bytes.of(format.text(head, origin));
            return match.matches(text, 0, text.length);
        };
    }

    /** That a number is in a range. */
    static Condition inRange(Fetch fetch, long least, long most) {
        return (head, origin) -> {
            long number = fetch.number(head, origin);
            return number >= least && number <= most;
        };
    }

    /** That the client is one of some. */
    static Condition source(Predicate<InetAddress> clients) {
        return (head, origin) -> {
            InetAddress address = origin.address().getAddress();
            return address != null && clients.test(address);
        };
    }

    /** That all of some conditions are true. */
    static Condition all(List<Condition> conditions) {
        List<Condition> needed =
                conditions.stream().filter(c -> !c.equals(ALWAYS)).toList();
        if (needed.isEmpty() || needed.contains(NEVER)) {
            return needed.isEmpty() ? ALWAYS : NEVER;
        }
        if (needed.size() == 1) {
            return needed.get(0);
        }
        Condition[] all = needed.toArray(Condition[]::new);
        return (head, origin) -> {
            for (Condition condition : all) {
                if (!condition.matches(head, origin)) {
                    return false;
                }
            }
            return true;
        };
    }

    /** That one of some conditions is true. */
    static Condition any(List<Condition> conditions) {
        List<Condition> possible =
                conditions.stream().filter(c -> !c.equals(NEVER)).toList();
        if (possible.isEmpty() || possible.contains(ALWAYS)) {
            return possible.isEmpty() ? NEVER : ALWAYS;
        }
        if (possible.size() == 1) {
            return possible.get(0);
        }
        Condition[] any = possible.toArray(Condition[]::new);
        return (head, origin) -> {
            for (Condition condition : any) {
                if (condition.matches(head, origin)) {
                    return true;
                }
            }
            return false;
        };
    }

    /** That this one is not true. */
    default Condition negate() {
        if (this.equals(ALWAYS)) {
            return NEVER;
        }
        return this.equals(NEVER) ? ALWAYS : (head, origin) -> !matches(head, origin);
    }

    /** That this one and another are true. */
    default Condition and(Condition other) {
        return all(List.of(this, other));
    }
}
