/**
 * What the rules of a route ask for: matches, filters, times, backends. Pure readers of manifests
 * into intents; owns no state. Read {@link dev.weft.dialects.gatewayapi.rule.Rules} first.
 */
@NullMarked
package dev.weft.dialects.gatewayapi.rule;

import org.jspecify.annotations.NullMarked;
