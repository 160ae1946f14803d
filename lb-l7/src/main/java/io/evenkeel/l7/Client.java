package io.evenkeel.l7;

import io.evenkeel.l7.rule.Origin;

/** Whom a request comes from, for routers. */
public interface Client extends Origin {}
