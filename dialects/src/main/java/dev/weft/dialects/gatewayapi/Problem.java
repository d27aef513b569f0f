package dev.weft.dialects.gatewayapi;

/**
 * Why something does not hold.
 *
 * @param reason as a condition has it
 */
record Problem(String reason, String message) {}
