package io.evenkeel.l7.runner.deploy;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * What one load balancer's statistics say of its servers at one moment. Immutable.
 *
 * @param settled whether it is one process, as one that is reloading is not: those before it have requests of their own
 * @param servers the rows of each server, by its name
 */
record LbView(boolean settled, Map<String, List<Row>> servers) {

    private static final Pattern PASSED =
            Pattern.compile("(\\* )?L[467]OKC?"); // with a star while the next is under way
    private static final List<String> ANSWERS = List.of("hrsp_1xx", "hrsp_2xx", "hrsp_3xx", "hrsp_4xx", "hrsp_5xx");

    /**
     * One server in one backend.
     *
     * @param status what it is there
     * @param busy whether it has requests or connections in hand
     * @param heardOf whether it has passed its last check, or has answered a request or sent bytes
     */
    record Row(String status, boolean busy, boolean heardOf) {

        boolean takesWork() {
            return status.startsWith("UP") || status.equals("no check");
        }

        boolean isSetAside() {
            return status.startsWith("MAINT");
        }
    }

    /**
     * Reads HAProxy's table.
     *
     * @throws IllegalArgumentException if it is something else
     */
    static LbView of(String csv, boolean settled) {
        String[] lines = csv.split("\\R", -1);
        List<String> head = cells(lines[0].replaceFirst("^# *", ""));
        int server = column(head, "svname");
        int status = column(head, "status");
        int sessions = column(head, "scur");
        int queued = column(head, "qcur");
        int check = column(head, "check_status");
        int sent = column(head, "bout");
        List<Integer> answers = ANSWERS.stream().map(name -> column(head, name)).toList();
        Map<String, List<Row>> servers = new HashMap<>();
        for (int i = 1; i < lines.length; i++) {
            List<String> cells = cells(lines[i]);
            if (cells.size() > status) {
                boolean busy = isSome(cells.get(sessions)) || isSome(cells.get(queued));
                boolean passed = PASSED.matcher(cell(cells, check)).matches();
                boolean http =
                        answers.stream().anyMatch(answer -> !cell(cells, answer).isEmpty());
                boolean answered = http // whose bytes may be those of a 503 of the load balancer's own
                        ? answers.stream().anyMatch(answer -> isSome(cell(cells, answer)))
                        : isSome(cell(cells, sent));
                servers.computeIfAbsent(cells.get(server), name -> new ArrayList<>())
                        .add(new Row(cells.get(status), busy, passed || answered));
            }
        }
        return new LbView(settled, servers);
    }

    private static int column(List<String> head, String name) {
        int column = head.indexOf(name);
        if (column < 0) {
            throw new IllegalArgumentException("column " + name + ": missing (expected: HAProxy's statistics)");
        }
        return column;
    }

    private static String cell(List<String> cells, int column) {
        return column < cells.size() ? cells.get(column) : "";
    }

    private static boolean isSome(String number) {
        return !number.isEmpty() && !number.equals("0");
    }

    /* Fields with commas are in quotes, with quotes of their own doubled. */
    private static List<String> cells(String line) {
        List<String> cells = new ArrayList<>();
        StringBuilder cell = new StringBuilder();
        boolean quoted = false;
        for (int i = 0; i < line.length(); i++) {
            char c = line.charAt(i);
            if (c == '"') {
                quoted = !quoted;
            } else if (c == ',' && !quoted) {
                cells.add(cell.toString());
                cell.setLength(0);
            } else {
                cell.append(c);
            }
        }
        cells.add(cell.toString());
        return cells;
    }

    private List<Row> rows(TaskView task) {
        List<Row> rows = new ArrayList<>();
        task.servers().forEach(name -> rows.addAll(servers.getOrDefault(name, List.of())));
        return rows;
    }

    /** Whether it sends requests to a task. */
    boolean uses(TaskView task) {
        List<Row> rows = rows(task);
        return !rows.isEmpty() && rows.stream().allMatch(Row::takesWork);
    }

    /** Whether it knows by itself that a task answers: by a check, or by what the task has answered. */
    boolean hasHeardOf(TaskView task) {
        return rows(task).stream().anyMatch(Row::heardOf);
    }

    /** Whether it sends nothing new to a task: it does not know it, or has set it aside. */
    boolean spares(TaskView task) {
        return rows(task).stream().allMatch(Row::isSetAside);
    }

    /** Whether it has set a task aside, and the task has finished what it had. */
    boolean isDoneWith(TaskView task) {
        return settled && spares(task) && rows(task).stream().noneMatch(Row::busy);
    }
}
