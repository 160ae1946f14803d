package io.evenkeel.l7.marathonlb.template;

import io.evenkeel.discovery.DeclaredCheck;
import java.util.List;
import java.util.Optional;

/**
 * What is known of a port apart from its templates, as the places in templates want it. Immutable.
 *
 * @param application the application's id
 * @param backend the name of its backend and frontend
 * @param http whether it speaks HTTP
 * @param balance the algorithm with its arguments
 * @param bindAddress the address of its listener, as the label has it
 * @param port the port of its listener
 * @param vhost the label's hosts in lower case, otherwise as it is; empty if there are none
 * @param path the label's path; empty if there is none
 * @param redirectToHttps whether the plain frontend sends clients to the secure one
 * @param hsts whether the label wants HSTS
 * @param sticky whether the label wants sticky sessions
 * @param authenticated whether a label wants passwords
 * @param networks the label's list of networks; empty if everybody may
 * @param gluedPaths whether a label wants paths rewritten on the way there, and on the way back
 * @param rootRedirect where the label sends those who ask for the root of a host; empty if nowhere
 * @param check the check that Marathon was told of and that counts for this port
 * @param checkedElsewhere whether a label names another port of the task to be checked
 */
public record PortFacts(
        String application,
        String backend,
        boolean http,
        String balance,
        String bindAddress,
        int port,
        String vhost,
        String path,
        boolean redirectToHttps,
        boolean hsts,
        boolean sticky,
        boolean authenticated,
        String networks,
        List<Boolean> gluedPaths,
        String rootRedirect,
        Optional<DeclaredCheck> check,
        boolean checkedElsewhere) {

    /** Copies the list. */
    public PortFacts {
        gluedPaths = List.copyOf(gluedPaths);
    }

    boolean isCheckedByTcp() {
        return !http
                || check.stream()
                        .anyMatch(
                                c -> c.protocol().equals("TCP") || c.protocol().equals("MESOS_TCP"));
    }
}
