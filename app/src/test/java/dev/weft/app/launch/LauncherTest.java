package dev.weft.app.launch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.testkit.Command;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The launchers, with JDKs that are a release file and a Maven that only pretends. */
final class LauncherTest {
    @TempDir private Path folder;
    private Checkout checkout;

    @BeforeEach
    void checkOut() throws IOException {
        checkout = new Checkout(folder);
    }

    @Test
    void takesJavaHomeWhereItIsNewEnough() throws IOException {
        checkout.withMaven().jdk("jvm/newest", "27");
        Path home = checkout.jdk("chosen", "25.0.3");

        assertThat(checkout.run(home.toString(), "weft", "version").expectSuccess().out())
                .startsWith("chosen:")
                .endsWith(" version\n");
    }

    @Test
    void passesOverAnOldJavaHomeAndAnOldJavaOnThePath() throws IOException {
        checkout.withMaven().jdk("jvm/good", "25.0.1");
        Path old = checkout.jdk("old", "17.0.15");
        Files.createSymbolicLink(checkout.bin().resolve("java"), old.resolve("bin/java"));

        assertThat(checkout.run(old.toString(), "weft", "version").expectSuccess().out())
                .startsWith("jvm/good:");
    }

    @Test
    void findsTheJavaOnThePathBehindItsLinks() throws IOException {
        checkout.withMaven().jdk("jvm/newer", "26");
        Path home = checkout.jdk("linked", "25");
        Path link = Files.createSymbolicLink(folder.resolve("link"), home.resolve("bin/java"));
        Files.createSymbolicLink(checkout.bin().resolve("java"), link);

        assertThat(checkout.run("", "weft", "version").expectSuccess().out()).startsWith("linked:");
    }

    @Test
    void takesTheNewestOfTheUsualFolder() throws IOException {
        checkout.withMaven().jdk("jvm/a-25", "25.0.3");
        checkout.jdk("jvm/b-26", "26-ea");
        checkout.jdk("jvm/c-8", "1.8.0_392");

        assertThat(checkout.run("", "weft", "version").expectSuccess().out())
                .startsWith("jvm/b-26:");
    }

    @Test
    void passesOverWhatHasNoCompiler() throws IOException {
        checkout.withMaven().jdk("jvm/a-25", "25");
        Files.delete(checkout.jdk("jvm/b-27", "27").resolve("bin/javac"));

        assertThat(checkout.run("", "weft", "version").expectSuccess().out())
                .startsWith("jvm/a-25:");
    }

    @Test
    void saysInOneSentenceWhichJdkToInstall() throws IOException {
        checkout.withMaven().jdk("jvm/old", "17.0.15");

        Command.Result result = checkout.run("", "weft", "up").expectExit(1);

        assertThat(result.err())
                .isEqualTo(
                        "weft: Weft needs a JDK 25 or newer (seen: 17 in %s): install one (Debian:"
                                        .formatted(folder.resolve("jvm/old"))
                                + " openjdk-25-jdk; or Eclipse Temurin 25) or set JAVA_HOME to"
                                + " it.\n");
        assertThat(checkout.builds()).isZero();
    }

    @Test
    void saysInOneSentenceThatMavenIsMissing() throws IOException {
        checkout.jdk("jvm/good", "25");

        assertThat(checkout.run("", "weft", "up").expectExit(1).err())
                .isEqualTo(
                        "weft: Weft is built with Maven, and there is no mvn on the path: install"
                                + " Maven 3.9 or newer (Debian: maven) and run this again.\n");
    }

    @Test
    void buildsOnceAndAgainOnlyWhenASourceChanged() throws IOException {
        checkout.withMaven().jdk("jvm/good", "25");

        checkout.run("", "weft", "up").expectSuccess();
        checkout.run("", "weft", "up").expectSuccess();
        assertThat(checkout.builds()).as("after two starts").isEqualTo(1);

        Files.writeString(checkout.root().resolve("app/src/main/java/Main.java"), "class Main2 {}");
        checkout.run("", "weft", "status").expectSuccess();
        checkout.run("", "weft", "up", "--help").expectSuccess();
        assertThat(checkout.builds()).as("other commands do not look").isEqualTo(1);

        checkout.run("", "weft", "up").expectSuccess();
        assertThat(checkout.builds()).as("after a change").isEqualTo(2);
    }

