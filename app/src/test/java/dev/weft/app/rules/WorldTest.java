package dev.weft.app.rules;

import static com.tngtech.archunit.core.domain.JavaCall.Predicates.target;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.name;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.nameMatching;
import static com.tngtech.archunit.core.domain.properties.HasOwner.Predicates.With.owner;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import org.junit.jupiter.api.Test;

/** Time, chance, threads and surroundings come in from outside, each through one package. */
final class WorldTest {
    /** What tests are made with waits on real processes and real time. */
    private static final String TESTS = "dev.weft.testkit..";

    @Test
    void onlyFoundationAsksForTheTime() {
        onlyIn("dev.weft.foundation..", "java.lang.System", "nanoTime|currentTimeMillis");
        onlyIn(
                "dev.weft.foundation..",
                "java.time.(Instant|LocalDate|LocalTime|LocalDateTime|ZonedDateTime|OffsetDateTime)",
                "now");
        onlyIn("dev.weft.foundation..", "java.time.Clock", "system.*");
    }

    @Test
    void onlyTheTaskPackageStartsThreadsAndSleeps() {
        onlyIn(
                "dev.weft.foundation.task..",
                "java.lang.Thread",
                "sleep|ofVirtual|ofPlatform|startVirtualThread|<init>");
        onlyIn("dev.weft.foundation.task..", "java.util.concurrent.Executors", ".*");
        onlyIn("dev.weft.foundation.task..", "java.util.concurrent.TimeUnit", "sleep");
    }

    @Test
    void onlyFoundationDrawsChance() {
        onlyIn(
                "dev.weft.foundation..",
                "java.util.(Random|SplittableRandom|concurrent.ThreadLocalRandom)",
                ".*");
        onlyIn("dev.weft.foundation..", "java.lang.Math", "random");
    }

    @Test
    void onlyTheConfigurationReadsTheEnvironment() {
        onlyIn("dev.weft.app.config..", "java.lang.System", "getenv");
    }

    @Test
    void nobodyPrintsPastTheTerminal() {
        noClasses()
                .should()
                .accessField(System.class, "out")
                .orShould()
                .accessField(System.class, "err")
                .check(House.CLASSES);
        onlyIn("dev.weft.app.log..", "java.lang.Throwable", "printStackTrace");
    }

    private static void onlyIn(String room, String owner, String method) {
        noClasses()
                .that()
                .resideOutsideOfPackages(room, TESTS)
                .should()
                .callMethodWhere(
                        target(owner(nameMatching(owner))).and(target(nameMatching(method))))
                .orShould()
                .callConstructorWhere(
                        target(owner(nameMatching(owner)))
                                .and(
                                        target(
                                                name(
                                                        method.contains("<init>")
                                                                        || method.equals(".*")
                                                                ? "<init>"
                                                                : "none"))))
                .because("it is for " + room + " alone")
                .check(House.CLASSES);
    }
}
