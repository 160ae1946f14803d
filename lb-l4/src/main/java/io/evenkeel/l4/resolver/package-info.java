/**
 * Services for clients that are built on Netty: {@link io.evenkeel.l4.resolver.BalancedResolverGroup} takes the place of
 * the look-up by DNS that they do before they connect. Nothing else of this module is needed for it, and it of nothing.
 */
@NullMarked
package io.evenkeel.l4.resolver;

import org.jspecify.annotations.NullMarked;
