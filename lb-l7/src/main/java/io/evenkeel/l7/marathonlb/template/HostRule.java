package io.evenkeel.l7.marathonlb.template;

import io.evenkeel.l7.HostPattern;
import io.evenkeel.l7.rule.Condition;
import io.evenkeel.l7.rule.Verdict;
import org.jspecify.annotations.Nullable;

/**
 * One rule of an application on a frontend that all share. Immutable.
 *
 * @param host which hosts it is for
 * @param condition what else must be true
 * @param verdict what becomes of such requests; null if they go to the application
 */
public record HostRule(
        HostPattern host, Condition condition, @Nullable Verdict verdict) {}
