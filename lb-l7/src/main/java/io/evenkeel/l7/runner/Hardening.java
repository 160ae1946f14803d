package io.evenkeel.l7.runner;

import io.evenkeel.l7.HeaderTrust;

/**
 * In what the proxy is stricter with those who send something to it. Immutable.
 *
 * @param headers what is believed of the fields of requests
 * @param guardAdmin whether the admin port is for this machine and those with the token only
 */
record Hardening(HeaderTrust headers, boolean guardAdmin) {

    /** As marathon-lb. */
    static final Hardening NONE = new Hardening(HeaderTrust.EVERYBODY, false);
}
