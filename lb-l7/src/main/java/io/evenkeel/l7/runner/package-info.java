/**
 * The standalone layer-7 proxy: flags, the source, the admin endpoints, and an orderly end. Everything it does, a few
 * lines of code around {@link io.evenkeel.l7.marathonlb.MarathonLbProxy} can do too.
 *
 * <pre>
 *   L7ProxyMain ──L7Settings──► L7Proxy ──► MarathonLbProxy
 *     (flags)      (checked)       └──────► L7Admin ──► MarathonLbPaths, ApiPaths, ServerPaths, Metrics
 *                                                           │ StatsPage, ConfigText, RouteExplanation, EventLog
 *                                                           ▼
 *                                            StatsTable ──► FrontendRow, BackendRows ──► Rates, Standings
 * </pre>
 */
@NullMarked
package io.evenkeel.l7.runner;

import org.jspecify.annotations.NullMarked;
