package dev.weft.app.rules;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.domain.JavaModifier;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** How types and methods are named, and how many types are seen from outside their package. */
final class NamesTest {
    private static final Pattern BANNED =
            Pattern.compile(
                    "(Abstract|Default|Base)\\p{Lu}.*|I\\p{Lu}\\p{Ll}.*|.*(Impl|Manager|Utils?|Helper|V[0-9]+)");
    private static final Pattern GETTER = Pattern.compile("get\\p{Lu}.*");

    @Test
    void typesAreNamedByWhatTheyAre() {
        List<String> named =
                House.CLASSES.stream()
                        .map(JavaClass::getSimpleName)
                        .filter(name -> BANNED.matcher(name).matches())
                        .sorted()
                        .toList();
        assertThat(named).as("types with a name that says nothing").isEmpty();
    }

    @Test
    void methodsReturnThingsWithoutGetting() {
        List<String> getters =
                House.CLASSES.stream()
                        .flatMap(type -> type.getMethods().stream())
                        .filter(method -> GETTER.matcher(method.getName()).matches())
                        .filter(method -> !overrides(method))
                        .map(JavaMethod::getFullName)
                        .sorted()
                        .toList();
        assertThat(getters).as("methods with the prefix get").isEmpty();
    }

    @Test
    void classesAreFinalUnlessSealed() {
        Map<String, Integer> open =
                House.CLASSES.stream()
                        .filter(type -> !type.isInterface() && !type.isEnum())
                        .filter(type -> !type.getModifiers().contains(JavaModifier.FINAL))
                        .filter(type -> !type.isAnonymousClass())
                        .filter(type -> !type.getSimpleName().equals("package-info"))
                        .filter(type -> !type.reflect().isSealed())
                        .collect(Collectors.toMap(JavaClass::getName, type -> 1));
        Ratchet.atMost("classes neither final nor sealed", open, 0);
    }

    @Test
    void moreThanHalfOfAllTypesStayInTheirPackage() {
        List<JavaClass> types =
                House.CLASSES.stream()
                        .filter(JavaClass::isTopLevelClass)
                        .filter(type -> !type.getPackageName().startsWith("dev.weft.testkit"))
                        .filter(type -> !type.getSimpleName().equals("package-info"))
                        .toList();
        long hidden =
                types.stream()
                        .filter(type -> !type.getModifiers().contains(JavaModifier.PUBLIC))
                        .count();
        Ratchet.atLeast("package-private share, percent", (int) (100 * hidden / types.size()), 51);
    }

    private static boolean overrides(JavaMethod method) {
        return method.getOwner().getAllRawSuperclasses().stream()
                        .anyMatch(type -> declares(type, method))
                || method.getOwner().getAllRawInterfaces().stream()
                        .anyMatch(type -> declares(type, method));
    }

    private static boolean declares(JavaClass type, JavaMethod method) {
        return !type.getName().startsWith("dev.weft.")
                && type.getMethods().stream()
                        .anyMatch(other -> other.getName().equals(method.getName()));
    }
}
