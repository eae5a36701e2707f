/**
 * Sums over processes: a ring of sockets, each worker sending to the next one. Knows nothing of
 * Spark.
 *
 * <p>{@code Ring} adds over sockets; {@code Rendezvous} and {@code Handshake} say who belongs to
 * it; {@code Outgoing}, {@code Incoming} and {@code Frame} carry the numbers.
 */
@NullMarked
package io.fovea.spark.ring;

import org.jspecify.annotations.NullMarked;
