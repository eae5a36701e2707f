/**
 * What every HTTP server of Fovea needs to keep strangers within bounds: who may ask, how much they
 * may send, how long they may take. Besides, addresses, request ids and the access log. Decision 13
 * says why around the JDK's own server.
 */
@org.jspecify.annotations.NullMarked
package io.fovea.http;
