/**
 * The standalone layer-7 proxy: flags, the source, the admin endpoints, and an orderly end. Everything it does, a few
 * lines of code around {@link io.evenkeel.l7.marathonlb.MarathonLbProxy} can do too.
 */
@NullMarked
package io.evenkeel.l7.runner;

import org.jspecify.annotations.NullMarked;
