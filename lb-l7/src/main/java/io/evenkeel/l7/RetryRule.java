package io.evenkeel.l7;

import java.util.List;

/**
 * After what a request is sent again that could be sent again at all, in place of what is usual: after a connection that
 * broke before the response, once. By this rule it is sent as often as the backend's limit and budget allow. Immutable.
 *
 * @param reset whether after a connection that ended without so much as a byte of the response
 * @param statuses the statuses of responses that are thrown away for another try, 400 to 599
 */
public record RetryRule(boolean reset, List<Integer> statuses) {

    /** Checks the statuses. */
    public RetryRule {
        statuses = List.copyOf(statuses);
        for (int status : statuses) {
            if (status < 400 || status > 599) {
                throw new IllegalArgumentException("status: " + status + " (expected: 400 to 599)");
            }
        }
    }

    boolean covers(int status) {
        for (int i = 0; i < statuses.size(); i++) {
            if (statuses.get(i) == status) {
                return true;
            }
        }
        return false;
    }
}
