package dev.weft.machine.workload;

import dev.weft.api.client.Patch;
import dev.weft.api.codec.JsonArray;
import dev.weft.api.codec.JsonObject;
import dev.weft.api.control.Action;
import dev.weft.api.model.LabelSelector;
import dev.weft.api.model.OwnerReference;
import dev.weft.api.model.Resource;
import dev.weft.api.model.ResourceType;
import java.util.ArrayList;
import java.util.List;

/**
 * Which objects belong to an owner, and what has to be done so that they say so.
 *
 * @param owned what is the owner's already, and still matches its selector
 * @param actions adoptions and releases, to be carried out before anything that counts on them
 */
record Claim(List<Resource> owned, List<Action> actions) {
    Claim {
        owned = List.copyOf(owned);
        actions = List.copyOf(actions);
    }

    /**
     * Sorts the candidates of the owner's namespace:
     *
     * <ul>
     *   <li>controlled by another owner: left alone, whatever the labels say;
     *   <li>controlled by this one and matching: owned;
     *   <li>controlled by this one and no longer matching: released;
     *   <li>controlled by nobody and matching: adopted, unless it or the owner is on its way out.
     * </ul>
     *
     * <p>An adopted object counts as owned only when it is seen with its new owner.
     */
    static Claim of(
            ResourceType ownerType,
            Resource owner,
            LabelSelector selector,
            ResourceType type,
            List<Resource> candidates) {
        var owned = new ArrayList<Resource>();
        var actions = new ArrayList<Action>();
        boolean adopting = false;
        for (Resource candidate : candidates) {
            boolean matches = selector.matches(candidate.labels());
            var controller = candidate.controller();
            if (controller.isPresent()) {
                if (!controller.get().uid().equals(owner.uid())) {
                    continue;
                }
                if (matches || owner.isDeleting()) {
                    owned.add(candidate);
                } else {
                    actions.add(release(owner, type, candidate));
                }
            } else if (matches && !owner.isDeleting() && !candidate.isDeleting()) {
                if (!adopting) {
                    // The copy of the owner may be older than that of the candidate, which may have
                    // lost its owner because this one is being deleted and leaves it behind.
                    actions.add(unchanged(ownerType, owner));
                    adopting = true;
                }
                actions.add(adopt(owner, type, candidate));
            }
        }
        return new Claim(owned, actions);
    }

    /** Changes nothing, and fails where the object is no longer what was read. */
    static Action unchanged(ResourceType type, Resource resource) {
        return new Action.Change(
                type, resource.key(), Patch.merge(JsonObject.of("metadata", asRead(resource))));
    }

    /** The merge patch that gives an object these owners, if it is unchanged. */
    static Action withOwners(ResourceType type, Resource resource, List<OwnerReference> owners) {
        var trees = owners.stream().map(OwnerReference::tree).toList();
        JsonObject metadata = asRead(resource).with("ownerReferences", JsonArray.of(trees));
        return new Action.Change(
                type, resource.key(), Patch.merge(JsonObject.of("metadata", metadata)));
    }

    private static Action adopt(Resource owner, ResourceType type, Resource candidate) {
        var owners = new ArrayList<>(candidate.owners());
        owners.removeIf(it -> it.uid().equals(owner.uid()));
        owners.add(OwnerReference.controlledBy(owner));
        return withOwners(type, candidate, owners);
    }

    private static Action release(Resource owner, ResourceType type, Resource candidate) {
        var others =
                candidate.owners().stream().filter(it -> !it.uid().equals(owner.uid())).toList();
        return withOwners(type, candidate, others);
    }

    private static JsonObject asRead(Resource resource) {
        return JsonObject.builder()
                .put("uid", resource.uid())
                .put("resourceVersion", resource.resourceVersion())
                .build();
    }
}
