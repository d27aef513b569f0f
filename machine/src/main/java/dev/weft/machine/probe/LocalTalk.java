package dev.weft.machine.probe;

import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;

/**
 * A connection to a Unix-domain socket on which no wait lasts longer than a bound, which blocking
 * channels do not know. One thread.
 */
final class LocalTalk extends InputStream {
    private final SocketChannel channel;
    private final Selector selector;
    private final int millis;
    private final ByteBuffer read = ByteBuffer.allocate(512).limit(0);

    /**
     * @throws ConnectException when nobody listens there
     */
    LocalTalk(Path file, int millis) throws IOException {
        this.millis = millis;
        channel = SocketChannel.open(StandardProtocolFamily.UNIX);
        Selector made = null;
        try {
            channel.configureBlocking(false);
            // the kernel decides at once, also where as many wait as may
            if (!channel.connect(UnixDomainSocketAddress.of(file))) {
                throw new IOException("as many wait to be accepted as may");
            }
            made = Selector.open();
            channel.register(made, SelectionKey.OP_READ);
            selector = made;
        } catch (IOException e) {
            channel.close();
            if (made != null) {
                made.close();
            }
            throw made == null ? nobody(e) : e;
        }
    }

    private static IOException nobody(IOException e) {
        var refused = new ConnectException(e.getMessage());
        refused.initCause(e);
        return refused;
    }

    /** Of a few lines, for which the kernel always has room. */
    void write(byte[] bytes) throws IOException {
        if (channel.write(ByteBuffer.wrap(bytes)) < bytes.length) {
            throw new IOException("the request is too long for a probe");
        }
    }

    @Override
    public int read() throws IOException {
        while (!read.hasRemaining()) {
            read.clear();
            int count = channel.read(read);
            read.flip();
            if (count < 0) {
                return -1;
            }
            if (count == 0 && selector.select(millis) == 0) {
                throw new SocketTimeoutException("no answer in time");
            }
            selector.selectedKeys().clear();
        }
        return read.get() & 0xff;
    }

    @Override
    public void close() throws IOException {
        selector.close();
        channel.close();
    }
}
