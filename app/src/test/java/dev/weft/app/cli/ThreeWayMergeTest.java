package dev.weft.app.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.api.codec.JsonObject;
import dev.weft.api.codec.JsonText;
import org.junit.jupiter.api.Test;

final class ThreeWayMergeTest {
    @Test
    void setsWhatTheManifestSetsAndLeavesTheRest() {
        assertThat(
                        patch(
                                "{'spec':{'replicas':1}}",
                                "{'spec':{'replicas':2}}",
                                "{'spec':{'replicas':1,'paused':true},'status':{}}"))
                .isEqualTo(json("{'spec':{'replicas':2}}"));
    }

    @Test
    void removesWhatTheManifestNoLongerSets() {
        assertThat(
                        patch(
                                "{'spec':{'a':1,'b':2}}",
                                "{'spec':{'a':1}}",
                                "{'spec':{'a':1,'b':2,'c':3}}"))
                .isEqualTo(json("{'spec':{'b':null}}"));
    }

    @Test
    void doesNotTakeDefaultsWithinListsForChanges() {
        assertThat(
                        patch(
                                "{'c':[{'name':'x'}]}",
                                "{'c':[{'name':'x'}]}",
                                "{'c':[{'name':'x','policy':'Always'}]}"))
                .isEqualTo(JsonObject.empty());
    }

    @Test
    void replacesAListFromWhichSomethingWasTakenOut() {
        assertThat(
                        patch(
                                "{'c':[{'name':'x','env':1}]}",
                                "{'c':[{'name':'x'}]}",
                                "{'c':[{'name':'x','env':1,'policy':'Always'}]}"))
                .isEqualTo(json("{'c':[{'name':'x'}]}"));
    }

    @Test
    void putsBackWhatSomebodyElseChanged() {
        assertThat(patch("{'a':1}", "{'a':1}", "{'a':7}")).isEqualTo(json("{'a':1}"));
    }

    private static JsonObject patch(String before, String wanted, String current) {
        return ThreeWayMerge.patch(json(before), json(wanted), json(current));
    }

    private static JsonObject json(String text) {
        return JsonText.read(text.replace('\'', '"')).object().orElseThrow();
    }
}
