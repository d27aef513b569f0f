package dev.weft.dataplane.filter;

import dev.weft.dataplane.http.Head;
import dev.weft.dataplane.route.HeaderEdits;
import dev.weft.dataplane.service.Exchange;
import dev.weft.dataplane.service.Filter;
import dev.weft.dataplane.service.Service;
import dev.weft.dataplane.service.Step;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Changes fields of the request and of the backend's answer. Absent where there is nothing to. */
final class Edits implements Filter {
    private final HeaderEdits request;
    private final HeaderEdits answer;

    Edits(HeaderEdits request, HeaderEdits answer) {
        this.request = request;
        this.answer = answer;
    }

    @Override
    public Service over(Service next) {
        Service below = answer.equals(HeaderEdits.none()) ? next : answers(next);
        return request.equals(HeaderEdits.none()) ? below : requests(below);
    }

    private Service requests(Service next) {
        var edit = Edit.of(request);
        return exchange -> {
            edit.apply(exchange.request());
            next.serve(exchange);
        };
    }

    private Service answers(Service next) {
        return new OnAnswer(Edit.of(answer), next);
    }

    private record OnAnswer(Edit edit, Service next) implements Service, Step {
        @Override
        public void serve(Exchange exchange) {
            exchange.push(this);
            next.serve(exchange);
        }

        @Override
        public void answering(Exchange exchange) {
            edit.apply(exchange.answer());
        }
    }

    private record Line(byte[] bytes, int nameLength) {}

    /** Edits with their bytes ready made. */
    private record Edit(List<byte[]> drop, List<Line> add) {
        static Edit of(HeaderEdits edits) {
            List<byte[]> drop = new ArrayList<>();
            List<Line> add = new ArrayList<>();
            edits.remove().forEach(name -> drop.add(bytes(name)));
            edits.set()
                    .forEach(
                            (name, value) -> {
                                drop.add(bytes(name));
                                add.add(line(name, value));
                            });
            edits.add().forEach(field -> add.add(line(field.getKey(), field.getValue())));
            return new Edit(drop, add);
        }

        void apply(Head head) {
            for (int i = 0; i < drop.size(); i++) {
                head.drop(drop.get(i));
            }
            for (int i = 0; i < add.size(); i++) {
                head.addLine(add.get(i).bytes, add.get(i).nameLength);
            }
        }

        private static Line line(String name, String value) {
            return new Line(bytes(name + ": " + value + "\r\n"), name.length());
        }

        private static byte[] bytes(String text) {
            return text.getBytes(StandardCharsets.ISO_8859_1);
        }
    }
}
