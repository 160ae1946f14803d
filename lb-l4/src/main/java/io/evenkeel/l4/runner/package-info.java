/**
 * The standalone layer-4 proxy: flags, the source, the API, and an orderly end; and {@link
 * io.evenkeel.l4.runner.AdminServer}, which the layer-7 runner shares. Nothing outside runners depends on this package.
 */
@NullMarked
package io.evenkeel.l4.runner;

import org.jspecify.annotations.NullMarked;
