package dev.weft.dataplane.loop;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFactory;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.RecvByteBufAllocator;
import io.netty.channel.ServerChannel;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.epoll.EpollDomainSocketChannel;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioDomainSocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.channel.unix.DomainSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;

/**
 * How bytes reach the operating system: epoll where its library loads, the JDK's selector
 * elsewhere.
 */
public enum Transport {
    EPOLL {
        @Override
        public IoHandlerFactory handlers() {
            return MendedEpoll.factory();
        }

        @Override
        public ChannelFactory<? extends ServerChannel> servers() {
            return EpollServerSocketChannel::new;
        }

        @Override
        public ChannelFactory<? extends Channel> clients() {
            return EpollSocketChannel::new;
        }

        @Override
        public ChannelFactory<? extends Channel> unixClients() {
            return EpollDomainSocketChannel::new;
        }

        @Override
        public SocketAddress unix(String path) {
            return new DomainSocketAddress(path);
        }

        @Override
        void keep(Channel connection, long unsent) {
            connection.config().setOption(EpollChannelOption.TCP_NOTSENT_LOWAT, unsent);
        }
    },
    NIO {
        @Override
        public IoHandlerFactory handlers() {
            return NioIoHandler.newFactory();
        }

        @Override
        public ChannelFactory<? extends ServerChannel> servers() {
            return NioServerSocketChannel::new;
        }

        @Override
        public ChannelFactory<? extends Channel> clients() {
            return NioSocketChannel::new;
        }

        @Override
        public ChannelFactory<? extends Channel> unixClients() {
            return NioDomainSocketChannel::new;
        }

        @Override
        public SocketAddress unix(String path) {
            return UnixDomainSocketAddress.of(path);
        }

        @Override
        void keep(Channel connection, long unsent) {
            // the JDK has no such option
        }
    };

    /** How much is read at once, and into what. */
    public static final RecvByteBufAllocator READS = new Reads();

    /**
     * How much of what was written waits for the kernel before a connection counts as full: one
     * read of another connection and a little beside it.
     */
    public static final WriteBufferWaterMark QUEUED =
            new WriteBufferWaterMark(16 * 1024, 72 * 1024);

    public abstract IoHandlerFactory handlers();

    public abstract ChannelFactory<? extends ServerChannel> servers();

    public abstract ChannelFactory<? extends Channel> clients();

    /** Of Unix-domain sockets. */
    public abstract ChannelFactory<? extends Channel> unixClients();

    public abstract SocketAddress unix(String path);

    /**
     * Has the kernel keep little of what the other end does not take: otherwise it keeps megabytes
     * for each, until it has no memory for anybody. {@link Leeway} has it keep more of some.
     */
    public void keepLittle(Channel connection) {
        keep(connection, Leeway.LITTLE);
    }

    /** Has the kernel take no more of a connection than this beyond what is on its way. */
    abstract void keep(Channel connection, long unsent);

    /** What opens connections from an event loop to endpoints. */
    public Bootstrap dialler(EventLoop loop, boolean toUnix, int connectMillis) {
        var any =
                new Bootstrap()
                        .group(loop)
                        .option(ChannelOption.RCVBUF_ALLOCATOR, READS)
                        .option(ChannelOption.ALLOCATOR, Ledger.BUFFERS)
                        .option(ChannelOption.WRITE_BUFFER_WATER_MARK, QUEUED)
                        .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, connectMillis);
        return toUnix
                ? any.channelFactory(unixClients())
                : any.channelFactory(clients())
                        .option(ChannelOption.TCP_NODELAY, true)
                        .option(ChannelOption.SO_KEEPALIVE, true);
    }

    public static Transport best() {
        return Epoll.isAvailable() ? EPOLL : NIO;
    }
}
