package dev.weft.dataplane.loop;

import io.netty.channel.IoEvent;
import io.netty.channel.IoHandle;
import io.netty.channel.IoHandler;
import io.netty.channel.IoHandlerContext;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.IoOps;
import io.netty.channel.IoRegistration;
import io.netty.channel.epoll.EpollIoHandle;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollIoOps;
import io.netty.channel.unix.FileDescriptor;

/**
 * The library's way to epoll without two of its faults.
 *
 * <p>A connection whose other end has said its last, and which is not read for now, has nothing
 * left to wait for. The library takes it out of epoll then and does not know that later: reading on
 * fails, and the connection ends in the middle. So it stays in, and waits for nothing, edge by
 * edge.
 *
 * <p>A connection may be closed, and the number of its descriptor given to one that was just
 * accepted, while what happened to the first still waits in the turn's list. The library tells the
 * second of it. So what comes in the turn in which a connection was added is not for it.
 *
 * <p>Its event loop.
 */
final class MendedEpoll implements IoHandler {
    private final IoHandler epoll;
    private int turn;

    private MendedEpoll(IoHandler epoll) {
        this.epoll = epoll;
    }

    static IoHandlerFactory factory() {
        IoHandlerFactory epoll = EpollIoHandler.newFactory();
        return executor -> new MendedEpoll(epoll.newHandler(executor));
    }

    @Override
    public int run(IoHandlerContext context) {
        turn++;
        return epoll.run(context);
    }

    @Override
    public IoRegistration register(IoHandle handle) throws Exception {
        return new Registration(epoll.register(new Handle((EpollIoHandle) handle)));
    }

    @Override
    public void initialize() {
        epoll.initialize();
    }

    @Override
    public void prepareToDestroy() {
        epoll.prepareToDestroy();
    }

    @Override
    public void destroy() {
        epoll.destroy();
    }

    @Override
    public void wakeup() {
        epoll.wakeup();
    }

    @Override
    public boolean isCompatible(Class<? extends IoHandle> handle) {
        return epoll.isCompatible(handle);
    }

    /** Is not told of what happened before it was there. */
    private final class Handle implements EpollIoHandle {
        private final EpollIoHandle told;
        private final int added = turn;

        Handle(EpollIoHandle told) {
            this.told = told;
        }

        @Override
        public FileDescriptor fd() {
            return told.fd();
        }

        @Override
        public void handle(IoRegistration registration, IoEvent event) {
            if (turn != added) {
                told.handle(registration, event);
            }
        }

        @Override
        public void registered() {
            told.registered();
        }

        @Override
        public void unregistered() {
            told.unregistered();
        }

        @Override
        public void close() throws Exception {
            told.close();
        }
    }

    /** Stays in epoll once it is there, until it is cancelled. */
    private static final class Registration implements IoRegistration {
        private final IoRegistration epoll;
        private boolean added;

        Registration(IoRegistration epoll) {
            this.epoll = epoll;
        }

        @Override
        public long submit(IoOps ops) {
            boolean nothing = EpollIoOps.NONE.equals(ops);
            if (nothing && added) {
                return epoll.submit(EpollIoOps.EPOLLET);
            }
            added |= !nothing;
            return epoll.submit(ops);
        }

        @Override
        public <T> T attachment() {
            return epoll.attachment();
        }

        @Override
        public boolean isValid() {
            return epoll.isValid();
        }

        @Override
        public boolean cancel() {
            return epoll.cancel();
        }
    }
}
