/** What a load balancer tells Micrometer; needs {@code micrometer-core}, which nothing else here does. */
@NullMarked
package io.evenkeel.metrics;

import org.jspecify.annotations.NullMarked;
