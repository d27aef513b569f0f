package dev.weft.machine.container;

import dev.weft.api.client.ApiException;
import dev.weft.api.client.ResourceClient;
import dev.weft.api.codec.JsonObject;
import dev.weft.machine.sandbox.Mount;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalInt;

/**
 * The volumes of one pod as directories of this machine. Belongs to the pod's worker.
 *
 * @param directory below which they are made
 */
public record Volumes(PodSpec pod, Path directory, ResourceClient client, Downward downward) {
    private static final int MODE_DEFAULT = 0644;

    /**
     * Makes them, or brings them up to date.
     *
     * @throws StartRefusal where one cannot be had
     */
    public void prepare() {
        for (JsonObject volume : pod.spec().array("volumes").objects()) {
            try {
                prepare(volume);
            } catch (IOException e) {
                throw refusal(volume, e.getMessage() == null ? e.toString() : e.getMessage());
            } catch (StartRefusal e) {
                throw refusal(volume, e.text());
            } catch (ApiException e) {
                throw refusal(volume, String.valueOf(e.getMessage()));
            }
        }
    }

    /** Whether any of them can change while the pod runs. */
    public boolean canChange() {
        return pod.spec().array("volumes").objects().stream()
                .anyMatch(
                        it ->
                                it.has("configMap")
                                        || it.has("secret")
                                        || it.has("projected")
                                        || it.has("downwardAPI"));
    }

    /** What a container wants to see, and where. */
    public List<Mount> mounts(ContainerSpec container, Map<String, String> variables) {
        var mounts = new ArrayList<Mount>();
        for (JsonObject mount : container.tree().array("volumeMounts").objects()) {
            String name = mount.text("name").orElse("");
            JsonObject volume = volume(name);
            Path source = source(volume);
            String sub =
                    mount.text("subPath")
                            .filter(it -> !it.isEmpty())
                            .or(
                                    () ->
                                            mount.text("subPathExpr")
                                                    .map(it -> Expansion.expand(it, variables)))
                            .orElse("");
            Path inside = source.resolve(sub).normalize();
            if (!inside.startsWith(source)) {
                throw StartRefusal.config("subPath '" + sub + "' leaves the volume " + name);
            }
            makeMissing(inside, volume);
            boolean readOnly = mount.flag("readOnly").orElse(false) || isOfFiles(volume);
            mounts.add(new Mount(inside, target(mount), readOnly));
        }
        return mounts;
    }

    /**
     * Names where each volume is for the process.
     *
     * @param mounted whether they are where the manifest wants them
     */
    public Map<String, String> variables(ContainerSpec container, boolean mounted) {
        var variables = new LinkedHashMap<String, String>();
        for (JsonObject mount : container.tree().array("volumeMounts").objects()) {
            String name = mount.text("name").orElse("");
            String place = mounted ? target(mount) : source(volume(name)).toString();
            variables.put(variable(name), place);
        }
        return variables;
    }

    public static String variable(String volume) {
        return "WEFT_VOLUME_" + volume.toUpperCase(Locale.ROOT).replace('-', '_');
    }

    private static String target(JsonObject mount) {
        String target = mount.text("mountPath").orElse("");
        return target.startsWith("/") ? target : "/" + target;
    }

    private JsonObject volume(String name) {
        return pod.spec().array("volumes").objects().stream()
                .filter(it -> it.text("name").orElse("").equals(name))
                .findFirst()
                .orElseThrow(() -> StartRefusal.config("there is no volume " + name));
    }

    private Path source(JsonObject volume) {
        return volume.text("hostPath", "path")
                .map(Path::of)
                .orElseGet(() -> directory.resolve(volume.text("name").orElse("")));
    }

    private static boolean isOfFiles(JsonObject volume) {
        return !volume.has("emptyDir") && !volume.has("hostPath") && volume.size() > 1;
    }

    private static void makeMissing(Path inside, JsonObject volume) {
        try {
            if (!Files.exists(inside) && !isOfFiles(volume)) {
                Files.createDirectories(inside);
            }
        } catch (IOException e) {
            throw StartRefusal.config("cannot make " + inside + ": " + e.getMessage());
        }
        if (!Files.exists(inside)) {
            throw StartRefusal.config("there is nothing at " + inside);
        }
    }

