package io.evenkeel.l7;

import io.evenkeel.l7.http.RequestHead;
import java.util.concurrent.CompletionStage;

/** Decides whether a request's sender is who it must be. Thread-safe. */
public interface Guard {

    /** What is known of a sender. */
    enum Verdict {
        /** It may go on. */
        ALLOWED,
        /** It may not. */
        DENIED,
        /** That takes longer than an event loop has time for. */
        UNKNOWN
    }

    /**
     * What can be said at once. Called on event loops; never blocks.
     *
     * @param request the request
     * @return the verdict
     */
    Verdict judge(RequestHead request);

    /**
     * Finds out what could not be said at once; {@link #judge} knows it then, for a while.
     *
     * @param request the request, which is only valid during the call
     * @return completes when it is known; exceptionally if there is too much to be found out
     */
    CompletionStage<Void> judgeSlowly(RequestHead request);

    /** The route of those who are denied. */
    Route denial();

    /** The route of those who are not known yet. */
    Route pending();
}
