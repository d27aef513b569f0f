package dev.weft.dialects.gatewayapi;

import dev.weft.api.model.Key;
import java.util.Optional;

/** What the data plane says of the listeners of Gateways; supplied by whoever has one. */
public interface DoorStates {
    /**
     * Why a listener is not open: empty where it is, an empty text where it is not known yet.
     *
     * @param section the listener's name
     */
    Optional<String> failure(Key gateway, String section);

    /** Whether an address is one of this machine. */
    boolean isHere(String ip);

    /** Where listeners are opened that name no address. */
    String usualIp();

    /** Where nothing is known of a data plane: everything that can be open is taken to be. */
    static DoorStates unknown() {
        return new DoorStates() {
            @Override
            public Optional<String> failure(Key gateway, String section) {
                return Optional.empty();
            }

            @Override
            public boolean isHere(String ip) {
                return true;
            }

            @Override
            public String usualIp() {
                return "127.0.0.1";
            }
        };
    }
}
