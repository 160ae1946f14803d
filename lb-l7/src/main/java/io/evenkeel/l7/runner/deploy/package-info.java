/**
 * Deployments without downtime: the command {@code deploy}, which replaces an application by its next version, a few tasks
 * at a time, behind load balancers that serve both as one.
 *
 * <p>{@link io.evenkeel.l7.runner.deploy.DeployMain} reads the flags. {@code Definition} makes the blue or the green
 * application of a definition; {@code Deployment} finds out what there is and what is to be done about it; {@code Rollout}
 * does it step by step, and {@code Rollback} undoes it. What they see are {@code AppView}s of Marathon's and
 * {@code LbView}s of the load balancers'; whatever else they touch (terminal, clock, other programs) is {@code Shell}.
 *
 * <p>All of it runs on one thread, which waits a lot.
 */
@NullMarked
package io.evenkeel.l7.runner.deploy;

import org.jspecify.annotations.NullMarked;
