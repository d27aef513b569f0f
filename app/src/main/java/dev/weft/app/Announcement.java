package dev.weft.app;

/** Is told of each part of the platform when it has begun to answer. */
@FunctionalInterface
interface Announcement {
    void answers(String part, String address);
}
