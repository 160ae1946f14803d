/**
 * Discovery from a watched file: {@link io.evenkeel.discovery.file.FileDiscovery}, in the shape of Prometheus'
 * {@code file_sd}.
 *
 * <pre>
 *   poll ─► FileStamp changed? ─► FileTargets.parse ─► EmptyAnswerGuard ─► listeners
 * </pre>
 *
 * <p>The file is polled, since notifications are lost on network file systems and on files that are replaced through
 * links, as Kubernetes does. A file that cannot be read or is only half written changes nothing; an entry that makes no
 * sense is a problem of its own.
 */
@NullMarked
package io.evenkeel.discovery.file;

import org.jspecify.annotations.NullMarked;
