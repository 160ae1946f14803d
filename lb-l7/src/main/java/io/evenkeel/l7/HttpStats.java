package io.evenkeel.l7;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;

/** Counts requests and the classes of their responses, for a frontend, a backend or a server. Thread-safe, lock-free. */
public final class HttpStats {

    /* 0 holds what is none of 1xx to 5xx. */
    private final AtomicLongArray responses = new AtomicLongArray(6);
    private final AtomicLong requests = new AtomicLong();
    private final AtomicLong retries = new AtomicLong();
    private final AtomicLong redispatches = new AtomicLong();
    private final AtomicLong requestErrors = new AtomicLong();
    private final AtomicLong denied = new AtomicLong();
    private final AtomicLong intercepted = new AtomicLong();
    private final AtomicLong connects = new AtomicLong();
    private final AtomicLong compressedResponses = new AtomicLong();
    private final AtomicLong bytesToCompress = new AtomicLong();
    private final AtomicLong compressedBytes = new AtomicLong();
    private final RequestTimes times = new RequestTimes();

    /** Counts from zero. */
    public HttpStats() {}

    void request() {
        requests.incrementAndGet();
    }

    void response(int status) {
        int hundreds = status / 100;
        responses.incrementAndGet(hundreds <= 5 ? hundreds : 0);
    }

    void retry() {
        retries.incrementAndGet();
    }

    void redispatch() {
        redispatches.incrementAndGet();
    }

    void requestError() {
        requestErrors.incrementAndGet();
    }

    void deny() {
        denied.incrementAndGet();
    }

    void intercept() {
        intercepted.incrementAndGet();
    }

    void connect() {
        connects.incrementAndGet();
    }

    void compressed(GzipBody body) {
        compressedResponses.incrementAndGet();
        bytesToCompress.addAndGet(body.bytesIn());
        compressedBytes.addAndGet(body.bytesOut());
    }

    /** Responses whose bodies were compressed here, when they have ended. */
    public long compressedResponses() {
        return compressedResponses.get();
    }

    /** Bytes of those bodies as they came. */
    public long bytesToCompress() {
        return bytesToCompress.get();
    }

    /** Bytes of those bodies as they went on. */
    public long compressedBytes() {
        return compressedBytes.get();
    }

    /** Requests whose head was complete and valid. */
    public long requests() {
        return requests.get();
    }

    /** Responses of one class: 1 for 1xx to 5 for 5xx, 0 for any other. */
    public long responses(int hundreds) {
        return responses.get(hundreds);
    }

    /** Times a request was tried again on the same server. */
    public long retries() {
        return retries.get();
    }

    /** Times a request was tried again on another server. */
    public long redispatches() {
        return redispatches.get();
    }

    /** Requests that were refused as malformed or never came whole. */
    public long requestErrors() {
        return requestErrors.get();
    }

    /** Requests that an access rule refused. */
    public long denied() {
        return denied.get();
    }

    /** Requests that were answered here, with a redirect for instance. */
    public long intercepted() {
        return intercepted.get();
    }

    /** How long its requests took of late, for a backend or a server. */
    public RequestTimes times() {
        return times;
    }

    /** Connections to servers that were tried to open. */
    public long connects() {
        return connects.get();
    }
}
