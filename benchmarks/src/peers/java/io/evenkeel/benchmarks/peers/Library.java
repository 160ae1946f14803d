package io.evenkeel.benchmarks.peers;

/** Who made an entrant. */
enum Library {
    EVENKEEL("Evenkeel"),
    GRPC("gRPC-java"),
    ARMERIA("Armeria"),
    FINAGLE("Finagle"),
    RIBBON("Ribbon"),
    SPRING("Spring Cloud");

    private final String title;

    Library(String title) {
        this.title = title;
    }

    /** As a table names it. */
    String title() {
        return title;
    }
}
