/**
 * What every HTTP server of Fovea needs to keep strangers within bounds: who may ask, how much they
 * may send, how long they may take. Besides, addresses, request ids and the access log. Decision 13
 * says why around the JDK's own server.
 *
 * <p>{@code Guard} says who may ask, {@code Bodies} bounds bytes, {@code Watchdog} bounds time,
 * {@code Computing} has the few platform threads that decode pictures or compute for long. {@code
 * Router}, {@code RequestContext} and {@code AccessLog} are for {@code fovea serve} and the studio.
 */
@org.jspecify.annotations.NullMarked
package io.fovea.http;
