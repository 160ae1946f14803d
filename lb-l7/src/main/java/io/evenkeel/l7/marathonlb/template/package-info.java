/**
 * Reads the HAProxy configuration that marathon-lb's templates carry and says in our own terms what it asks for.
 *
 * <p>{@link io.evenkeel.l7.marathonlb.template.Templates} are the texts that take the place of marathon-lb's own for one
 * port. {@link io.evenkeel.l7.marathonlb.template.PortTemplates} fills their placeholders and reads them, section by
 * section, into {@link io.evenkeel.l7.marathonlb.template.TemplateEffects}: rules, edits, limits, routes and options of the
 * engine. A template that says what marathon-lb's own says has no effect.
 *
 * <p>{@code Directives} is the one table of what is not interpreted: what an application works without is passed over and
 * told, what would keep somebody out or change what a request asks for is refused, so that its port is left out rather than
 * opened against its word. Everything here is a pure function of its inputs.
 */
@NullMarked
package io.evenkeel.l7.marathonlb.template;

import org.jspecify.annotations.NullMarked;
