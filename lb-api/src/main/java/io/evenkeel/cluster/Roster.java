package io.evenkeel.cluster;

import io.evenkeel.endpoint.Endpoint;
import io.evenkeel.endpoint.EndpointStats;
import io.evenkeel.endpoint.Ticker;
import io.evenkeel.endpoint.Usage;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Everyone whom the source reports for one service, with their stats: how stats follow an endpoint from one report to the
 * next.
 *
 * <p>Control thread only, but for {@link #total}. Where an endpoint keeps its place in the report it is found by that; elsewhere by its identity.
 */
final class Roster {

    private List<Member> members = new ArrayList<>(); // in the order of the last report

    /* By id, and below one id by address: where two ports of a task serve one VIP, two endpoints have the same id. */
    private final Map<String, Member> byId = new HashMap<>();
    private final Ledger ledger;
    private long report;

    Roster(Ticker ticker) {
        ledger = new Ledger(ticker);
    }

    /** What everyone who was ever reported has done. Any thread. */
    Usage total() {
        return ledger.total();
    }

    /**
     * Takes over a report.
     *
     * @return for each endpoint its stats, kept or new; null for one that the report has named before. Not to be changed
     */
    @Nullable
    EndpointStats[] take(List<Endpoint> endpoints) {
        report++;
        EndpointStats[] stats = new EndpointStats[endpoints.size()];
        List<Member> reported = new ArrayList<>(endpoints.size());
        for (int i = 0; i < stats.length; i++) {
            Member member = member(endpoints.get(i), reported.size());
            if (member.lastReport != report) {
                member.lastReport = report;
                reported.add(member);
                stats[i] = member.stats;
            }
        }
        List<EndpointStats> gone = new ArrayList<>();
        for (Member member : members) {
            if (member.lastReport != report) {
                forget(member);
                gone.add(member.stats);
            }
        }
        members = reported;
        ledger.turn(stats, gone);
        return stats;
    }

    private Member member(Endpoint endpoint, int place) {
        if (place < members.size() && members.get(place).stats.isAbout(endpoint)) {
            return members.get(place);
        }
        Member first = byId.get(endpoint.id());
        for (Member member = first; member != null; member = member.next) {
            if (member.stats.isAbout(endpoint)) {
                return member;
            }
        }
        Member added = new Member(endpoint, first);
        byId.put(endpoint.id(), added);
        return added;
    }

    private void forget(Member gone) {
        byId.computeIfPresent(gone.id, (id, first) -> {
            if (first == gone) {
                return gone.next;
            }
            Member before = first;
            while (before.next != null && before.next != gone) {
                before = before.next;
            }
            before.next = gone.next;
            return first;
        });
    }

    private static final class Member {

        private final String id;
        private final EndpointStats stats;
        private @Nullable Member next;
        private long lastReport;

        Member(Endpoint endpoint, @Nullable Member next) {
            this.id = endpoint.id();
            this.stats = new EndpointStats(endpoint);
            this.next = next;
        }
    }
}
