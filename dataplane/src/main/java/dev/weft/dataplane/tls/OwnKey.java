package dev.weft.dataplane.tls;

import java.net.Socket;
import java.security.KeyStore;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.KeyManagerFactorySpi;
import javax.net.ssl.ManagerFactoryParameters;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedKeyManager;
import org.jspecify.annotations.Nullable;

/**
 * One key and its certificates, shown whenever somebody asks. A key store would encrypt the key
 * first, which costs more than all the rest of a context. Any thread.
 */
final class OwnKey extends X509ExtendedKeyManager {
    private static final String NAME = "own";

    private final TlsIdentity identity;
    private final X509Certificate[] chain;

    OwnKey(TlsIdentity identity) {
        this.identity = identity;
        this.chain = identity.chain().toArray(new X509Certificate[0]);
    }

    KeyManagerFactory factory() {
        return new Factory(this);
    }

    /** Only a signature algorithm of the key's own kind can be used with it. */
    private @Nullable String suits(@Nullable String type) {
        String own = identity.key().getAlgorithm();
        return type == null || type.equals(own) || type.startsWith(own + "_") ? NAME : null;
    }

    private @Nullable String suits(String @Nullable [] types) {
        if (types == null) {
            return NAME;
        }
        for (String type : types) {
            if (suits(type) != null) {
                return NAME;
            }
        }
        return null;
    }

    @Override
    public @Nullable String chooseEngineServerAlias(
            String keyType, Principal @Nullable [] issuers, SSLEngine engine) {
        return suits(keyType);
    }

    @Override
    public @Nullable String chooseEngineClientAlias(
            String[] keyType, Principal @Nullable [] issuers, SSLEngine engine) {
        return suits(keyType);
    }

    @Override
    public @Nullable String chooseClientAlias(
            String[] keyType, Principal @Nullable [] issuers, Socket socket) {
        return suits(keyType);
    }

    @Override
    public @Nullable String chooseServerAlias(
            String keyType, Principal @Nullable [] issuers, Socket socket) {
        return suits(keyType);
    }

    @Override
    public String[] getClientAliases(String keyType, Principal @Nullable [] issuers) {
        return new String[] {NAME};
    }

    @Override
    public String[] getServerAliases(String keyType, Principal @Nullable [] issuers) {
        return new String[] {NAME};
    }

    @Override
    public X509Certificate @Nullable [] getCertificateChain(@Nullable String alias) {
        return NAME.equals(alias) ? chain.clone() : null;
    }

    @Override
    public @Nullable PrivateKey getPrivateKey(@Nullable String alias) {
        return NAME.equals(alias) ? identity.key() : null;
    }

    /** The shape in which contexts want a key manager. */
    private static final class Factory extends KeyManagerFactory {
        Factory(KeyManager manager) {
            super(new Spi(manager), null, NAME);
        }
    }

    private static final class Spi extends KeyManagerFactorySpi {
        private final KeyManager manager;

        Spi(KeyManager manager) {
            this.manager = manager;
        }

        @Override
        protected void engineInit(@Nullable KeyStore store, char @Nullable [] password) {}

        @Override
        protected void engineInit(ManagerFactoryParameters parameters) {}

        @Override
        protected KeyManager[] engineGetKeyManagers() {
            return new KeyManager[] {manager};
        }
    }
}
