package dev.weft.dialects.gatewayapi.rule;

/**
 * Why something does not hold.
 *
 * @param reason as a condition has it
 */
public record Problem(String reason, String message) {}
