/**
 * The common parts of Fovea's HTTP servers: limits on access, bytes and time for untrusted clients;
 * also routing, request ids and the access log. Decision 13 explains the choice of the JDK's
 * server.
 *
 * <p>{@code AccessControl} controls access, {@code BodyReader} limits bytes, {@code Watchdog}
 * limits time, and {@code ComputePool} has the platform threads for long computations. {@code
 * Router}, {@code RequestContext} and {@code AccessLog} are for {@code fovea serve} and the studio.
 */
@org.jspecify.annotations.NullMarked
package io.fovea.http;
