package io.evenkeel.testing.marathon;

import java.io.IOException;

/** What a task speaks on one port, with the task's failure switch in front of it. */
final class TaskProtocol implements SocketServer.Protocol {
    private static final int MAX_BODY = 64 * 1024 * 1024;

    private final SimulatedTask task;
    private final TaskKind kind;
    private final SocketServer.Protocol protocol;

    private TaskProtocol(SimulatedTask task, TaskKind kind, SocketServer.Protocol protocol) {
        this.task = task;
        this.kind = kind;
        this.protocol = protocol;
    }

    static SocketServer.Protocol of(TaskKind kind, SimulatedTask task, int index, int port) {
        return new TaskProtocol(
                task,
                kind,
                switch (kind) {
                    case HTTP -> new HttpProtocol(new HttpTask(task, task.container(index), port), MAX_BODY);
                    case TCP -> new EchoTask(task);
                    case REDIS -> new RedisTask(task);
                });
    }

    @Override
    public void serve(Connection connection) throws IOException {
        TaskFailure failure = task.failure();
        if (failure == TaskFailure.RESET || (failure == TaskFailure.ERROR_500 && kind != TaskKind.HTTP)) {
            connection.reset();
        } else if (failure == TaskFailure.HANG) {
            while (connection.awaitRequest()) {
                connection.in().read();
            }
        } else {
            protocol.serve(connection);
        }
    }
}
