package io.evenkeel.l4.runner;

import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Answers {@code --version}: the command's name, and the version in the manifest of the jar that it comes from. */
public final class JarVersion implements IVersionProvider {

    @Spec
    private CommandSpec spec = CommandSpec.create();

    /** For picocli. */
    public JarVersion() {}

    /**
     * The version of a jar.
     *
     * @param type one of its types
     * @return the version in its manifest, or {@code development} if it has none
     */
    public static String of(Class<?> type) {
        String version = type.getPackage().getImplementationVersion();
        return version == null ? "development" : version;
    }

    @Override
    public String[] getVersion() {
        return new String[] {spec.name() + " " + of(spec.userObject().getClass())};
    }
}
