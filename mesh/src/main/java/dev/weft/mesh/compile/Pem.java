package dev.weft.mesh.compile;

import java.io.ByteArrayOutputStream;
import java.util.Base64;
import java.util.HexFormat;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Private keys in the one form that is handed on, PKCS#8: tools also write RSA keys as PKCS#1 and
 * EC keys as SEC 1, which lack the name of the algorithm. Pure.
 */
final class Pem {
    private static final Pattern BLOCK =
            Pattern.compile(
                    "-----BEGIN (RSA|EC) PRIVATE KEY-----([A-Za-z0-9+/=\\s]+)-----END \\1 PRIVATE"
                            + " KEY-----");

    /** rsaEncryption, with the parameters that it has. */
    private static final byte[] RSA = HexFormat.of().parseHex("300d06092a864886f70d0101010500");

    private static final byte[] EC = HexFormat.of().parseHex("06072a8648ce3d0201");
    private static final byte[] VERSION = {2, 1, 0};

    private Pem() {}

    static String pkcs8(String key) {
        Matcher block = BLOCK.matcher(key);
        if (!block.find()) {
            return key;
        }
        try {
            byte[] inner = Base64.getMimeDecoder().decode(block.group(2).strip());
            byte[] algorithm =
                    block.group(1).equals("RSA") ? RSA : tagged(0x30, joined(EC, curve(inner)));
            byte[] whole = tagged(0x30, joined(joined(VERSION, algorithm), tagged(0x04, inner)));
            return "-----BEGIN PRIVATE KEY-----\n"
                    + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(whole)
                    + "\n-----END PRIVATE KEY-----\n";
        } catch (IllegalArgumentException e) {
            return key;
        }
    }

    /** The curve's name, which stands in the key behind the tag 0xA0. */
    private static byte[] curve(byte[] key) {
        for (int i = 0; i + 3 < key.length; i++) {
            int length = key[i + 1];
            if ((key[i] & 0xff) == 0xa0
                    && key[i + 2] == 0x06
                    && length == key[i + 3] + 2
                    && i + 2 + length <= key.length) {
                return java.util.Arrays.copyOfRange(key, i + 2, i + 2 + length);
            }
        }
        throw new IllegalArgumentException("EC key names no curve");
    }

    private static byte[] tagged(int tag, byte[] content) {
        var out = new ByteArrayOutputStream(content.length + 4);
        out.write(tag);
        if (content.length < 128) {
            out.write(content.length);
        } else if (content.length < 256) {
            out.write(0x81);
            out.write(content.length);
        } else {
            out.write(0x82);
            out.write(content.length >> 8);
            out.write(content.length);
        }
        out.writeBytes(content);
        return out.toByteArray();
    }

    private static byte[] joined(byte[] one, byte[] other) {
        var out = new ByteArrayOutputStream(one.length + other.length);
        out.writeBytes(one);
        out.writeBytes(other);
        return out.toByteArray();
    }
}
