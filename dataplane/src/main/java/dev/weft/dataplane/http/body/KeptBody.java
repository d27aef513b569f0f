package dev.weft.dataplane.http.body;

import dev.weft.dataplane.service.BodySink;
import dev.weft.dataplane.service.Chunk;
import java.util.ArrayList;
import java.util.List;

/** What has flowed of a request's body, by reference, so that it can flow again. Its event loop. */
public final class KeptBody {
    private final ArrayList<Chunk.Held> pieces = new ArrayList<>();
    private boolean keeping;
    private int bytes;
    private int max;

    /** Asked twice, it keeps as much as the more demanding asked for. */
    public void begin(boolean keep, int bytesMax) {
        keeping |= keep;
        max = Math.max(max, bytesMax);
    }

    /** Another reference to each piece. */
    public List<Chunk.Held> hold() {
        return pieces.stream().map(Chunk.Held::hold).toList();
    }

    /** Whether everything that has flowed is here. */
    public boolean isWhole() {
        return keeping;
    }

    public void add(Chunk chunk) {
        if (!keeping) {
            return;
        }
        bytes += chunk.length();
        if (bytes > max) {
            keeping = false;
            release();
        } else {
            pieces.add(chunk.hold());
        }
    }

    /** Gives it all again; returns whether the sink takes more. */
    public boolean replay(BodySink to) {
        boolean takes = true;
        for (Chunk.Held piece : pieces) {
            // given whole: it was bounded when it was kept
            takes &= to.bytes(piece);
        }
        return takes;
    }

    /** Keeps nothing any more: what has flowed cannot be given again. */
    public void drop() {
        keeping = false;
        release();
    }

    public void clear() {
        keeping = false;
        max = 0;
        bytes = 0;
        release();
    }

    private void release() {
        for (Chunk.Held piece : pieces) {
            piece.release();
        }
        pieces.clear();
    }
}
