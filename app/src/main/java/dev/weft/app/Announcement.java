package dev.weft.app;

import java.io.IOException;

/** Is told of each part of the platform when it has begun to answer. */
interface Announcement {
    void answers(String part, String address);

    /** All addresses are known; what is ready may be called, but not all of it is. */
    void listens(Platform platform) throws IOException;

    /** A part that the platform goes on without. */
    void lacks(String part, String why);
}
