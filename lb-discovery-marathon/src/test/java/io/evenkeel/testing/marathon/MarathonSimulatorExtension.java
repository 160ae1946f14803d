package io.evenkeel.testing.marathon;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * A JUnit extension that gives each test a simulator of its own, started before it and closed after it.
 *
 * <p>Register it as a field and ask it for {@link #simulator}, or take a {@link MarathonSimulator} parameter. Without
 * settings every delay is zero.
 */
public final class MarathonSimulatorExtension implements BeforeEachCallback, AfterEachCallback, ParameterResolver {
    private final Consumer<SimulatorConfig.Builder> settings;
    private @Nullable MarathonSimulator simulator;

    public MarathonSimulatorExtension() {
        this(SimulatorConfig.Builder::instantly);
    }

    public MarathonSimulatorExtension(Consumer<SimulatorConfig.Builder> settings) {
        this.settings = settings;
    }

    /** The simulator of the test that runs. */
    public MarathonSimulator simulator() {
        if (simulator == null) {
            throw new IllegalStateException("no test runs");
        }
        return simulator;
    }

    @Override
    public void beforeEach(ExtensionContext context) {
        SimulatorConfig.Builder builder = MarathonSimulator.builder();
        settings.accept(builder);
        simulator = builder.build().start();
    }

    @Override
    public void afterEach(ExtensionContext context) {
        simulator().close();
        simulator = null;
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == MarathonSimulator.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        return simulator();
    }
}
