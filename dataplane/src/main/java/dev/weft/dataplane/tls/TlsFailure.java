package dev.weft.dataplane.tls;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.ssl.NotSslRecordException;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import java.io.EOFException;
import java.io.IOException;
import java.io.Serial;
import java.nio.channels.ClosedChannelException;
import java.util.Locale;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** Says in words why a handshake failed: what was seen, and what was expected. Pure. */
public final class TlsFailure {
    /** No handshake: its message is a clause whose subject is the other end. */
    public static final class Refused extends IOException {
        @Serial private static final long serialVersionUID = 1;

        public Refused(String why) {
            super(why);
        }
    }

    /**
     * Stands behind the engine for as long as the connection does, and tells an end that the other
     * end has said from one where its bytes just stopped: whoever sits between could have cut them
     * there. The second is a fault for the handlers after this one, and no end.
     */
    static final class EndWatch extends ChannelInboundHandlerAdapter {
        private boolean ended;
        private boolean stopped;

        @Override
        public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
            if (event instanceof SslCloseCompletionEvent close && close.isSuccess()) {
                ended = true;
            } else if (event == ChannelInputShutdownEvent.INSTANCE
                    || event instanceof SslCloseCompletionEvent) {
                stops(ctx);
            }
            if (!stopped) {
                ctx.fireUserEventTriggered(event);
            }
        }

        @Override
        public void channelInactive(ChannelHandlerContext ctx) {
            stops(ctx);
            ctx.fireChannelInactive();
        }

        private void stops(ChannelHandlerContext ctx) {
            if (!ended && !stopped) {
                stopped = true;
                ctx.fireExceptionCaught(new EOFException("TLS ended without a close_notify"));
            }
        }
    }

    private static final String NO_PROTOCOL =
            "it speaks none of the protocols that it was offered (alert no_application_protocol)";

    private TlsFailure() {}

    /** Whether the other end found no protocol among those that it was offered. */
    public static boolean isOfProtocol(Throwable thrown) {
        return thrown instanceof Refused && NO_PROTOCOL.equals(thrown.getMessage());
    }

    /** Whether an exception on a channel comes from TLS. */
    public static boolean isOne(@Nullable Throwable thrown) {
        for (Throwable at = thrown; at != null; at = at.getCause()) {
            if (at instanceof SSLException || at instanceof Distrust || at instanceof Refused) {
                return true;
            }
        }
        return false;
    }

    /** A clause whose subject is the other end: {@code it refuses our certificate}. */
    public static String of(Throwable thrown) {
        String message = "";
        for (Throwable at = thrown; at != null; at = at.getCause()) {
            if (at instanceof Distrust || at instanceof Refused) {
                return String.valueOf(at.getMessage());
            }
            if (at instanceof NotSslRecordException) {
                return "it does not speak TLS";
            }
            if (at instanceof ClosedChannelException) {
                return "it closed the connection during the handshake";
            }
            if (message.isEmpty() && at instanceof SSLException && at.getMessage() != null) {
                message = at.getMessage();
            }
        }
        return alert(message.isEmpty() ? String.valueOf(thrown.getMessage()) : message);
    }

    private static String alert(String message) {
        String key = message.toLowerCase(Locale.ROOT).replace('_', ' ');
        if (key.contains("certificate required")) {
            return "it wants a client certificate (none is configured)";
        }
        if (key.contains("unknown ca")) {
            return "it does not know the authority of our certificate (alert unknown_ca)";
        }
        if (key.contains("certificate expired")) {
            return "it says that our certificate has expired (alert certificate_expired)";
        }
        if (key.contains("bad certificate") || key.contains("certificate unknown")) {
            return "it refuses our certificate (alert bad_certificate)";
        }
        if (key.contains("unrecognized name")) {
            return "it does not serve the name that it was asked for (alert unrecognized_name)";
        }
        if (key.contains("no application protocol")) {
            return NO_PROTOCOL;
        }
        if (key.contains("protocol version") || key.contains("unsupported protocol")) {
            return "it speaks no version of TLS from 1.2 on";
        }
        if (key.contains("handshake failure")) {
            return "it found nothing in common with us (alert handshake_failure)";
        }
        return "the handshake failed: " + message;
    }
}
