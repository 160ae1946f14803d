package io.evenkeel.l7.runner.deploy;

/** Why a deployment does not go on. The message is for whoever started it. */
final class DeployException extends Exception {

    private static final long serialVersionUID = 1L;

    private final Exit exit;
    private final boolean forOperator;

    DeployException(Exit exit, String message) {
        this(exit, message, false);
    }

    private DeployException(Exit exit, String message, boolean forOperator) {
        super(message);
        this.exit = exit;
        this.forOperator = forOperator;
    }

    /** One after which everything stays as it is, for somebody to decide. */
    static DeployException forOperator(Exit exit, String message) {
        return new DeployException(exit, message, true);
    }

    Exit exit() {
        return exit;
    }

    boolean isForOperator() {
        return forOperator;
    }

    /** The message, which is never null. */
    String text() {
        return String.valueOf(getMessage());
    }
}
