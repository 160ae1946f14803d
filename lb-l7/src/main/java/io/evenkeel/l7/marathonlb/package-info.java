/**
 * marathon-lb's rules: what an application's {@code HAPROXY_…} labels mean, and a proxy that does it.
 *
 * <p>{@code MarathonLbLabels} and {@link io.evenkeel.l7.marathonlb.DeploymentLabels} are the only places where label names are
 * spelt. {@link io.evenkeel.l7.marathonlb.AppPort}
 * is one service port as its labels describe it; {@link io.evenkeel.l7.marathonlb.MarathonLbPlan} is all of them for one
 * catalog, with what could not be read beside them: a bad label takes out the port it is on and nothing else.
 * {@link io.evenkeel.l7.marathonlb.MarathonLbProxy} keeps listeners, routes and backends in step with the plan, in place: its
 * {@code ServedPorts} apply plans, its {@code SharedFrontends} have the routes, and its own are listeners and problems.
 * {@link io.evenkeel.l7.marathonlb.OwnLabel} lists the labels that marathon-lb lacks; {@code OwnBackendLabels} and
 * {@link io.evenkeel.l7.marathonlb.OwnOptions} read them, and {@code OwnServices} does what takes more than one port.
 * {@code ServerChecks} makes the proxy's own health checks of what a plan says of them.
 * Before anybody reads a plan, {@code DeploymentGroups} has made one service of each pair of applications that are the old
 * and the new of one deployment.
 *
 * <p>Where several owners share the proxy, {@link io.evenkeel.l7.marathonlb.Strictness} says in what it is stricter than
 * marathon-lb: {@code EndpointRules} leaves out tasks before anybody sees a catalog, {@code HostOwners} and {@code Claims} take
 * from ports what they may not have, or only report it.
 *
 * <p>Nothing here knows where the catalog comes from: labels from a file mean the same as labels from Marathon.
 * Only whether a service may be without a service port is a matter of its source: {@code MarathonLbPlan.withOptionalPort}.
 */
@NullMarked
package io.evenkeel.l7.marathonlb;

import org.jspecify.annotations.NullMarked;
