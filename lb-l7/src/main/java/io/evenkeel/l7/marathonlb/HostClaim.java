package io.evenkeel.l7.marathonlb;

/**
 * A virtual host, or those of its paths that begin so, which somebody claims. Immutable.
 *
 * @param host its name, or what stands for more than one
 * @param path what paths begin with; empty for all of them
 */
record HostClaim(String host, String path) {

    /**
     * Whether it may take all requests of another claim away, if it comes before that: it is for the same paths or for more
     * of them. Case does not count, since claims may be made without regard to it.
     */
    boolean covers(HostClaim other) {
        return host.equals(other.host) && other.path.regionMatches(true, 0, path, 0, path.length());
    }

    @Override
    public String toString() {
        return host + path;
    }
}
