package dev.weft.dataplane.http;

/**
 * Takes away what belongs to one connection and not to the message: the fields that the standard
 * names, and those that the Connection field names. What begins with {@code weft-} is Weft's own
 * word: an endpoint's answer says none. Its event loop.
 */
public final class Hops {
    private static final long REQUEST =
            bit(FieldName.CONNECTION)
                    | bit(FieldName.KEEP_ALIVE)
                    | bit(FieldName.PROXY_CONNECTION)
                    | bit(FieldName.TE)
                    | bit(FieldName.UPGRADE)
                    | bit(FieldName.PROXY_AUTHORIZATION);
    private static final long WEFT =
            bit(FieldName.WEFT_CAUSE)
                    | bit(FieldName.WEFT_OBJECT)
                    | bit(FieldName.WEFT_HOPS)
                    | bit(FieldName.OTHER_WEFT);
    private static final long ANSWER =
            WEFT
                    | bit(FieldName.CONNECTION)
                    | bit(FieldName.KEEP_ALIVE)
                    | bit(FieldName.PROXY_CONNECTION)
                    | bit(FieldName.TRANSFER_ENCODING)
                    | bit(FieldName.UPGRADE)
                    | bit(FieldName.PROXY_AUTHENTICATE);

    private static final byte[] UPGRADE_WEBSOCKET = Head.ascii("upgrade: websocket\r\n");
    private static final byte[] CONNECTION_UPGRADE = Head.ascii("connection: upgrade\r\n");

    private static final byte[] TE_TRAILERS = Head.ascii("te: trailers\r\n");
    private static final byte[] CONNECTION_TE = Head.ascii("connection: te\r\n");

    private Hops() {}

    public static long bit(byte id) {
        return 1L << id;
    }

    /**
     * The request's coding stays: what is chunked here is chunked there.
     *
     * @param also more ids to drop, as bits
     */
    public static void dropFromRequest(Head head, long also) {
        if (head.nominates) {
            dropNominated(head);
        }
        boolean switches = head.upgrade && asksForWebSocket(head);
        head.upgrade = switches;
        head.dropAll(REQUEST | also);
        if (switches) {
            head.addLine(UPGRADE_WEBSOCKET, "upgrade".length());
            head.addLine(CONNECTION_UPGRADE, "connection".length());
        } else if (head.takesTrailers) {
            head.addLine(TE_TRAILERS, "te".length());
            head.addLine(CONNECTION_TE, "connection".length());
        }
    }

    /** No other protocol may be switched to: HTTP/2 inside a tunnel would escape every rule. */
    private static boolean asksForWebSocket(Head head) {
        return head.version == 11
                && head.methodIs("GET")
                && !head.hasFramedBody()
                && isWebSocket(head);
    }

    /** Whether the one protocol that it names is WebSocket. */
    static boolean isWebSocket(Head head) {
        int field = head.find(FieldName.UPGRADE, 0);
        return field >= 0
                && head.find(FieldName.UPGRADE, field + 1) < 0
                && head.valueText(field).equalsIgnoreCase("websocket");
    }

    public static void dropFromAnswer(Head head) {
        if (head.nominates) {
            dropNominated(head);
        }
        head.dropAll(ANSWER);
    }

    /** The same of an answer that switches protocols, whose word for it stays. */
    static void dropFromSwitch(Head head) {
        head.dropAll(WEFT);
    }

    /** Whether an endpoint may not say a field, before its body or behind it. */
    static boolean isOurs(byte id) {
        return (WEFT >>> id & 1) != 0;
    }

    private static void dropNominated(Head head) {
        int field = -1;
        while ((field = head.find(FieldName.CONNECTION, field + 1)) >= 0) {
            for (String token : head.valueText(field).split(",")) {
                String name = token.strip();
                byte id = FieldName.of(name);
                boolean frames =
                        id == FieldName.HOST
                                || id == FieldName.CONTENT_LENGTH
                                || id == FieldName.TRANSFER_ENCODING
                                || id == FieldName.CONNECTION
                                || id == FieldName.WEFT_HOPS;
                if (!name.isEmpty() && !frames) {
                    head.drop(FieldName.lower(name));
                }
            }
        }
    }
}
