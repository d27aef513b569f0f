package dev.weft.api.contract;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.TestTemplate;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * In the place of {@code @Test}: runs a test once with every {@link Adapter}, which the constructor
 * of its class takes.
 *
 * <pre>{@code
 * @ExtendWith(NothingLeft.class)
 * final class DeploymentTest {
 *     private final Weft weft;
 *
 *     DeploymentTest(Adapter adapter) {
 *         weft = Weft.open(adapter);
 *     }
 *
 *     @AfterEach
 *     void close() {
 *         weft.close();
 *     }
 *
 *     @OnEveryAdapter
 *     void makesAReplicaSet() { ... }
 * }
 * }</pre>
 */
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
@TestTemplate
@ExtendWith(EveryAdapter.class)
public @interface OnEveryAdapter {
    /** Ways left out, each with its reason beside the test. */
    Adapter[] except() default {};
}
