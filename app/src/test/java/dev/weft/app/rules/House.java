package dev.weft.app.rules;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.nio.file.Path;

/** All of Weft's production classes, read once, and where its sources lie. */
final class House {
    static final JavaClasses CLASSES =
            new ClassFileImporter()
                    .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                    .withImportOption(location -> !location.contains("-tests.jar"))
                    .importPackages("dev.weft");

    private House() {}

    /** The top folder of the checkout. */
    static Path root() {
        String given = System.getProperty("weft.root", "");
        return Path.of(given.isEmpty() ? ".." : given).toAbsolutePath().normalize();
    }
}
