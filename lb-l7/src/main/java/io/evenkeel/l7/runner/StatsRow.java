package io.evenkeel.l7.runner;

import io.evenkeel.endpoint.Endpoint;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** One row of HAProxy's statistics, by the column names of its CSV. Not thread-safe. */
final class StatsRow {

    /** The columns of HAProxy 2.0, in its order; their users count on both. */
    static final List<String> COLUMNS = List.of(
            ("pxname,svname,qcur,qmax,scur,smax,slim,stot,bin,bout,dreq,dresp,ereq,econ,eresp,wretr,wredis,status,weight,act,"
                            + "bck,chkfail,chkdown,lastchg,downtime,qlimit,pid,iid,sid,throttle,lbtot,tracked,type,rate,"
                            + "rate_lim,rate_max,check_status,check_code,check_duration,hrsp_1xx,hrsp_2xx,hrsp_3xx,"
                            + "hrsp_4xx,hrsp_5xx,hrsp_other,hanafail,req_rate,req_rate_max,req_tot,cli_abrt,srv_abrt,"
                            + "comp_in,comp_out,comp_byp,comp_rsp,lastsess,last_chk,last_agt,qtime,ctime,rtime,ttime,"
                            + "agent_status,agent_code,agent_duration,check_desc,agent_desc,check_rise,check_fall,"
                            + "check_health,agent_rise,agent_fall,agent_health,addr,cookie,mode,algo,conn_rate,"
                            + "conn_rate_max,conn_tot,intercepted,dcon,dses,wrew,connect,reuse,cache_lookups,cache_hits")
                    .split(",", -1));

    private static final Map<String, Integer> PLACES =
            IntStream.range(0, COLUMNS.size()).boxed().collect(Collectors.toMap(COLUMNS::get, place -> place));

    private final @Nullable String[] values = new String[COLUMNS.size()];

    StatsRow(String pxname, String svname, int type, int iid, int sid) {
        set("pxname", pxname).set("svname", svname).set("type", type);
        set("pid", 1).set("iid", iid).set("sid", sid);
    }

    StatsRow set(String column, long value) {
        return set(column, Long.toString(value));
    }

    StatsRow set(String column, String value) {
        values[place(column)] = value;
        return this;
    }

    @Nullable
    String get(String column) {
        return values[place(column)];
    }

    /** The value of a column; empty if there is none. */
    String text(String column) {
        String value = get(column);
        return value == null ? "" : value;
    }

    private static int place(String column) {
        Integer place = PLACES.get(column);
        if (place == null) {
            throw new IllegalArgumentException("column: " + column + " (expected: one of HAProxy's)");
        }
        return place;
    }

    /** The line of this row, with the comma that HAProxy ends lines with. */
    String csv() {
        StringBuilder line = new StringBuilder(256);
        for (String value : values) {
            line.append(value == null ? "" : quoted(value)).append(',');
        }
        return line.toString();
    }

    /** As HAProxy does it: only what would otherwise be taken for more than one field. */
    private static String quoted(String value) {
        boolean plain = value.chars().noneMatch(c -> c == ',' || c == '"' || c == '\n' || c == '\r');
        return plain ? value : '"' + value.replace("\"", "\"\"") + '"';
    }

    /** Where a server is, as HAProxy writes it. */
    static String address(Endpoint endpoint) {
        InetAddress address = endpoint.address().getAddress();
        String host = address == null ? endpoint.address().getHostString() : address.getHostAddress();
        return (address instanceof Inet6Address ? "[" + host + "]" : host) + ":"
                + endpoint.address().getPort();
    }
}
