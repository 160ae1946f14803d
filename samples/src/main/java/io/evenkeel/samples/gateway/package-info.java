/** A program that serves HTTP for others: one short file to copy, {@link io.evenkeel.samples.gateway.HttpGateway}. */
@NullMarked
package io.evenkeel.samples.gateway;

import org.jspecify.annotations.NullMarked;
