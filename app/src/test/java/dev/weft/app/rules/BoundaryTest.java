package dev.weft.app.rules;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.lang.ArchRule;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Who may use whom: the table of docs/ARCHITECTURE.md, line by line. */
final class BoundaryTest {
    private static final String[] JDK = {"java..", "javax..", "jdk..", "com.sun..", "sun.misc.."};
    private static final String[] NULLNESS = {"org.jspecify.."};

    /** What the rooms above the API may know of it. */
    private static final String[] PORT = {
        "dev.weft.api.model..",
        "dev.weft.api.client..",
        "dev.weft.api.control..",
        "dev.weft.api.codec.."
    };

    /** What anybody may know of the data plane. */
    private static final String[] VOCABULARY = {
        "dev.weft.dataplane.service..", "dev.weft.dataplane.http.."
    };

    @Test
    void foundationStandsOnTheJdkAlone() {
        mayUse("dev.weft.foundation..");
    }

    @Test
    void testkitStandsOnFoundation() {
        mayUse(
                "dev.weft.testkit..",
                "dev.weft.foundation..",
                "org.junit..",
                "org.opentest4j..",
                "org.assertj..",
                "org.apiguardian..");
    }

    @Test
    void dataplaneKnowsNettyAndNoManifest() {
        mayUse("dev.weft.dataplane..", "dev.weft.foundation..", "io.netty..");
    }

    @Test
    void apiKnowsTheVocabularyOfTheDataPlaneAndItsOwnLibraries() {
        mayUse(
                "dev.weft.api..",
                all(
                        VOCABULARY,
                        "dev.weft.foundation..",
                        "com.fasterxml.jackson..",
                        "org.snakeyaml..",
                        "org.sqlite..",
                        "io.fabric8.."));
    }

    @Test
    void eachLibraryStaysInItsOwnPackage() {
        onlyIn("dev.weft.dataplane..", "io.netty..");
        onlyIn("dev.weft.api.codec..", "com.fasterxml.jackson..", "org.snakeyaml..");
        onlyIn("dev.weft.api.store..", "org.sqlite..", "java.sql..");
        onlyIn("dev.weft.api.remote..", "io.fabric8..");
    }

    @Test
    void machineKnowsThePortAndNoOtherFeature() {
        mayUse("dev.weft.machine..", all(all(PORT, VOCABULARY), "dev.weft.foundation.."));
    }

    @Test
    void meshKnowsThePortAndWhatItCompilesTo() {
        mayUse(
                "dev.weft.mesh..",
                all(
                        all(PORT, VOCABULARY),
                        "dev.weft.foundation..",
                        "dev.weft.dataplane.route..",
                        "dev.weft.dataplane.event.."));
    }

    @Test
    void dialectsKnowThePortAndRouteValues() {
        mayUse(
                "dev.weft.dialects..",
                all(
                        all(PORT, VOCABULARY),
                        "dev.weft.foundation..",
                        "dev.weft.dataplane.route..",
                        "dev.weft.mesh.intent.."));
    }

    @Test
    void noDialectKnowsAnother() {
        slices().matching("dev.weft.dialects.(*)..")
                .should()
                .notDependOnEachOther()
                .allowEmptyShould(true)
                .check(House.CLASSES);
    }

    @Test
    void nobodyKnowsTheApp() {
        noClasses()
                .that()
                .resideOutsideOfPackage("dev.weft.app..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("dev.weft.app..")
                .check(House.CLASSES);
    }

    @Test
    void noPackagesGoInCircles() {
        // The two halves of one vocabulary: heads are what services pass on.
        slices().matching("dev.weft.(**)")
                .should()
                .beFreeOfCycles()
                .ignoreDependency(
                        resideInAPackage("dev.weft.dataplane.service"),
                        resideInAPackage("dev.weft.dataplane.http"))
                .check(House.CLASSES);
    }

    /** A room uses itself, the JDK and what is named, and nothing else. */
    private static void mayUse(String room, String... used) {
        ArchRule rule =
                classes()
                        .that()
                        .resideInAPackage(room)
                        .should()
                        .onlyDependOnClassesThat(
                                resideInAnyPackage(all(all(JDK, NULLNESS), all(used, room, ""))))
                        .allowEmptyShould(true);
        rule.check(House.CLASSES);
    }

    private static void onlyIn(String room, String... libraries) {
        noClasses()
                .that(not(resideInAnyPackage(room)))
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(libraries)
                .check(House.CLASSES);
    }

    private static String[] all(String[] some, String... more) {
        return Stream.concat(Stream.of(some), Stream.of(more)).toArray(String[]::new);
    }
}
