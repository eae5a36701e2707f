/**
 * Networks as Java source: {@link io.fovea.source.JavaSource}. {@code SourceLayers} writes the call
 * of each layer; the methods that are called are templates, Java 8 sources in {@code
 * src/main/java8} that the build compiles, and {@code Templates} cuts them: a part for each kind of
 * layer, of which only those that a network needs become part of its class.
 */
@org.jspecify.annotations.NullMarked
package io.fovea.source;
