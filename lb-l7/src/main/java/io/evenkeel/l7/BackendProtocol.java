package io.evenkeel.l7;

/** How a backend's endpoints are spoken to. */
public enum BackendProtocol {
    /** HTTP/1.1, one request at a time on each of many connections. */
    HTTP1,
    /**
     * HTTP/2, many requests at a time on few connections: what gRPC needs. Over TLS if the backend has {@link BackendTls},
     * for endpoints that agree to it by ALPN; else without TLS and without asking first ("prior knowledge"). Requests for a
     * WebSocket still go as HTTP/1.1.
     */
    H2C,
    /**
     * The same over TLS, agreed by ALPN; an endpoint that does not know it cannot be connected to. Requests for a WebSocket
     * go as HTTP/1.1 over TLS.
     */
    H2
}
