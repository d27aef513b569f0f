package dev.weft.dataplane.tls;

import java.net.InetAddress;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;

/**
 * Whom a certificate is for, by its subject alternative names; the common name counts for nothing.
 *
 * @param dns in lower case
 * @param uris as they stand
 * @param addresses numeric
 */
public record SubjectNames(List<String> dns, List<String> uris, List<String> addresses) {
    private static final int DNS = 2;
    private static final int URI = 6;
    private static final int IP = 7;
    private static final SubjectNames NONE = new SubjectNames(List.of(), List.of(), List.of());

    public SubjectNames {
        dns = List.copyOf(dns);
        uris = List.copyOf(uris);
        addresses = List.copyOf(addresses);
    }

    public static SubjectNames none() {
        return NONE;
    }

    /** Names that cannot be read are none. */
    public static SubjectNames of(X509Certificate certificate) {
        Collection<List<?>> names;
        try {
            names = certificate.getSubjectAlternativeNames();
        } catch (CertificateParsingException e) {
            return NONE;
        }
        if (names == null) {
            return NONE;
        }
        List<String> dns = new ArrayList<>();
        List<String> uris = new ArrayList<>();
        List<String> addresses = new ArrayList<>();
        for (List<?> name : names) {
            if (name.get(1) instanceof String text) {
                switch ((Integer) name.get(0)) {
                    case DNS -> dns.add(text.toLowerCase(Locale.ROOT));
                    case URI -> uris.add(text);
                    case IP -> addresses.add(text);
                    default -> {}
                }
            }
        }
        return new SubjectNames(dns, uris, addresses);
    }

    /** Whether the certificate is for this host name or numeric address. */
    boolean areFor(String host) {
        if (isNumeric(host)) {
            return addresses.stream().anyMatch(address -> same(address, host));
        }
        String name = host.toLowerCase(Locale.ROOT);
        return dns.stream().anyMatch(pattern -> matches(pattern, name));
    }

    /** A star stands for the whole first label, and for that alone. */
    static boolean matches(String pattern, String name) {
        if (pattern.equals(name)) {
            return true;
        }
        int dot = name.indexOf('.');
        return pattern.startsWith("*.")
                && pattern.indexOf('.', 2) > 0
                && dot > 0
                && name.substring(dot).equals(pattern.substring(1));
    }

    static boolean isNumeric(String host) {
        return host.indexOf(':') >= 0 || host.matches("[0-9]{1,3}(\\.[0-9]{1,3}){3}");
    }

    private static boolean same(String one, String other) {
        try {
            return InetAddress.ofLiteral(one).equals(InetAddress.ofLiteral(other));
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    /** For a person who wonders whom the certificate is for. */
    String text() {
        List<String> all = new ArrayList<>(dns);
        all.addAll(uris);
        all.addAll(addresses);
        return all.isEmpty() ? "nobody by name" : String.join(", ", all);
    }
}