    @Test
    void buildsAgainWhenASourceIsGoneOrAnotherJdkIsToBeUsed() throws IOException {
        checkout.withMaven().jdk("jvm/good", "25");
        checkout.run("", "weft", "up").expectSuccess();

        Files.delete(checkout.root().resolve("app/src/main/java/Main.java"));
        checkout.run("", "weft", "up").expectSuccess();
        assertThat(checkout.builds()).as("after a removal").isEqualTo(2);

        Path other = checkout.jdk("other", "26");
        assertThat(checkout.run(other.toString(), "weft", "up").expectSuccess().out())
                .startsWith("other:");
        assertThat(checkout.builds()).as("with another JDK").isEqualTo(3);
    }

    @Test
    void showsTheErrorsOfABuildThatFailsAndStartsNothing() throws IOException {
        checkout.withMaven("echo '[ERROR] Main.java:[1,2] no such thing'; exit 1")
                .jdk("jvm/good", "25");

        Command.Result result = checkout.run("", "weft", "up").expectExit(1);

        assertThat(result.out()).isEmpty();
        assertThat(result.err())
                .contains("weft: the build failed; its last errors:")
                .contains("[ERROR] Main.java:[1,2] no such thing")
                .contains(".build/build.log");
    }

    @Test
    void runsThroughALinkFromAnywhere() throws IOException {
        checkout.withMaven().jdk("jvm/good", "25");
        Path link =
                Files.createSymbolicLink(
                        checkout.bin().resolve("weft"), checkout.root().resolve("weft"));

        Command.Result result =
                Command.of(link, "get", "a b", "*")
                        .environment("PATH", checkout.bin().toString())
                        .environment("JAVA_HOME", "")
                        .environment("WEFT_JDKS", folder.resolve("jvm").toString())
                        .in(folder)
                        .run()
                        .expectSuccess();

        assertThat(result.out()).endsWith(" get a b *\n");
    }

    @Test
    void saysHowFarItIs() throws IOException {
        checkout.withMaven().jdk("jvm/good", "25");

        assertThat(checkout.run("", "weft", "up").expectSuccess().err())
                .containsPattern("building  app done, 1 of 1 files, \\d+ s\n")
                .containsPattern("built     1 files, \\d+ s\n");
    }

    @Test
    void countsAModuleOnceThoughItPacksItsTestsToo() throws IOException {
        checkout.withMaven(
                        """
                        mkdir -p app/target/weft/lib
                        : > app/target/app-1.jar
                        echo "[INFO] Building jar: $PWD/app/target/app-1.jar"
                        echo "[INFO] Building jar: $PWD/app/target/app-1-tests.jar"
                        """)
                .jdk("jvm/good", "25");

        assertThat(checkout.run("", "weft", "up").expectSuccess().err())
                .containsOnlyOnce("app done, 1 of 1 files")
                .doesNotContain("2 of 1");
    }

    @Test
    void countsTheTestsInOnePlainLine() throws IOException {
        checkout.withMaven(
                        """
                        mkdir -p app/target/weft/lib app/target/surefire-reports
                        : > app/target/app-1.jar
                        cat > app/target/surefire-reports/TEST-a.xml <<'XML'
                        <testsuite name="A" tests="4" errors="1" skipped="1" failures="0">
                          <testcase name="one" classname="A"/>
                          <testcase name="four" classname="A"/>
                          <testcase name="two" classname="A">
                            <skipped message="no kubectl here"/>
                          </testcase>
                          <testcase name="three" classname="A">
                            <error message="was &lt;1&gt;" type="X">trace</error>
                          </testcase>
                        </testsuite>
                        XML
                        """)
                .jdk("jvm/good", "25");

        Command.Result result = checkout.run("", "test").expectExit(1);

        assertThat(result.out().lines().toList().getLast())
                .isEqualTo("2 passed, 1 failed, 1 skipped");
        assertThat(result.out())
                .contains("skipped  A.two: no kubectl here\n")
                .contains("failed   A.three: was <1>\n");
    }
}
