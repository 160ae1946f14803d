/**
 * Rules over requests and responses: what an application may demand of the proxy beyond being routed to.
 *
 * <p>A {@link io.evenkeel.l7.rule.Fetch} finds something in a message head or its connection, a {@link
 * io.evenkeel.l7.rule.Match} judges it, and both make a {@link io.evenkeel.l7.rule.Condition}. {@link
 * io.evenkeel.l7.rule.RequestRules} say which requests are refused or redirected, {@link
 * io.evenkeel.l7.rule.HeaderEdits} what becomes of the fields of those that pass, and of responses, {@link
 * io.evenkeel.l7.rule.PathEdits} what becomes of paths, and {@link io.evenkeel.l7.rule.Captures} what responses know of their
 * requests. A {@link io.evenkeel.l7.rule.Substitution} is an expression with what takes the place of what it finds.
 *
 * <p>Everything is compiled when labels change and only evaluated on event loops. Words are compared in place; only regular
 * expressions, what is made from addresses, changed paths and what is kept allocate. Rules are written by tenants, so none of them can hold an event loop
 * up: regular expressions run in linear time ({@link io.evenkeel.l7.rule.Match#regex}), and there is a bound on their number.
 */
@NullMarked
package io.evenkeel.l7.rule;

import org.jspecify.annotations.NullMarked;
