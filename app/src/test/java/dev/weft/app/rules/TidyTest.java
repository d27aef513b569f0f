package dev.weft.app.rules;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.source.tree.BlockTree;
import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.LineMap;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.Tree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.SourcePositions;
import com.sun.source.util.TreeScanner;
import com.sun.source.util.Trees;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** How large things may grow, and what no source may contain. */
final class TidyTest {
    private static final int METHOD_LINES_MAX = 60;
    private static final int FILE_LINES_MAX = 500;
    private static final int CONSTRUCTOR_PARAMETERS_MAX = 6;
    private static final int PACKAGE_TYPES_MAX = 25;
    private static final int PURPOSE_LENGTH_MIN = 40;

    private static final Pattern UNSIGNED_TODO =
            Pattern.compile("\\b(TODO(?! #[0-9])|FIXME|XXX|HACK)\\b");
    private static final Pattern BANNER = Pattern.compile("@author|//\\s*[-=*#]{8,}|@Disabled");

    /** Where packages are fetched from is the business of each machine's settings. */
    private static final Pattern REGISTRY_HOST =
            Pattern.compile(
                    "repo1?\\.maven\\.|maven\\.org/|registry\\.npmjs|proxy\\.golang|pypi\\.org|"
                            + "deb\\.debian");

    private static final Map<String, Integer> METHODS = new TreeMap<>();
    private static final Map<String, Integer> CONSTRUCTORS = new TreeMap<>();

    @BeforeAll
    static void measure() throws IOException {
        var compiler = ToolProvider.getSystemJavaCompiler();
        try (var files = compiler.getStandardFileManager(null, null, null)) {
            List<Path> sources = sources("src").toList();
            var task =
                    (JavacTask)
                            compiler.getTask(
                                    null,
                                    files,
                                    problem -> {},
                                    List.of(),
                                    null,
                                    files.getJavaFileObjectsFromPaths(sources));
            SourcePositions positions = Trees.instance(task).getSourcePositions();
            for (CompilationUnitTree unit : task.parse()) {
                new Measuring(unit, positions).scan(unit, null);
            }
        }
    }

    @Test
    void methodsFitAScreen() {
        Ratchet.atMost("lines of a method", METHODS, METHOD_LINES_MAX);
    }

    @Test
    void constructorsTakeFewThings() {
        Ratchet.atMost("parameters of a constructor", CONSTRUCTORS, CONSTRUCTOR_PARAMETERS_MAX);
    }

    @Test
    void filesHoldOneIdea() throws IOException {
        var lines = new TreeMap<String, Integer>();
        for (Path file : sources("src").toList()) {
            lines.put(name(file), Files.readAllLines(file).size());
        }
        Ratchet.atMost("lines of a file", lines, FILE_LINES_MAX);
    }

    @Test
    void packagesStaySmall() throws IOException {
        var types = new TreeMap<String, Integer>();
        sources("src/main")
                .filter(file -> !file.endsWith("package-info.java"))
                .forEach(file -> types.merge(name(folder(file)), 1, Integer::sum));
        Ratchet.atMost("types of a package", types, PACKAGE_TYPES_MAX);
    }

    @Test
    void everyPackageSaysWhatItIsFor() throws IOException {
        var silent = new TreeMap<String, Integer>();
        for (Path folder : sources("src/main").map(TidyTest::folder).distinct().toList()) {
            Path info = folder.resolve("package-info.java");
            String text = Files.exists(info) ? Files.readString(info) : "";
            int end = text.indexOf("*/");
            if (end < PURPOSE_LENGTH_MIN || !text.contains("@NullMarked")) {
                silent.put(name(folder), 1);
            }
        }
        Ratchet.atMost("packages without purpose or @NullMarked", silent, 0);
    }

