package dev.weft.dataplane.http;

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
enum Transport {
    EPOLL {
        @Override
        IoHandlerFactory handlers() {
            return EpollIoHandler.newFactory();
        }

        @Override
        ChannelFactory<? extends ServerChannel> servers() {
            return EpollServerSocketChannel::new;
        }

        @Override
        ChannelFactory<? extends Channel> clients() {
            return EpollSocketChannel::new;
        }
    },
    NIO {
        @Override
        IoHandlerFactory handlers() {
            return NioIoHandler.newFactory();
        }

        @Override
        ChannelFactory<? extends ServerChannel> servers() {
            return NioServerSocketChannel::new;
        }

        @Override
        ChannelFactory<? extends Channel> clients() {
            return NioSocketChannel::new;
        }
    };

    abstract IoHandlerFactory handlers();

    abstract ChannelFactory<? extends ServerChannel> servers();

    abstract ChannelFactory<? extends Channel> clients();

    static Transport best() {
        return Epoll.isAvailable() ? EPOLL : NIO;
    }
}
