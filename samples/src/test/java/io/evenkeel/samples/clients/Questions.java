package io.evenkeel.samples.clients;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** A thread that asks one question after the other until it is closed, and remembers who answered. */
final class Questions implements AutoCloseable {

    /** Asks and tells who answered. */
    @FunctionalInterface
    interface Question {
        String ask() throws Exception;
    }

    private final Question question;
    private final Thread thread = new Thread(this::run, "questions");
    private final List<String> answers = new ArrayList<>();
    private final List<Throwable> failures = new ArrayList<>();
    private final CountDownLatch closed = new CountDownLatch(1);

    Questions(Question question) {
        this.question = question;
        thread.setDaemon(true);
        thread.start();
    }

    private void run() {
        try {
            while (!closed.await(1, TimeUnit.MILLISECONDS)) {
                String answer = question.ask();
                synchronized (this) {
                    answers.add(answer);
                    notifyAll();
                }
            }
        } catch (Throwable e) {
            synchronized (this) {
                failures.add(e);
                notifyAll();
            }
        }
    }

    /** So many answers to questions that were asked after this call. Fewer, when one fails. */
    synchronized List<String> sample(int count) {
        int first = answers.size() + 1; // one may have been asked before
        try {
            while (answers.size() < first + count && failures.isEmpty()) {
                wait();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            failures.add(e);
        }
        return failures.isEmpty() ? List.copyOf(answers.subList(first, first + count)) : List.of();
    }

    /** What went wrong; asking stops with it. */
    synchronized List<Throwable> failures() {
        return List.copyOf(failures);
    }

    @Override
    public synchronized String toString() {
        return answers.subList(Math.max(0, answers.size() - 5), answers.size()).toString();
    }

    @Override
    public void close() {
        closed.countDown();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
