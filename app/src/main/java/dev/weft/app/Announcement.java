package dev.weft.app;

/** Is told of each part of the platform when it has begun to answer. */
interface Announcement {
    void answers(String part, String address);

    /** A part that the platform goes on without. */
    void lacks(String part, String why);
}
