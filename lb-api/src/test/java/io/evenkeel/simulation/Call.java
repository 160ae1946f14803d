package io.evenkeel.simulation;

import io.evenkeel.endpoint.EndpointStats;

/** One request on its way; used again when it is over and nothing refers to it. */
final class Call {

    final int number;
    Client client;
    EndpointStats endpoint;
    Server server;
    long begun;
    int insideOnArrival;
    double work;
    boolean over;
    boolean failed;
    int references;

    Call(int number) {
        this.number = number;
    }
}
