package dev.weft.api.control;

import dev.weft.api.client.ApiException;

/** The action that ended a plan, and why the API would not have it. */
record Refusal(Action action, ApiException why) {}
