/**
 * What an API has to keep, and the ways to test against one. Other rooms use this package through
 * the test jar of {@code api}.
 *
 * <ul>
 *   <li>{@link dev.weft.api.contract.ResourceClientContract}: the port's facts, run on every
 *       adapter and on the API server of the Kubernetes project.
 *   <li>{@link dev.weft.api.contract.OnEveryAdapter}: put it in the place of {@code @Test} in the
 *       tests of a controller and take an {@link dev.weft.api.contract.Adapter} in the constructor;
 *       {@link dev.weft.api.contract.Weft#open} then gives an API of the test's own, embedded,
 *       remote or hostile.
 *   <li>{@link dev.weft.api.contract.HostileClient}: a client around another one that lags,
 *       conflicts, forgets and repeats, as APIs do on bad days.
 * </ul>
 *
 * Each test owns the API that it opens. Read {@link dev.weft.api.contract.ResourceClientContract}
 * first.
 */
@NullMarked
package dev.weft.api.contract;

import org.jspecify.annotations.NullMarked;
