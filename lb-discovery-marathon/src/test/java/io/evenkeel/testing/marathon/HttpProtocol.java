package io.evenkeel.testing.marathon;

import java.io.IOException;
import java.util.List;
import java.util.Map;

/** HTTP/1.1 on one connection: reads requests one after the other and hands each to the handler. */
final class HttpProtocol implements SocketServer.Protocol {
    private final Handler handler;
    private final int maxBody;

    /** What answers requests; called on the connection's worker, one request at a time. */
    interface Handler {
        void handle(Request request, Exchange exchange) throws IOException;
    }

    /** The way back to the client of one request. */
    interface Exchange {
        /** Writes the answer, and ends the connection after it if the client or the server wants that. */
        void send(Response response) throws IOException;

        /** Does the same in two steps, and runs something between head and body. */
        void send(Response response, Runnable beforeBody) throws IOException;

        /** The raw connection, which ends when the handler returns. */
        Connection takeOver();

        /** The header fields that a server on the way adds. */
        default List<Map.Entry<String, String>> onTheWay() {
            return List.of();
        }
    }

    HttpProtocol(Handler handler, int maxBody) {
        this.handler = handler;
        this.maxBody = maxBody;
    }

    @Override
    public void serve(Connection connection) throws IOException {
        RequestReader reader = new RequestReader(connection, maxBody);
        boolean open = true;
        while (open && connection.awaitRequest()) {
            try {
                Request request = reader.read();
                HttpExchange exchange = new HttpExchange(request, connection);
                handler.handle(request, exchange);
                open = exchange.open;
            } catch (RequestReader.BadRequest e) {
                byte[] empty = new byte[0];
                Response.of(e.status, "text/plain", empty).writeTo(connection.out(), false, true, 0);
                open = false;
            }
        }
    }

    private static final class HttpExchange implements Exchange {
        private final Request request;
        private final Connection connection;
        private boolean open = true;

        HttpExchange(Request request, Connection connection) {
            this.request = request;
            this.connection = connection;
        }

        @Override
        public void send(Response response) throws IOException {
            response.writeTo(connection.out(), withBody(), closes(), response.body().length);
        }

        @Override
        public void send(Response response, Runnable beforeBody) throws IOException {
            response.writeTo(connection.out(), withBody(), closes(), response.body().length, beforeBody);
        }

        private boolean closes() {
            boolean close = !request.keepAlive() || connection.finishing();
            open = !close;
            return close;
        }

        private boolean withBody() {
            return !request.method().equals("HEAD");
        }

        @Override
        public Connection takeOver() {
            open = false;
            return connection;
        }
    }
}
