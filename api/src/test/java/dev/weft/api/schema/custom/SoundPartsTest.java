package dev.weft.api.schema.custom;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.api.codec.JsonObject;
import dev.weft.api.codec.JsonText;
import dev.weft.api.schema.Cause;
import dev.weft.api.schema.Schema;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class SoundPartsTest {
    private static final String SCHEMA =
            "{'type':'object','properties':{'spec':{'type':'object','properties':{"
                    + "'x':{'type':'integer'},'list':{'type':'array','items':{'type':'object',"
                    + "'properties':{'a':{'type':'string','pattern':'^[a-z]*$'},"
                    + "'keys':{'type':'array','x-kubernetes-list-type':'set',"
                    + "'items':{'type':'string'}}}}}}}}}";

    private final Schema schema = OpenApiSchema.parse(read(SCHEMA));

    @Test
    void whatWasLetPassUnchangedIsNoProofForWhatChangesBesideIt() {
        JsonObject first = read("{'spec':{'x':1,'list':[{'a':'BAD'},{'a':'fine'}]}}");
        JsonObject second = read("{'spec':{'x':2,'list':[{'a':'BAD'},{'a':'fine'}]}}");
        JsonObject third = read("{'spec':{'x':2,'list':[{'a':'BAD'},{'a':'other'}]}}");
        second = second.sharing(first);
        third = third.sharing(second);

        assertThat(check(second, first)).isEmpty();
        assertThat(check(third, second)).extracting(Cause::field).containsExactly("spec.list[0].a");
    }

    @Test
    void whatIsWrongIsFoundBesideWhatIsKnownToBeRight() {
        JsonObject first = read("{'spec':{'list':[{'a':'fine','keys':['k']},{'a':'fine'}]}}");
        assertThat(CustomAdmission.check(first, Optional.empty(), schema)).isEmpty();

        assertThat(changed(first, "{'spec':{'list':[{'a':'fine','keys':['k']},{'a':'BAD'}]}}"))
                .containsExactly("spec.list[1].a");
        assertThat(changed(first, "{'spec':{'list':[{'a':'fine','keys':['k','k']},{'a':'fine'}]}}"))
                .containsExactly("spec.list[0].keys[1]");
        assertThat(changed(first, "{'spec':{'list':[{'a':'fine','keys':['k']},{'a':1}]}}"))
                .containsExactly("spec.list[1].a");
        assertThat(changed(first, "{'spec':{'list':[{'a':'fine','keys':['k']},{'a':'new'}]}}"))
                .isEmpty();
    }

    private List<String> changed(JsonObject before, String now) {
        return check(read(now).sharing(before), before).stream().map(Cause::field).toList();
    }

    private List<Cause> check(JsonObject now, JsonObject before) {
        return CustomAdmission.check(now, Optional.of(before), schema);
    }

    private static JsonObject read(String text) {
        return (JsonObject) JsonText.read(text.replace('\'', '"').getBytes(UTF_8));
    }
}
