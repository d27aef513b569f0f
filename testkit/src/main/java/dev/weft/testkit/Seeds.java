package dev.weft.testkit;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.jupiter.api.extension.TestExecutionExceptionHandler;
import org.opentest4j.TestAbortedException;

/**
 * Gives tests their {@link Seed}: the one of {@code ./test --seed N}, or else a new one, which is
 * told when the test fails.
 */
public final class Seeds implements ParameterResolver, TestExecutionExceptionHandler {
    private static final Logger LOG = System.getLogger(Seeds.class.getName());
    private static final ExtensionContext.Namespace HERE =
            ExtensionContext.Namespace.create(Seeds.class);

    /** A seed outside of a test's parameters, say for the set-up of a class; logged. */
    public static Seed fresh(String forWhat) {
        String given = System.getProperty("seed", "");
        long value = given.isEmpty() ? System.nanoTime() & 0xFFFFFFFFL : Long.parseLong(given);
        LOG.log(Level.INFO, "{0}: repeat with --seed {1}", forWhat, Long.toString(value));
        return new Seed(value);
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == Seed.class;
    }

    @Override
    public Seed resolveParameter(ParameterContext parameter, ExtensionContext context) {
        return context.getStore(HERE)
                .getOrComputeIfAbsent(
                        Seed.class, key -> fresh(context.getDisplayName()), Seed.class);
    }

    @Override
    public void handleTestExecutionException(ExtensionContext context, Throwable failure)
            throws Throwable {
        Seed seed = context.getStore(HERE).get(Seed.class, Seed.class);
        if (seed == null || failure instanceof TestAbortedException) {
            throw failure;
        }
        throw new AssertionError(
                seed
                        + ", repeat with: ./test "
                        + context.getRequiredTestClass().getSimpleName()
                        + "#"
                        + context.getRequiredTestMethod().getName()
                        + " --seed "
                        + seed.value()
                        + "\n"
                        + failure.getMessage(),
                failure);
    }
}
