package io.evenkeel.cluster;

import io.evenkeel.endpoint.Endpoint;
import io.evenkeel.endpoint.EndpointStats;
import io.evenkeel.endpoint.Ticker;
import io.evenkeel.endpoint.Usage;
import io.evenkeel.endpoint.UseObserver;
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
    private final UseObserver observer;
    private long report;

    /**
     * A roster of nobody.
     *
     * @param ticker the clock
     * @param observer who hears of failures among everyone's uses
     */
    Roster(Ticker ticker, UseObserver observer) {
        this.observer = observer;
        ledger = new Ledger(ticker);
    }

    /** What everyone who was ever reported has done. Any thread. */
    Usage total() {
        return ledger.total();
    }

    /**
     * Takes over a report.
     *
     * @return for each endpoint who it is, known or new; null for one that the report has named before
     */
    @Nullable
    Member[] take(List<Endpoint> endpoints) {
        report++;
        Member[] present = new Member[endpoints.size()];
        List<Member> reported = new ArrayList<>(endpoints.size());
        for (int i = 0; i < present.length; i++) {
            Member member = member(endpoints.get(i), reported.size());
            if (member.lastReport != report) {
                member.lastReport = report;
                reported.add(member);
                present[i] = member;
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
        ledger.turn(stats(reported), gone);
        return present;
    }

    /** Whether an endpoint takes new work by the last report. */
    boolean takesWork(EndpointStats endpoint) {
        for (Member member = byId.get(endpoint.endpoint().id()); member != null; member = member.next) {
            if (member.stats == endpoint) {
                return member.takesWork;
            }
        }
        return false;
    }

    private static EndpointStats[] stats(List<Member> members) {
        EndpointStats[] stats = new EndpointStats[members.size()];
        for (int i = 0; i < stats.length; i++) {
            stats[i] = members.get(i).stats;
        }
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
        Member added = new Member(endpoint, first, observer);
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

    /** Somebody who was reported. */
    static final class Member {

        private final String id;
        private final EndpointStats stats;
        private boolean takesWork;
        private @Nullable Member next;
        private long lastReport;

        Member(Endpoint endpoint, @Nullable Member next, UseObserver observer) {
            this.id = endpoint.id();
            this.stats = new EndpointStats(endpoint);
            this.next = next;
            stats.setObserver(observer);
        }

        EndpointStats stats() {
            return stats;
        }

        void setTakesWork(boolean now) {
            takesWork = now;
        }
    }
}
