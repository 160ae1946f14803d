package io.evenkeel.discovery;

/** The transport protocol of a service's port. */
public enum Protocol {
    /** TCP. */
    TCP,
    /** UDP. */
    UDP;

    /**
     * The lower-case name, as labels and APIs spell it.
     *
     * @return {@code tcp} or {@code udp}
     */
    public String lowerCase() {
        return this == TCP ? "tcp" : "udp";
    }
}
