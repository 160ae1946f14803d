/**
 * The tutorial in one JVM: a simulated Marathon with real tasks, both proxies, the VIPs' DNS, and a small load that says
 * who answered how often.
 *
 * <p>{@link io.evenkeel.samples.demo.DemoMain} reads flags; {@code Stage} holds everything that runs; {@code Tutorial}
 * plays on it; {@code Load} asks and counts. What the stage does with the proxies is all that an embedder has to do.
 */
@NullMarked
package io.evenkeel.samples.demo;

import org.jspecify.annotations.NullMarked;
