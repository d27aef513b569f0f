package dev.weft.dataplane.loop;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFactory;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;

/**
 * How bytes reach the operating system: epoll where its library loads, the JDK's selector
 * elsewhere.
 */
public enum Transport {
    EPOLL {
        @Override
        public IoHandlerFactory handlers() {
            return EpollIoHandler.newFactory();
        }

        @Override
        public ChannelFactory<? extends ServerChannel> servers() {
            return EpollServerSocketChannel::new;
        }

        @Override
        public ChannelFactory<? extends Channel> clients() {
            return EpollSocketChannel::new;
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
    };

    public abstract IoHandlerFactory handlers();

    public abstract ChannelFactory<? extends ServerChannel> servers();

    public abstract ChannelFactory<? extends Channel> clients();

    public static Transport best() {
        return Epoll.isAvailable() ? EPOLL : NIO;
    }
}
