package dev.weft.dataplane.loop;

import io.netty.channel.Channel;
import io.netty.channel.ChannelException;
import io.netty.channel.ChannelOption;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.unix.IntegerUnixChannelOption;

/**
 * How much the kernel takes in for a connection ahead of its being read. Little at first, so that a
 * body which nobody takes stays with whoever sends it: left to itself, the kernel makes megabytes
 * of room for each as soon as some of it was read. A body that is taken as quickly as it comes gets
 * the room after a while, for it may come from far away. Its event loop.
 */
public final class Intake {
    /** The kernel takes twice as much, what it needs for itself in it. */
    private static final int LITTLE = 96 * 1024;

    /** So much of a body has to be taken without a stop. */
    private static final int QUICK = 512 * 1024;

    /** Whether the kernel chooses the room: with 0 it does (Linux 5.16 and newer). */
    private static final IntegerUnixChannelOption LOCK =
            new IntegerUnixChannelOption("SO_BUF_LOCK", 1, 72);

    /** Whether the kernel can be told to go back to its own choice; who cannot is not bounded. */
    private static volatile boolean unlocks = true;

    private static volatile boolean tried;

    private final Channel channel;
    private int passed;
    private boolean little;

    private Intake(Channel channel) {
        this.channel = channel;
        this.little = isBounded(channel);
    }

    public static Intake of(Channel channel) {
        return new Intake(channel);
    }

    private static boolean isBounded(Channel channel) {
        return unlocks && channel instanceof EpollSocketChannel;
    }

    /** Has little taken in for a connection that has just come about. */
    static void bound(Channel channel) {
        if (!tried && channel instanceof EpollSocketChannel) {
            unlocks = set(channel, LOCK, 0) || !channel.isOpen();
            tried = true;
        }
        if (isBounded(channel)) {
            var unused = set(channel, ChannelOption.SO_RCVBUF, LITTLE);
        }
    }

    /** Another body begins. */
    public void begin() {
        passed = 0;
        if (!little && isBounded(channel)) {
            little = set(channel, ChannelOption.SO_RCVBUF, LITTLE);
        }
    }

    /** So many bytes were read and are taken. */
    public void passed(int bytes) {
        if (little) {
            passed += bytes;
            if (passed >= QUICK) {
                little = !set(channel, LOCK, 0);
            }
        }
    }

    /** No more is read for now. */
    public void stopped() {
        passed = 0;
    }

    private static boolean set(Channel channel, ChannelOption<Integer> option, int value) {
        try {
            return channel.config().setOption(option, value);
        } catch (ChannelException e) {
            // it has just been closed, or the kernel does not know the option
            return false;
        }
    }
}
