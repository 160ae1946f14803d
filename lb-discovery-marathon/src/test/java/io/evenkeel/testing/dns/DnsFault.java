package io.evenkeel.testing.dns;

/** What a {@link DnsServer} does instead of answering properly. */
public enum DnsFault {
    /** Nothing is wrong. */
    NONE,
    /** Takes questions and says nothing, over UDP and TCP. */
    SILENT,
    /** Says SERVFAIL to everything. */
    SERVFAIL,
    /** Says REFUSED to everything. */
    REFUSED,
    /** Says NXDOMAIN to everything. */
    NXDOMAIN,
    /** Says NOERROR to everything, and has no record. */
    EMPTY,
    /** Sends bytes that are no message. */
    GARBAGE,
    /** Sends the right answer with a wrong id. */
    WRONG_ID,
    /** Sends garbage and an answer with a wrong id first, and the right answer then. */
    NOISE_FIRST,
    /** Answers another question than the one that was asked. */
    WRONG_QUESTION,
    /** Answers UDP as truncated; answers TCP properly. */
    TRUNCATED,
    /** Leaves records out over UDP and does not say so; answers TCP properly. */
    CUT_SILENTLY,
    /** Answers UDP as truncated, and closes TCP connections at once. */
    TRUNCATED_WITHOUT_TCP,
    /** Over TCP, sends half of the answer and then nothing; over UDP answers as truncated. */
    HALF_OVER_TCP,
    /** Says FORMERR to questions with EDNS. */
    FORMERR_ON_EDNS
}
