package dev.weft.api.codec;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamWriteFeature;
import com.fasterxml.jackson.core.util.JsonRecyclerPools;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.function.Consumer;

/** JSON as text and bytes. Any thread. Field names are shared between trees. */
public final class JsonText {
    private static final int DEPTH_MAX = 500;
    private static final int BUFFERS_MAX = 32;
    private static final JsonFactory FACTORY =
            JsonFactory.builder()
                    .streamReadConstraints(
                            StreamReadConstraints.builder()
                                    .maxNestingDepth(DEPTH_MAX)
                                    .maxStringLength(64 << 20)
                                    .build())
                    // Requests run on threads of their own, to which no buffer can be tied.
                    .recyclerPool(JsonRecyclerPools.newBoundedPool(BUFFERS_MAX))
                    .disable(StreamWriteFeature.FLUSH_PASSED_TO_STREAM)
                    .disable(StreamWriteFeature.AUTO_CLOSE_TARGET)
                    .build();

    private JsonText() {}

    /**
     * Reads one JSON value.
     *
     * @throws MalformedException where the text is no JSON, or more follows the value
     */
    public static Json read(byte[] bytes) {
        return read(bytes, duplicate -> {});
    }

    /** The same for what was written here: quick from the first call on. */
    public static Json readWritten(byte[] bytes) {
        Json value = WrittenReader.read(bytes);
        return value == null ? read(bytes) : value;
    }

    /** Reads one JSON value, and tells the path of every field that was given twice. */
    public static Json read(byte[] bytes, Consumer<String> onDuplicate) {
        try (JsonParser parser = FACTORY.createParser(bytes)) {
            return JsonReader.only(parser, onDuplicate);
        } catch (IOException e) {
            throw malformed(e);
        }
    }

    public static Json read(String text) {
        try (JsonParser parser = FACTORY.createParser(text)) {
            return JsonReader.only(parser, duplicate -> {});
        } catch (IOException e) {
            throw malformed(e);
        }
    }

    public static Json read(InputStream in) throws IOException {
        return read(in.readAllBytes());
    }

    public static String write(Json value) {
        var out = new StringWriter();
        try (JsonGenerator generator = FACTORY.createGenerator(out)) {
            write(value, generator);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toString();
    }

    /** The text with line breaks and two spaces a level, as people read it. */
    public static String writePretty(Json value) {
        var out = new StringWriter();
        try (JsonGenerator generator = FACTORY.createGenerator(out)) {
            generator.setPrettyPrinter(new com.fasterxml.jackson.core.util.DefaultPrettyPrinter());
            write(value, generator);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toString();
    }

    public static byte[] writeBytes(Json value) {
        var out = new Pieces();
        try (JsonGenerator generator = FACTORY.createGenerator(out)) {
            write(value, generator);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.bytes();
    }

    /** The bytes with a line's end. */
    public static byte[] writeLine(Json value) {
        var out = new Pieces();
        try {
            writeLine(value, out);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.bytes();
    }

    /** Writes a value and a line's end; the stream stays open. */
    public static void writeLine(Json value, OutputStream out) throws IOException {
        try (JsonGenerator generator = FACTORY.createGenerator(out)) {
            write(value, generator);
            generator.writeRaw('\n');
        }
    }

    /**
     * Writes an object whose last field is a list, and a line's end. The items are asked for one
     * after the other, so that the whole never stands in memory; the stream stays open.
     */
    public static void writeList(
            JsonObject head, String field, Iterable<? extends Json> items, OutputStream out)
            throws IOException {
        try (JsonGenerator generator = FACTORY.createGenerator(out)) {
            generator.writeStartObject();
            fields(head, generator);
            generator.writeArrayFieldStart(field);
            for (Json item : items) {
                write(item, generator);
            }
            generator.writeEndArray();
            generator.writeEndObject();
            generator.writeRaw('\n');
        }
    }

    private static void write(Json value, JsonGenerator out) throws IOException {
        switch (value) {
            case JsonObject object -> {
                out.writeStartObject();
                fields(object, out);
                out.writeEndObject();
            }
            case JsonArray array -> {
                out.writeStartArray();
                for (Json item : array) {
                    write(item, out);
                }
                out.writeEndArray();
            }
            case JsonString text -> out.writeString(text.value());
            case JsonNumber number -> {
                if (number.isInteger()) {
                    out.writeNumber(number.asLong());
                } else {
                    out.writeNumber(number.asDecimal());
                }
            }
            case JsonBoolean flag -> out.writeBoolean(flag.value());
            case JsonNull nothing -> out.writeNull();
        }
    }

    private static void fields(JsonObject object, JsonGenerator out) throws IOException {
        for (int i = 0; i < object.size(); i++) {
            out.writeFieldName(object.name(i));
            write(object.value(i), out);
        }
    }

    private static MalformedException malformed(IOException e) {
        if (e instanceof JsonParseException parse) {
            return new MalformedException(
                    parse.getOriginalMessage() + ", at " + JsonReader.place(parse.getLocation()));
        }
        return new MalformedException(String.valueOf(e.getMessage()));
    }
}