    private void prepare(JsonObject volume) throws IOException {
        Path place = source(volume);
        OptionalInt group = Users.volumeGroup(pod);
        if (volume.has("hostPath")) {
            HostPaths.check(place, volume.text("hostPath", "type").orElse(""));
        } else if (volume.has("emptyDir") || volume.size() == 1) {
            if (!Files.exists(place)) {
                Files.createDirectories(place);
                Users.openToAll(place);
                VolumeFiles.give(place, group);
            }
        } else {
            var files = new LinkedHashMap<String, VolumeFiles.Content>();
            collect(volume, files);
            new VolumeFiles(place, group).write(files);
        }
    }

    private void collect(JsonObject volume, Map<String, VolumeFiles.Content> files) {
        if (volume.has("configMap")) {
            addSource(volume.object("configMap"), "name", false, files);
        } else if (volume.has("secret")) {
            addSource(volume.object("secret"), "secretName", true, files);
        } else if (volume.has("downwardAPI")) {
            addDownward(
                    volume.object("downwardAPI"),
                    files,
                    mode(volume.object("downwardAPI"), MODE_DEFAULT));
        } else if (volume.has("projected")) {
            addProjected(volume.object("projected"), files);
        } else {
            var kinds = new ArrayList<>(volume.names());
            kinds.remove("name");
            throw StartRefusal.config(
                    "volumes of the type " + String.join(", ", kinds) + " are not supported");
        }
    }

    private void addProjected(JsonObject projected, Map<String, VolumeFiles.Content> files) {
        int mode = mode(projected, MODE_DEFAULT);
        for (JsonObject source : projected.array("sources").objects()) {
            if (source.has("configMap")) {
                addSource(withMode(source.object("configMap"), mode), "name", false, files);
            } else if (source.has("secret")) {
                addSource(withMode(source.object("secret"), mode), "name", true, files);
            } else if (source.has("downwardAPI")) {
                addDownward(source.object("downwardAPI"), files, mode);
            } else {
                throw StartRefusal.config(
                        "sources of the type "
                                + String.join(", ", source.names())
                                + " are not supported");
            }
        }
    }

    private static JsonObject withMode(JsonObject source, int mode) {
        return source.with("defaultMode", mode);
    }

    private void addSource(
            JsonObject source,
            String nameField,
            boolean secret,
            Map<String, VolumeFiles.Content> files) {
        String name = source.text(nameField).orElse("");
        boolean optional = Sources.isOptional(source);
        Map<String, byte[]> content =
                new Sources(client, pod.key().namespace()).needed(secret, name, optional);
        int mode = mode(source, MODE_DEFAULT);
        List<JsonObject> items = source.array("items").objects();
        if (items.isEmpty()) {
            content.forEach((key, bytes) -> files.put(key, new VolumeFiles.Content(bytes, mode)));
        }
        for (JsonObject item : items) {
            String key = item.text("key").orElse("");
            byte[] bytes = content.get(key);
            if (bytes != null) {
                files.put(
                        item.text("path").orElse(key),
                        new VolumeFiles.Content(
                                bytes, item.whole("mode").map(Math::toIntExact).orElse(mode)));
            } else if (!optional) {
                throw StartRefusal.config("references non-existent config key: " + key);
            }
        }
    }

    private void addDownward(
            JsonObject downwardApi, Map<String, VolumeFiles.Content> files, int mode) {
        for (JsonObject item : downwardApi.array("items").objects()) {
            String path = item.text("path").orElse("");
            JsonObject resource = item.object("resourceFieldRef");
            String text =
                    resource.isEmpty()
                            ? downward.field(item.text("fieldRef", "fieldPath").orElse(""))
                            : downward.resource(resource, ContainerSpec.main(JsonObject.empty()));
            files.put(
                    path,
                    new VolumeFiles.Content(
                            text.getBytes(StandardCharsets.UTF_8),
                            item.whole("mode").map(Math::toIntExact).orElse(mode)));
        }
    }

    private static int mode(JsonObject source, int otherwise) {
        return source.whole("defaultMode").map(Math::toIntExact).orElse(otherwise);
    }

    private static StartRefusal refusal(JsonObject volume, String why) {
        return new StartRefusal(
                "FailedMount",
                "MountVolume.SetUp failed for volume \""
                        + volume.text("name").orElse("")
                        + "\" : "
                        + why);
    }
}
