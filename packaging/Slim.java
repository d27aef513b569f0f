import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.jar.Manifest;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * Run once by the build: leaves nothing in the manifests of jars but what the JVM goes by. It reads
 * each of them at every start, and what other systems are told there makes them long.
 */
final class Slim {
    private static final String START = "Manifest-Version: 1.0\r\n";
    private static final String SEVERAL_RELEASES = "Multi-Release: true\r\n";

    private Slim() {}

    public static void main(String[] jars) throws IOException {
        for (String jar : jars) {
            slim(Path.of(jar));
        }
    }

    private static void slim(Path file) throws IOException {
        var out = new ByteArrayOutputStream();
        try (var jar = new JarFile(file.toFile());
                var zip = new ZipOutputStream(out)) {
            Manifest manifest = jar.getManifest();
            if (manifest == null || !manifest.getEntries().isEmpty()) {
                return; // nothing to leave out, or each entry is spoken of
            }
            put(zip, JarFile.MANIFEST_NAME, slimmed(manifest).getBytes(StandardCharsets.UTF_8));
            for (var entry : List.copyOf(Collections.list(jar.entries()))) {
                if (!entry.getName().equals(JarFile.MANIFEST_NAME)) {
                    put(zip, entry.getName(), jar.getInputStream(entry).readAllBytes());
                }
            }
        }
        Files.write(file, out.toByteArray());
    }

    private static String slimmed(Manifest manifest) {
        String several = manifest.getMainAttributes().getValue(Attributes.Name.MULTI_RELEASE);
        return START + (Boolean.parseBoolean(several) ? SEVERAL_RELEASES : "") + "\r\n";
    }

    private static void put(ZipOutputStream zip, String name, byte[] bytes) throws IOException {
        zip.putNextEntry(new ZipEntry(name));
        zip.write(bytes);
        zip.closeEntry();
    }
}
