package dev.weft.dataplane.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.weft.dataplane.event.Handshakes;
import dev.weft.dataplane.loop.Acceptor;
import dev.weft.dataplane.loop.Loops;
import dev.weft.foundation.certificate.Authority;
import dev.weft.foundation.time.Clock;
import dev.weft.testkit.NothingLeft;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.handler.ssl.OpenSslContextOption;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** Key agreement that resists quantum computers. */
@Timeout(30)
@ExtendWith(NothingLeft.class)
class HybridKeyTest {
    @Test
    void aClientThatKnowsNothingElseIsServed() throws Exception {
        assumeTrue(TlsEngine.best() == TlsEngine.BORINGSSL, "BoringSSL does not load here");
        Authority authority = TlsFixture.authority("Test Authority");
        var settings =
                TlsFixture.server(
                        TlsFixture.certificate(TlsFixture.identity(authority, "a.example")));
        var loops = new Loops("hybrid", 1, Clock.system());
        var tls = ServerTls.of(settings, TlsEngine.BORINGSSL, Clock.system(), new Handshakes());
        Acceptor acceptor =
                Acceptor.bind(
                        loops,
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                        (accepted, loop) ->
                                accepted.pipeline()
                                        .addLast(
                                                new ServerHandshake(
                                                        tls, loop, ServerHandshake.USUAL_TIMEOUT)));
        SslContext context =
                SslContextBuilder.forClient()
                        .sslProvider(SslProvider.OPENSSL)
                        .trustManager(authority.certificate())
                        .endpointIdentificationAlgorithm(null)
                        .option(OpenSslContextOption.GROUPS, new String[] {"X25519MLKEM768"})
                        .build();
        try {
            Channel channel =
                    new Bootstrap()
                            .group(loops.group())
                            .channelFactory(loops.transport().clients())
                            .handler(
                                    new ChannelInitializer<>() {
                                        @Override
                                        protected void initChannel(Channel made) {
                                            made.pipeline()
                                                    .addLast(context.newHandler(made.alloc()));
                                        }
                                    })
                            .connect(acceptor.address())
                            .sync()
                            .channel();
            SslHandler handler = channel.pipeline().get(SslHandler.class);
            assertThat(handler.handshakeFuture().await().isSuccess()).isTrue();
            assertThat(handler.engine().getSession().getProtocol()).isEqualTo("TLSv1.3");
            channel.close().sync();
        } finally {
            acceptor.close();
            tls.close();
            loops.close();
        }
    }
}
