package io.evenkeel.discovery.marathon;

/**
 * One server-sent event.
 *
 * @param type the event's name, {@code message} if the stream gave none
 * @param data its data lines, joined by line feeds; empty if truncated
 * @param truncated whether there was more data than the parser keeps
 */
record SseEvent(String type, String data, boolean truncated) {}
