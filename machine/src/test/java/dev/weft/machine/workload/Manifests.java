package dev.weft.machine.workload;

import dev.weft.api.codec.Json;
import dev.weft.api.codec.JsonObject;
import dev.weft.api.codec.JsonText;
import dev.weft.api.model.Resource;

/** Objects for tests, written as JSON with single quotes. */
final class Manifests {
    static final String DEPLOYMENT =
            """
            {'apiVersion': 'apps/v1', 'kind': 'Deployment',
             'metadata': {'name': 'web', 'namespace': 'default', 'uid': 'd-1', 'generation': 1,
                          'resourceVersion': '1', 'annotations': {'team': 'blue'}},
             'spec': {'replicas': 10, 'selector': {'matchLabels': {'app': 'web'}},
               'strategy': {'type': 'RollingUpdate',
                            'rollingUpdate': {'maxSurge': '25%', 'maxUnavailable': '25%'}},
               'progressDeadlineSeconds': 600, 'revisionHistoryLimit': 10,
               'template': {'metadata': {'labels': {'app': 'web'}},
                            'spec': {'containers': [{'name': 'web', 'image': 'web:1'}]}}}}
            """;

    private Manifests() {}

    static JsonObject tree(String text) {
        return JsonText.read(text.replace('\'', '"')).object().orElseThrow();
    }

    static Resource resource(String text) {
        return new Resource(tree(text));
    }

    static Resource deployment(int replicas) {
        return resource(DEPLOYMENT).withAt(Json.of(replicas), "spec", "replicas");
    }
}
