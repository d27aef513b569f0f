package dev.weft.dataplane.http;

import dev.weft.dataplane.loop.HeldArrays;
import dev.weft.dataplane.loop.Loop;
import dev.weft.dataplane.route.Refusal;
import dev.weft.dataplane.service.Chunk;
import dev.weft.dataplane.service.Peer;
import org.jspecify.annotations.Nullable;

/** What an exchange sends over an HTTP/1 connection, in HTTP/1's words. Its event loop. */
final class ServerWire implements Wire {
    private static final byte[] CLOSE_LINE = Head.ascii("connection: close\r\n");
    private static final byte[] KEEP_ALIVE_LINE = Head.ascii("connection: keep-alive\r\n");
    private static final byte[] CONTINUE = Head.ascii("HTTP/1.1 100 Continue\r\n\r\n");

    private final ServerConnection connection;
    private final Listening listening;
    private final Loop loop;
    private final Outgoing out;
    private final AnswerFraming framing = new AnswerFraming();
    private final HeldArrays answers;
    private @Nullable ServerExchange exchange;

    ServerWire(ServerConnection connection, Listening listening, Loop loop, Outgoing out) {
        this.connection = connection;
        this.listening = listening;
        this.loop = loop;
        this.out = out;
        this.answers = new HeldArrays(loop.ledger());
    }

    void carries(ServerExchange next) {
        exchange = next;
        next.open(this);
    }

    @Override
    public Peer peer() {
        return connection.peer();
    }

    @Override
    public byte[] callerIp() {
        return connection.callerIp();
    }

    @Override
    public void refused(Refusal refusal) {
        listening.refused(refusal);
    }

    @Override
    public void takeBody() {
        connection.goOn();
    }

    @Override
    public void continueBody() {
        out.bytes(CONTINUE);
        out.flush();
    }

    @Override
    public void inform() {
        out.head(exchange().answer());
        out.flush();
    }

    @Override
    public void head() {
        ServerExchange x = exchange();
        Head answer = x.answer();
        answers.are(answer.bytes.length);
        boolean must = framing.choose(x.request(), answer);
        if (connection.closesAfter(x, must)) {
            answer.addLine(CLOSE_LINE, FieldName.CONNECTION);
        } else if (x.request().version == 10) {
            answer.addLine(KEEP_ALIVE_LINE, FieldName.CONNECTION);
        }
        if (answer.find(FieldName.DATE, 0) < 0) {
            answer.addLine(loop.dateLine(), FieldName.DATE);
        }
        out.head(answer);
    }

    @Override
    public boolean bytes(Chunk chunk) {
        if (!framing.bytes(out, chunk)) {
            connection.cut();
            return false;
        }
        if (out.writable()) {
            return true;
        }
        connection.awaitWritable();
        return false;
    }

    @Override
    public boolean end() {
        ServerExchange x = exchange();
        boolean follows = x.request().takesTrailers && x.hasAnswerTrailers();
        if (framing.end(out, follows ? x.answerTrailers() : null)) {
            return true;
        }
        connection.cut();
        return false;
    }

    @Override
    public void answered() {
        over();
        connection.answered(exchange());
    }

    @Override
    public void tunnel() {
        framing.tunnel();
        out.head(exchange().answer());
        out.flush();
        connection.tunnel();
    }

    @Override
    public void flush() {
        connection.flush();
    }

    @Override
    public void cut() {
        connection.cut();
    }

    /** Nothing of an answer is held any more. */
    void over() {
        answers.are(0);
    }

    private ServerExchange exchange() {
        ServerExchange x = exchange;
        if (x == null) {
            throw new IllegalStateException("no exchange was begun");
        }
        return x;
    }
}
