package io.evenkeel.l7.marathonlb;

import io.evenkeel.discovery.Service;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A share of a port's requests that concerns another port. Immutable.
 *
 * @param application the other's application
 * @param portIndex the index of its port
 * @param percent how much of all, 1 to 100
 */
public record TrafficShare(String application, int portIndex, int percent) {

    private static final Pattern TEXT = Pattern.compile("(/[^\\s:,]+)(?::([0-9]{1,3}))?\\s+([0-9]{1,3})\\s*%");

    /** Reads {@code /shop/web:0 10%}, in which the index may be left out; nothing if it is none. */
    static Optional<TrafficShare> parse(String text) {
        Matcher matcher = TEXT.matcher(text);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        OptionalInt percent = OwnValues.number(matcher.group(3), 1, 100);
        int index = matcher.group(2) == null ? 0 : Integer.parseInt(matcher.group(2));
        return percent.isEmpty()
                ? Optional.empty()
                : Optional.of(new TrafficShare(matcher.group(1), index, percent.getAsInt()));
    }

    /** Whether it concerns a port: one of the same source, unless it names the source as in {@code /web@east}. */
    boolean isOf(Service service, String namespace) {
        boolean named = service.namespace().equals(namespace)
                ? service.application().equals(application)
                : application.indexOf('@') > 0 && MarathonLbPlan.whose(service).equals(application);
        return named && service.portIndex() == portIndex;
    }

    @Override
    public String toString() {
        return application + ":" + portIndex + " " + percent + "%";
    }
}
