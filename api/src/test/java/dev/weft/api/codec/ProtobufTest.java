package dev.weft.api.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.api.schema.BuiltInAdmission;
import dev.weft.api.schema.BuiltInTypes;
import dev.weft.api.schema.Schema;
import dev.weft.foundation.chance.Chance;
import dev.weft.testkit.Seed;
import dev.weft.testkit.Seeds;
import java.io.IOException;
import java.io.InputStream;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Bodies as a Go client writes them (api/src/kinds/bodies made them, and the JSON beside them). */
@ExtendWith(Seeds.class)
class ProtobufTest {

    @Test
    void everyBuiltInKindIsReadFromProtobufAsFromJson() throws IOException {
        for (JsonObject pair : pairs()) {
            JsonObject wanted = pair.object("object");
            JsonObject decoded = Protobuf.decode(body(pair), BuiltInTypes::message);

            assertThat(typed(decoded)).as(wanted.text("kind").orElse("")).isEqualTo(typed(wanted));
        }
    }

    @Test
    void zerosThatSomebodyGaveStayAndOthersDoNot() throws IOException {
        JsonObject deployment = Protobuf.decode(body(pairs().get(1)), BuiltInTypes::message);
        JsonObject pod = deployment.object("spec", "template", "spec");

        assertThat(deployment.whole("spec", "replicas")).contains(0L);
        assertThat(deployment.at("spec", "minReadySeconds")).isEmpty();
        assertThat(pod.whole("terminationGracePeriodSeconds")).contains(0L);
        assertThat(pod.flag("automountServiceAccountToken")).contains(false);
        assertThat(pod.at("hostPID")).isEmpty();
        assertThat(pod.array("volumes").objects().getFirst().at("emptyDir")).isPresent();
    }

    @Test
    void aBodyOfAnotherKindOrFormIsRefused() {
        assertThatThrownBy(() -> Protobuf.decode(new byte[] {1, 2, 3}, BuiltInTypes::message))
                .isInstanceOf(MalformedException.class)
                .hasMessageContaining("does not appear to be a protobuf message");
        byte[] unknown = envelope("example.com/v1", "Widget");
        assertThatThrownBy(() -> Protobuf.decode(unknown, BuiltInTypes::message))
                .isInstanceOf(MalformedException.class)
                .hasMessageContaining("Widget");
    }

    @Test
    void damagedBodiesAreRefusedAndNothingWorse(Seed seed) throws IOException {
        Chance chance = seed.chance();
        List<JsonObject> pairs = pairs();
        for (int round = 0; round < 3000; round++) {
            byte[] body = body(pairs.get(round % pairs.size())).clone();
            for (int i = 0; i < 1 + round % 5; i++) {
                body[4 + chance.below(body.length - 4)] = (byte) chance.below(256);
            }
            try {
                Protobuf.decode(body, BuiltInTypes::message);
            } catch (MalformedException refusal) {
                assertThat(refusal.getMessage()).isNotBlank();
            }
        }
    }

    private static byte[] envelope(String apiVersion, String kind) {
        byte[] message =
                new ProtobufOutput()
                        .message(1, new ProtobufOutput().text(1, apiVersion).text(2, kind))
                        .toBytes();
        byte[] body = new byte[message.length + 4];
        System.arraycopy(new byte[] {'k', '8', 's', 0}, 0, body, 0, 4);
        System.arraycopy(message, 0, body, 4, message.length);
        return body;
    }

    private static JsonObject typed(JsonObject tree) {
        Schema schema =
                BuiltInTypes.schema(
                        tree.text("apiVersion").orElseThrow(), tree.text("kind").orElseThrow());
        BuiltInAdmission.Read read = BuiltInAdmission.readPart(tree, schema, "");
        assertThat(read.error()).isEmpty();
        assertThat(read.unknown()).isEmpty();
        return withoutEmpty(read.tree());
    }

    /** Go writes objects that hold nothing where the field is no pointer; they mean nothing. */
    private static JsonObject withoutEmpty(JsonObject tree) {
        var kept = JsonObject.builder();
        tree.forEach(
                (name, value) -> {
                    Json inner = inner(value);
                    boolean meant = name.equals("emptyDir") || name.equals("data");
                    if (meant || !inner.object().filter(JsonObject::isEmpty).isPresent()) {
                        kept.put(name, inner);
                    }
                });
        return kept.build();
    }

    private static Json inner(Json value) {
        return switch (value) {
            case JsonObject object -> withoutEmpty(object);
            case JsonArray array -> JsonArray.of(array.stream().map(ProtobufTest::inner).toList());
            default -> value;
        };
    }

    private static byte[] body(JsonObject pair) {
        return Base64.getDecoder().decode(pair.text("body").orElseThrow());
    }

    private static List<JsonObject> pairs() throws IOException {
        try (InputStream in = ProtobufTest.class.getResourceAsStream("bodies.json")) {
            return JsonText.read(Objects.requireNonNull(in)).array().orElseThrow().objects();
        }
    }
}