    @Test
    void sourcesContainNoLooseEnds() throws IOException {
        assertThat(lines(UNSIGNED_TODO, sources("src"))).as("TODO without an issue").isEmpty();
        assertThat(lines(BANNER, sources("src"))).as("banners, authors, sleeping tests").isEmpty();
    }

    @Test
    void noRegistryIsNamed() throws IOException {
        assertThat(lines(REGISTRY_HOST, allText())).as("registry hosts").isEmpty();
    }

    private static List<String> lines(Pattern pattern, Stream<Path> files) throws IOException {
        var found = new ArrayList<String>();
        for (Path file : files.filter(file -> !file.endsWith("TidyTest.java")).toList()) {
            List<String> lines = Files.readAllLines(file);
            for (int i = 0; i < lines.size(); i++) {
                if (pattern.matcher(lines.get(i)).find()) {
                    found.add(name(file) + ":" + (i + 1) + " " + lines.get(i).strip());
                }
            }
        }
        return found;
    }

    private static Stream<Path> sources(String part) throws IOException {
        var found = new ArrayList<Path>();
        try (Stream<Path> modules = Files.list(House.root())) {
            for (Path module : modules.sorted().toList()) {
                if (Files.exists(module.resolve("pom.xml")) && Files.exists(module.resolve(part))) {
                    try (Stream<Path> files = Files.walk(module.resolve(part))) {
                        files.filter(file -> file.toString().endsWith(".java"))
                                .sorted()
                                .forEach(found::add);
                    }
                }
            }
        }
        return found.stream();
    }

    /** Everything that is written by hand, as far as it is text. */
    private static Stream<Path> allText() throws IOException {
        Pattern text = Pattern.compile(".*\\.(java|md|xml|sh|yaml|yml|json|txt|html|js|css|flags)");
        var found = new ArrayList<Path>();
        try (Stream<Path> files = Files.walk(House.root())) {
            files.filter(file -> text.matcher(file.toString()).matches())
                    .filter(file -> !name(file).matches("(.*/)?(target|\\.[a-z]+)/.*"))
                    .forEach(found::add);
        }
        return found.stream();
    }

    private static Path folder(Path file) {
        Path folder = file.getParent();
        return folder == null ? file : folder;
    }

    private static String name(Path file) {
        return House.root().relativize(file).toString();
    }

    /** Writes down the size of every method and constructor of one file. */
    private static final class Measuring extends TreeScanner<Void, Void> {
        private final CompilationUnitTree unit;
        private final SourcePositions positions;
        private String type = "";
        private boolean inRecord;

        Measuring(CompilationUnitTree unit, SourcePositions positions) {
            this.unit = unit;
            this.positions = positions;
        }

        @Override
        public Void visitClass(ClassTree tree, Void nothing) {
            String outer = type;
            type =
                    outer.isEmpty()
                            ? tree.getSimpleName().toString()
                            : outer + "." + tree.getSimpleName();
            boolean outerRecord = inRecord;
            inRecord = tree.getKind() == Tree.Kind.RECORD;
            super.visitClass(tree, nothing);
            inRecord = outerRecord;
            type = outer;
            return null;
        }

        @Override
        public Void visitMethod(MethodTree tree, Void nothing) {
            String method =
                    name(Path.of(unit.getSourceFile().toUri())) + " " + type + "." + tree.getName();
            BlockTree body = tree.getBody();
            if (body != null) {
                METHODS.merge(method, length(body), Math::max);
            }
            // A record's parameters are its named parts, not things that it is handed.
            if (tree.getName().contentEquals("<init>") && !inRecord) {
                CONSTRUCTORS.merge(method, tree.getParameters().size(), Math::max);
            }
            return super.visitMethod(tree, nothing);
        }

        private int length(Tree tree) {
            LineMap lines = unit.getLineMap();
            long first = lines.getLineNumber(positions.getStartPosition(unit, tree));
            long last = lines.getLineNumber(positions.getEndPosition(unit, tree));
            return (int) (last - first + 1);
        }
    }
}
