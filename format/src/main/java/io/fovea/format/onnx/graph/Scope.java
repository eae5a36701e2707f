package io.fovea.format.onnx.graph;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The names of visible values: a graph's own, and those of the graphs around it. They are not
 * copied into subgraphs, of which a small file can have many.
 *
 * @param own the graph's names
 * @param outer the enclosing scope; null for the outermost graph
 */
record Scope(Set<String> own, @Nullable Scope outer) {
  boolean contains(String name) {
    return own.contains(name) || (outer != null && outer.contains(name));
  }
}
