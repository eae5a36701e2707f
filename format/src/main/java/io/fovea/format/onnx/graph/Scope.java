package io.fovea.format.onnx.graph;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The names that can be read: a graph's own, and those around it. Not copied into graphs inside, of
 * which a small file can have many.
 *
 * @param own the graph's names
 * @param outer what is around it; null for the outermost graph
 */
record Scope(Set<String> own, @Nullable Scope outer) {
  boolean contains(String name) {
    return own.contains(name) || (outer != null && outer.contains(name));
  }
}
