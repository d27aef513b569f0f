package dev.weft.dataplane.outward;

import java.io.IOException;
import java.net.InetAddress;
import java.util.List;

/** Finds the addresses of a name. May wait; called on threads that may. */
public interface Lookup {
    /**
     * @throws IOException when the name is not known
     */
    List<InetAddress> find(String host) throws IOException;

    /** As everything else on this machine does. */
    static Lookup ofMachine() {
        return host -> List.of(InetAddress.getAllByName(host));
    }
}
