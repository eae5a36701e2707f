/**
 * Sums over processes: a ring of sockets in which each worker sends to the next one. This package
 * does not depend on Spark.
 *
 * <p>{@code Ring} sums over sockets; {@code Rendezvous} and {@code Handshake} connect and
 * authenticate workers; {@code SealedConnection} encrypts what they send; {@code Outgoing}, {@code
 * Incoming} and {@code Frame} transfer the numbers.
 */
@NullMarked
package io.fovea.spark.ring;

import org.jspecify.annotations.NullMarked;
