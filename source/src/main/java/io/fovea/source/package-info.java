/**
 * Networks as Java source: {@link io.fovea.source.JavaSource}. {@code SourceLayers} writes the call
 * of each layer; the methods that are called lie beside it as Java, a text for each kind of layer,
 * and only those that a network needs become part of its class.
 */
@org.jspecify.annotations.NullMarked
package io.fovea.source;
