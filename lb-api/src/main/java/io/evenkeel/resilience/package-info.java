/** Resilience4j around calls; needs its jars, which nothing else here does. */
@NullMarked
package io.evenkeel.resilience;

import org.jspecify.annotations.NullMarked;
